"""What counts as a difference between an event and its schema, and what does not."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoom_component.errors import WebhookRejected
from zoom_component.events.webhook import DriftDetector, DriftReport, Event, parse_event
from zoom_component.events.webhook.schema_checker import SchemaChecker
from zoom_facts import find_event

DRIFTS = DriftDetector(find_event)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "id"]), part, max_size=3),
    max_leaves=8,
)
PLAIN = st.sampled_from(
    [{"type": "string"}, {"type": "integer"}, {"type": ["boolean", "null"]}, {"enum": ["x", 1]}, {"type": "number"}]
)
SCHEMAS = st.recursive(
    PLAIN,
    lambda part: (
        st.builds(lambda items: {"type": "array", "items": items}, part)
        | st.builds(lambda ways: {"anyOf": ways}, st.lists(part, min_size=1, max_size=2))
        | st.builds(
            lambda known: {"type": "object", "properties": known, "required": list(known)[:1]},
            st.dictionaries(st.sampled_from(["a", "b", "id"]), part, min_size=1, max_size=3),
        )
    ),
    max_leaves=6,
)


def started(**changes: Any) -> DriftReport:
    """The drift of Zoom's sample of meeting.started with an object that was changed; ... takes a field away."""
    facts = find_event("meeting.started")
    assert facts is not None
    assert facts.sample is not None
    body = copy.deepcopy(dict(facts.sample))
    thing = {**body["payload"]["object"], **changes}
    body["payload"]["object"] = {name: value for name, value in thing.items() if value is not ...}
    return DRIFTS.compare(parse_event(json.dumps(body).encode()))


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({}, []),
        ({"newest": 1}, ["payload.object.newest: the schema has no such field"]),
        ({"topic": ...}, ["payload.object.topic: it is required, and missing"]),
        ({"timezone": ...}, []),
        ({"topic": 7}, ["payload.object.topic: came a whole number; expected is text"]),
        ({"duration": "60"}, ["payload.object.duration: came text; expected is a whole number"]),
        ({"duration": True}, ["payload.object.duration: came true or false; expected is a whole number"]),
        ({"duration": 60.0}, []),
        ({"duration": 60.5}, ["payload.object.duration: came a number; expected is a whole number"]),
        ({"type": 10}, ["payload.object.type: came 10; known are 0, 1, 2, 3, 4, 7, 8"]),
        ({"topic": None}, ["payload.object.topic: came null; expected is text"]),
        ({"start_time": "yesterday"}, ["payload.object.start_time: came 'yesterday'; expected is a time such as "
                                       "2026-03-10T09:00:00Z"]),
        ({"start_time": ""}, []),
        ({"id": 1234567890}, []),
        ({"id": "1234567890"}, []),
        ({"id": {}}, ["payload.object.id: came an object; expected is text"]),
        ({"host_id": 5}, []),
        ({"host_email": ""}, []),
        ({"host_email": "no address"}, []),
    ],
)  # fmt: skip
def test_what_differs_is_told_and_what_zoom_mixes_is_not(changes: dict[str, Any], lines: list[str]) -> None:
    drift = started(**changes)
    assert drift.to_lines() == lines
    assert drift.is_known


def test_what_is_the_same_for_several_items_is_told_once() -> None:
    file = {"id": "1", "novel": True}
    body = {"event": "recording.completed", "payload": {"object": {"recording_files": [file, file, file]}}}
    lines = DRIFTS.compare(Event(b"", body)).to_lines()
    assert "payload.object.recording_files.*.novel: the schema has no such field (3 times)" in lines
    assert "event_ts: it is required, and missing" in lines


def test_several_values_of_an_enumeration_may_come_in_one_text() -> None:
    shape = SchemaChecker({"type": "string", "enum": ["1", "2", "3"]})
    assert shape.find_differences("1,3") == ()
    assert [each.kind for each in shape.find_differences("1,9")] == ["value"]


def test_the_nearest_alternative_counts() -> None:
    shape = SchemaChecker({"type": "string", "anyOf": [{"format": "date-time"}, {"enum": ["never"]}]})
    assert shape.find_differences("never") == shape.find_differences("2026-03-10T09:00:00Z") == ()
    assert len(shape.find_differences("sometimes")) == 1


def test_an_unknown_event_passes_marked_and_only_the_strict_refuse_it() -> None:
    drift = DRIFTS.compare(parse_event(b'{"event": "meeting.paused", "event_ts": 1, "payload": {}}'))
    assert drift == DriftReport("meeting.paused", is_known=False, has_schema=False)
    assert drift.to_lines() == ["meeting.paused: no event of this name is known"]
    refusal = drift.to_rejection()
    assert refusal is not None
    assert (refusal.reason, refusal.status) == ("unknown_event", 422)


def test_the_strict_are_told_every_difference() -> None:
    refusal = started(topic=7, newest=1).to_rejection()
    assert refusal is not None
    assert refusal.status == 422
    with pytest.raises(WebhookRejected, match=r"topic: came a whole number.*newest: the schema has no such field"):
        raise refusal.to_error()


def test_a_report_is_json() -> None:
    row = json.loads(json.dumps(started(newest=1).to_dict()))
    assert row == {
        "event": "meeting.started",
        "known": True,
        "schema": True,
        "differences": [
            {
                "path": "payload.object.newest",
                "kind": "unknown",
                "said": "the schema has no such field",
                "times": 1,
                "message": "payload.object.newest: the schema has no such field",
            }
        ],
    }


def test_a_schema_is_prepared_once() -> None:
    asked: list[str] = []

    def find(name: str) -> Any:
        asked.append(name)
        return find_event(name)

    drifts = DriftDetector(find)
    for _ in range(3):
        drifts.compare(Event(b"", {"event": "meeting.started"}))
    assert asked == ["meeting.started"]


@given(JSON)
def test_no_body_is_too_odd(value: Any) -> None:
    for body in (value, {"event": "recording.completed", "payload": value},
                 {"event": "meeting.updated", "payload": {"object": value, "old_object": value}}):  # fmt: skip
        drift = DRIFTS.compare(Event(b"", body))
        assert drift.to_lines() == [*drift.to_lines()]


@given(SCHEMAS, JSON)
def test_differences_are_few_and_end(schema: dict[str, Any], value: Any) -> None:
    found = SchemaChecker(schema).find_differences(value)
    assert len(found) <= 100
    assert len({(each.path, each.kind) for each in found}) == len(found)


def test_a_flood_of_unknown_fields_is_cut() -> None:
    shape = SchemaChecker({"type": "object", "properties": {"a": {}}})
    assert len(shape.find_differences({str(number): 1 for number in range(5000)})) == 100
