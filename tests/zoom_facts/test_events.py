"""Test the facts about webhook events: names, schemas and samples."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from zoom_component.paths import get_bundle_dir
from zoom_facts import find_event, list_event_names, list_event_summaries
from zoom_facts.events import REFERENCE_PRODUCT


def test_every_name_has_an_event() -> None:
    names = list_event_names()
    assert len(names) == len(set(names)) == 535
    assert list(names) == sorted(names)
    for name in names:
        event = find_event(name)
        assert event is not None
        assert event.name == name
        assert event.product


def test_the_counts_are_those_of_about_json() -> None:
    about = json.loads((get_bundle_dir() / "triggers/events/about.json").read_text(encoding="utf-8"))
    events = [find_event(name) for name in list_event_names()]
    assert len(events) == about["total"]
    assert sum(event is not None and event.schema is not None for event in events) == about["with_schema"]
    for product, count in about["counts"].items():
        assert sum(event is not None and event.product == product for event in events) == count


def test_the_reference_product_has_a_schema_for_every_event() -> None:
    reference = [summary for summary in list_event_summaries() if summary.product == REFERENCE_PRODUCT]
    others = [summary for summary in list_event_summaries() if summary.product != REFERENCE_PRODUCT]
    assert (len(reference), sum(summary.has_schema for summary in reference)) == (105, 105)
    assert (len(others), sum(summary.has_schema for summary in others)) == (430, 280)


def test_a_summary_agrees_with_its_event() -> None:
    for summary in list_event_summaries():
        event = find_event(summary.name)
        assert event is not None
        assert summary == (event.name, event.product, event.schema is not None)


def test_every_line_of_every_file_is_an_event() -> None:
    files = sorted((get_bundle_dir() / "triggers/events").glob("*.jsonl"))
    lines = [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    assert sorted(line["event"] for line in lines) == list(list_event_names())


@pytest.mark.parametrize("name", ["meeting.created", "meeting.ended", "user.deleted", "recording.completed"])
def test_a_sample_fits_its_schema(name: str) -> None:
    event = find_event(name)
    assert event is not None
    assert event.schema is not None
    Draft202012Validator(event.schema).validate(event.sample)


def test_every_schema_is_valid() -> None:
    for name in list_event_names():
        event = find_event(name)
        if event is not None and event.schema is not None:
            Draft202012Validator.check_schema(event.schema)


def test_an_unknown_name_has_no_event() -> None:
    assert find_event("meeting.began") is None
    assert find_event("") is None
