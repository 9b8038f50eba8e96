"""Test what counts as a difference between an event and its schema."""

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

DETECTOR = DriftDetector(find_event)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "id"]), part, max_size=3),
    max_leaves=8,
)
SCALARS = st.sampled_from(
    [{"type": "string"}, {"type": "integer"}, {"type": ["boolean", "null"]}, {"enum": ["x", 1]}, {"type": "number"}]
)
SCHEMAS = st.recursive(
    SCALARS,
    lambda part: (
        st.builds(lambda items: {"type": "array", "items": items}, part)
        | st.builds(lambda alternatives: {"anyOf": alternatives}, st.lists(part, min_size=1, max_size=2))
        | st.builds(
            lambda known: {"type": "object", "properties": known, "required": list(known)[:1]},
            st.dictionaries(st.sampled_from(["a", "b", "id"]), part, min_size=1, max_size=3),
        )
    ),
    max_leaves=6,
)


def compare_sample(**changes: Any) -> DriftReport:
    """Compare Zoom's sample of meeting.started with a changed object; ... removes a field."""
    definition = find_event("meeting.started")
    assert definition is not None
    assert definition.sample is not None
    body = copy.deepcopy(dict(definition.sample))
    changed = {**body["payload"]["object"], **changes}
    body["payload"]["object"] = {name: value for name, value in changed.items() if value is not ...}
    return DETECTOR.compare(parse_event(json.dumps(body).encode()))


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({}, []),
        ({"newest": 1}, ["payload.object.newest: the schema has no such field"]),
        ({"topic": ...}, ["payload.object.topic: the schema requires this field, but it is missing"]),
        ({"timezone": ...}, []),
        ({"topic": 7}, ["payload.object.topic: expected a string, got an integer"]),
        ({"duration": "60"}, ["payload.object.duration: expected an integer, got a string"]),
        ({"duration": True}, ["payload.object.duration: expected an integer, got a boolean"]),
        ({"duration": 60.0}, []),
        ({"duration": 60.5}, ["payload.object.duration: expected an integer, got a number"]),
        ({"type": 10}, ["payload.object.type: expected one of 0, 1, 2, 3, 4, 7, 8, got 10"]),
        ({"topic": None}, ["payload.object.topic: expected a string, got null"]),
        ({"start_time": "yesterday"}, ["payload.object.start_time: expected a time such as 2026-03-10T09:00:00Z, "
                                       'got "yesterday"']),
        ({"start_time": ""}, []),
        ({"id": 1234567890}, []),
        ({"id": "1234567890"}, []),
        ({"id": {}}, ["payload.object.id: expected a string, got an object"]),
        ({"host_id": 5}, []),
        ({"host_email": ""}, []),
        ({"host_email": "no address"}, []),
    ],
)  # fmt: skip
def test_differences_are_reported_and_mixed_types_are_not(changes: dict[str, Any], lines: list[str]) -> None:
    report = compare_sample(**changes)
    assert report.to_lines() == lines
    assert report.is_known


def test_equal_differences_of_items_are_reported_once() -> None:
    file = {"id": "1", "novel": True}
    body = {"event": "recording.completed", "payload": {"object": {"recording_files": [file, file, file]}}}
    lines = DETECTOR.compare(Event(b"", body)).to_lines()
    assert "payload.object.recording_files.*.novel: the schema has no such field (3 times)" in lines
    assert "event_ts: the schema requires this field, but it is missing" in lines


def test_one_string_may_list_several_values_of_an_enumeration() -> None:
    checker = SchemaChecker({"type": "string", "enum": ["1", "2", "3"]})
    assert checker.find_differences("1,3") == ()
    assert [each.kind for each in checker.find_differences("1,9")] == ["value"]


def test_the_nearest_alternative_is_compared() -> None:
    checker = SchemaChecker({"type": "string", "anyOf": [{"format": "date-time"}, {"enum": ["never"]}]})
    assert checker.find_differences("never") == checker.find_differences("2026-03-10T09:00:00Z") == ()
    assert len(checker.find_differences("sometimes")) == 1


def test_an_unknown_event_is_reported_and_can_be_rejected() -> None:
    report = DETECTOR.compare(parse_event(b'{"event": "meeting.paused", "event_ts": 1, "payload": {}}'))
    assert report == DriftReport("meeting.paused", is_known=False, has_schema=False)
    assert report.to_lines() == ['unknown event "meeting.paused"']
    rejection = report.to_rejection()
    assert rejection is not None
    assert (rejection.reason, rejection.status) == ("unknown_event", 422)


def test_a_rejection_names_every_difference() -> None:
    rejection = compare_sample(topic=7, newest=1).to_rejection()
    assert rejection is not None
    assert rejection.status == 422
    with pytest.raises(WebhookRejected, match=r"topic: expected a string.*newest: the schema has no such field"):
        raise rejection.to_error()


def test_a_report_converts_to_json() -> None:
    report = json.loads(json.dumps(compare_sample(newest=1).to_dict()))
    assert report == {
        "event": "meeting.started",
        "known": True,
        "schema": True,
        "differences": [
            {
                "path": "payload.object.newest",
                "kind": "unknown",
                "detail": "the schema has no such field",
                "times": 1,
                "message": "payload.object.newest: the schema has no such field",
            }
        ],
    }


def test_a_schema_is_prepared_once() -> None:
    names: list[str] = []

    def find(name: str) -> Any:
        names.append(name)
        return find_event(name)

    detector = DriftDetector(find)
    for _ in range(3):
        detector.compare(Event(b"", {"event": "meeting.started"}))
    assert names == ["meeting.started"]


@given(JSON)
def test_any_body_can_be_compared(value: Any) -> None:
    for body in (value, {"event": "recording.completed", "payload": value},
                 {"event": "meeting.updated", "payload": {"object": value, "old_object": value}}):  # fmt: skip
        report = DETECTOR.compare(Event(b"", body))
        assert report.to_lines() == [*report.to_lines()]


@given(SCHEMAS, JSON)
def test_the_number_of_differences_is_bounded(schema: dict[str, Any], value: Any) -> None:
    differences = SchemaChecker(schema).find_differences(value)
    assert len(differences) <= 100
    assert len({(each.path, each.kind) for each in differences}) == len(differences)


def test_many_unknown_fields_are_cut_off() -> None:
    checker = SchemaChecker({"type": "object", "properties": {"a": {}}})
    assert len(checker.find_differences({str(number): 1 for number in range(5000)})) == 100
