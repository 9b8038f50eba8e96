"""Test that every published event is verified, compared with its schema, and never refused for its shape."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.support.deliveries import NOW, SECRET, build_signed_headers

from zoom_component.events.webhook import DriftDetector, Event, Notification, Verifier, parse_event
from zoom_facts import EventSummary, find_event, list_event_summaries
from zoom_facts.events import REFERENCE_PRODUCT

# Where Zoom's samples differ from Zoom's schemas, and which samples have the name of another event.
_EXCEPTIONS = json.loads((Path(__file__).parents[2] / "zoom_facts/contradictions.json").read_text(encoding="utf-8"))
CONTRADICTIONS: Mapping[str, list[str]] = _EXCEPTIONS["differences"]
DETECTOR = DriftDetector(find_event)
SUMMARIES = list_event_summaries()
WITH_SAMPLE = [
    summary for summary in SUMMARIES if (event := find_event(summary.name)) is not None and event.sample is not None
]
WITHOUT_SAMPLE = [summary for summary in SUMMARIES if summary not in WITH_SAMPLE]
_KINDS = {"required": "missing", "type": "type", "enum": "value"}
_MIXED_TYPE_FIELDS = re.compile(r"(?:.*_)?id|.*Id|event_ts|timestamp|time_stamp")


def verify_body(body: Mapping[str, Any]) -> Event:
    """Return the event of a signed body. Fail when it is rejected."""
    raw = json.dumps(body).encode()
    verdict = Verifier([SECRET]).verify(build_signed_headers(raw), raw, NOW)
    assert isinstance(verdict, Notification)
    return verdict.event


def get_sample(summary: EventSummary) -> Mapping[str, Any]:
    definition = find_event(summary.name)
    assert definition is not None
    assert definition.sample is not None
    return {**definition.sample, "event": summary.name}


def test_every_event_of_the_reference_has_a_sample() -> None:
    assert len([summary for summary in WITH_SAMPLE if summary.product == REFERENCE_PRODUCT]) == 105
    # The calendar has schemas without samples.
    assert len(WITH_SAMPLE) == 385 - 11
    assert {each.product for each in WITHOUT_SAMPLE if each.has_schema} == {"calendar"}


@pytest.mark.parametrize("summary", WITH_SAMPLE, ids=lambda summary: summary.name)
def test_a_sample_differs_only_where_zoom_contradicts_itself(summary: EventSummary) -> None:
    event = verify_body(get_sample(summary))
    drift = DETECTOR.compare(event)
    assert event.name == summary.name
    assert (drift.is_known, drift.has_schema) == (True, True)
    assert drift.to_lines() == CONTRADICTIONS.get(summary.name, [])
    assert (drift.to_rejection() is None) is (summary.name not in CONTRADICTIONS)


@pytest.mark.parametrize("summary", WITHOUT_SAMPLE, ids=lambda summary: summary.name)
def test_an_event_without_a_sample_is_accepted_and_known(summary: EventSummary) -> None:
    drift = DETECTOR.compare(
        verify_body({"event": summary.name, "event_ts": 1, "payload": {"account_id": "A", "object": {}}})
    )
    assert (drift.is_known, drift.has_schema) == (True, summary.has_schema)
    assert summary.has_schema or drift.to_lines() == []


def test_a_sample_has_the_name_of_its_event() -> None:
    names = {
        summary.name: event.sample.get("event")
        for summary in WITH_SAMPLE
        if (event := find_event(summary.name)) and event.sample
    }
    assert {name: sample_name for name, sample_name in names.items() if sample_name != name} == _EXCEPTIONS["misnamed"]


def test_every_recorded_contradiction_belongs_to_a_sample() -> None:
    assert set(CONTRADICTIONS) <= {summary.name for summary in WITH_SAMPLE}


@pytest.mark.parametrize("summary", WITH_SAMPLE, ids=lambda summary: summary.name)
def test_jsonschema_finds_the_same_differences(summary: EventSummary) -> None:
    definition, body = find_event(summary.name), get_sample(summary)
    assert definition is not None
    assert definition.schema is not None
    expected = set()
    for error in Draft202012Validator(definition.schema).iter_errors(dict(body)):
        path = [("*" if isinstance(step, int) else step) for step in error.absolute_path]
        if error.validator == "required":
            names = [name for name in error.schema["required"] if name not in error.instance]
            expected |= {(".".join([*path, name]), "missing") for name in names}
        elif error.validator in _KINDS and not (error.validator == "type" and _is_tolerated(path[-1], error.instance)):
            expected.add((".".join(path), _KINDS[str(error.validator)]))
    differences = DETECTOR.compare(parse_event(json.dumps(body).encode())).differences
    assert {(each.path, each.kind) for each in differences if each.kind in _KINDS.values()} == expected


def _is_tolerated(name: str, value: Any) -> bool:
    """Return whether the value is a number in a field that Zoom sends as a string or as a number."""
    return _MIXED_TYPE_FIELDS.fullmatch(name) is not None and re.fullmatch(r"-?[0-9]+", str(value)) is not None
