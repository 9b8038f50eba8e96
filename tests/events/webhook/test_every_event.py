"""Every event that Zoom publishes: signed, believed, compared with its schema, and refused for its shape never."""

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

# Where Zoom's own samples differ from Zoom's own schemas, and which samples bear the name of another event.
_ODD = json.loads((Path(__file__).parents[2] / "zoom_facts/contradictions.json").read_text(encoding="utf-8"))
CONTRADICTIONS: Mapping[str, list[str]] = _ODD["differences"]
DRIFTS = DriftDetector(find_event)
HEADS = list_event_summaries()
SAMPLED = [head for head in HEADS if (event := find_event(head.name)) is not None and event.sample is not None]
_KINDS = {"required": "missing", "type": "type", "enum": "value"}
_MIXED = re.compile(r"(?:.*_)?id|.*Id|event_ts|timestamp|time_stamp")


def received(body: Mapping[str, Any]) -> Event:
    """The event of a body that came signed. Fails where it was not believed."""
    raw = json.dumps(body).encode()
    verdict = Verifier([SECRET]).verify(build_signed_headers(raw), raw, NOW)
    assert isinstance(verdict, Notification)
    return verdict.event


def sample_of(head: EventSummary) -> Mapping[str, Any]:
    facts = find_event(head.name)
    assert facts is not None
    assert facts.sample is not None
    return {**facts.sample, "event": head.name}


def test_all_of_the_reference_and_the_others_with_a_payload_have_a_sample() -> None:
    assert len([head for head in SAMPLED if head.product == REFERENCE_PRODUCT]) == 105
    # The calendar publishes schemas alone.
    assert len(SAMPLED) == 385 - 11
    assert {head.product for head in HEADS if head.has_schema and head not in SAMPLED} == {"calendar"}


@pytest.mark.parametrize("head", SAMPLED, ids=lambda head: head.name)
def test_a_sample_is_believed_and_differs_where_zoom_contradicts_itself(head: EventSummary) -> None:
    event = received(sample_of(head))
    drift = DRIFTS.compare(event)
    assert event.name == head.name
    assert (drift.is_known, drift.has_schema) == (True, True)
    assert drift.to_lines() == CONTRADICTIONS.get(head.name, [])
    assert (drift.to_rejection() is None) is (head.name not in CONTRADICTIONS)


@pytest.mark.parametrize("head", [head for head in HEADS if head not in SAMPLED], ids=lambda head: head.name)
def test_an_event_without_a_sample_is_believed_and_known(head: EventSummary) -> None:
    drift = DRIFTS.compare(received({"event": head.name, "event_ts": 1, "payload": {"account_id": "A", "object": {}}}))
    assert (drift.is_known, drift.has_schema) == (True, head.has_schema)
    assert head.has_schema or drift.to_lines() == []


def test_a_sample_bears_the_name_of_its_event() -> None:
    named = {
        head.name: event.sample.get("event") for head in SAMPLED if (event := find_event(head.name)) and event.sample
    }
    assert {name: told for name, told in named.items() if told != name} == _ODD["misnamed"]


def test_no_contradiction_is_told_of_an_event_that_is_none() -> None:
    assert set(CONTRADICTIONS) <= {head.name for head in SAMPLED}


@pytest.mark.parametrize("head", SAMPLED, ids=lambda head: head.name)
def test_a_validator_finds_the_same(head: EventSummary) -> None:
    facts, body = find_event(head.name), sample_of(head)
    assert facts is not None
    assert facts.schema is not None
    expected = set()
    for error in Draft202012Validator(facts.schema).iter_errors(dict(body)):
        path = [("*" if isinstance(step, int) else step) for step in error.absolute_path]
        if error.validator == "required":
            names = [name for name in error.schema["required"] if name not in error.instance]
            expected |= {(".".join([*path, name]), "missing") for name in names}
        elif error.validator in _KINDS and not (error.validator == "type" and _tolerated(path[-1], error.instance)):
            expected.add((".".join(path), _KINDS[str(error.validator)]))
    found = DRIFTS.compare(parse_event(json.dumps(body).encode())).differences
    assert {(each.path, each.kind) for each in found if each.kind in _KINDS.values()} == expected


def _tolerated(name: str, value: Any) -> bool:
    """Whether a wrong type is a number as text, or text as a number, where Zoom mixes the two."""
    return _MIXED.fullmatch(name) is not None and re.fullmatch(r"-?[0-9]+", str(value)) is not None
