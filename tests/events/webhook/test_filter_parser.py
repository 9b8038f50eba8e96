"""Test filters in YAML: every problem at once, with its place and the valid choices."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import zoom_facts as facts
from zoom_component.errors import SpecError
from zoom_component.events.webhook import Condition, Filter, parse_filter, parse_located_filter
from zoom_component.events.webhook.filter_parser import KnownEvents
from zoom_component.spec.yaml12 import parse_yaml

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=8), part, max_size=3),
    max_leaves=10,
)
KEYS = st.sampled_from(["matches", "atLeast", "atMost", "isNot", "exists", "is"])


def find_problems(value: Any) -> list[str]:
    """Return the problems of a filter that is checked against the known events."""
    with pytest.raises(SpecError) as caught:
        parse_filter(value, facts)
    return list(caught.value.diagnostics)


def test_every_key_is_parsed() -> None:
    text = """\
events: [meeting.*, "!meeting.deleted"]
where:
  payload.object.host_id: abc
  payload.object.type: [2, 8]
  payload.object.topic: {matches: "Daily*"}
  payload.object.duration: {atLeast: 30, atMost: 90.5}
  payload.object.uuid: {isNot: null, exists: true}
allowUnknown: true
"""
    located = parse_yaml(text, "listeners.yaml")
    parsed = parse_located_filter(located.value, located, (), facts)
    assert located.diagnostics == []
    thing = ("payload", "object")
    assert parsed == Filter(
        ("meeting.*", "!meeting.deleted"),
        (
            Condition((*thing, "host_id"), equals_any=("abc",)),
            Condition((*thing, "type"), equals_any=(2, 8)),
            Condition((*thing, "topic"), patterns=("Daily*",)),
            Condition((*thing, "duration"), at_least=30, at_most=90.5),
            Condition((*thing, "uuid"), equals_none=(None,), exists=True),
        ),
    )


def test_all_problems_are_reported_at_once_with_their_places() -> None:
    text = """\
listeners:
  - event: meeting.*
    events:
      - meeting.strated
      - 7
    where:
      payload.object.tpoic: Daily
      payload.object.duration: {atleast: 30}
      payload.object.type: {atMost: many}
      payload..id: 1
"""
    located = parse_yaml(text, "listeners.yaml")
    parse_located_filter(located.value["listeners"][0], located, ("listeners", 0), facts)
    assert [str(problem).removeprefix("listeners.yaml:") for problem in sorted(located.diagnostics)] == [
        '2:5: unknown key "event"; did you mean events?',
        '4:9: no known event matches "meeting.strated"; did you mean meeting.started? '
        "(`allowUnknown: true` allows unknown events and paths)",
        "5:9: events: expected a name or a pattern such as meeting.*, got 7",
        '8:33: unknown key "atleast"; did you mean atLeast?',
        '9:37: atMost: expected a number, got "many"',
        "10:7: expected a path of names joined by dots, such as payload.object.topic (a number or * enters a list), "
        'got "payload..id"',
    ]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "expected a filter with events, where or allowUnknown, got a list"),
        ({"events": "meetings.*"}, 'no known event matches "meetings.*"; did you mean meeting.*?'),
        ({"events": ["!zzz"]}, 'no known event matches "!zzz"; `zoom-component events` lists all events'),
        ({"events": "meeting started"}, "expected a pattern of letters, digits"),
        ({"events": []}, "events: expected a name or a pattern such as meeting.*, got an empty list"),
        ({"events": ["meeting.*", "!meet*"]}, "no event is left"),
        ({"allowUnknown": "yes"}, 'allowUnknown: expected true or false, got "yes"'),
        ({"where": ["payload"]}, "where: expected paths with their conditions, got a list"),
        ({"where": {"object.id": 1}}, 'the body of an event has no field "object"'),
        ({"where": {"payload.object.files[0]": 1}}, "expected a path of names"),
        ({"events": "meeting.started", "where": {"payload.object.tpoic": 1}}, "did you mean topic?"),
        ({"events": "meeting.*", "where": {"payload.objekt.id": 1}}, "did you mean object?"),
        (
            {"events": "recording.completed", "where": {"payload.object.recording_files": "MP4"}},
            "is a list; payload.object.recording_files.* selects its items",
        ),
        ({"events": "recording.completed", "where": {"payload.object": "MP4"}}, "is an object; name one"),
        (
            {"events": "recording.completed", "where": {"payload.object.recording_files.file_type": "MP4"}},
            "recording_files is a list; use payload.object.recording_files.*.file_type",
        ),
        ({"where": {"payload.x": {}}}, "got an empty mapping"),
        ({"where": {"payload.x": []}}, "got an empty list"),
        ({"where": {"payload.x": [[1]]}}, "got a list"),
        (
            {"where": {"payload.x": {"matches": 7}}},
            "matches: expected a string with the wildcards * and ?",
        ),
        ({"where": {"payload.x": {"matches": []}}}, "got an empty list"),
        (
            {"where": {"payload.x": {"atLeast": 5, "atMost": 4}}},
            "expected a number from 5 (atLeast) upwards, got 4",
        ),
        ({"where": {"payload.x": {"atLeast": None}}}, "atLeast: expected a number, got null"),
        ({"where": {"payload.x": {"exists": 1}}}, "exists: expected true or false, got 1"),
        ({"where": {"payload.x": {"exists": False, "matches": "a"}}}, "cannot be combined with another key"),
    ],
)
def test_a_problem_names_what_is_expected_and_the_value(value: Any, message: str) -> None:
    (line,) = find_problems(value)
    assert message in line


def test_unknown_events_and_paths_are_allowed_on_request() -> None:
    assert parse_filter({"events": "meeting.paused", "where": {"payload.new": 1}, "allowUnknown": True}, facts).events


def test_any_path_is_valid_when_a_selected_event_has_no_schema() -> None:
    assert parse_filter({"where": {"payload.object.anything": 1}}, facts).where


def parse_or_refuse(value: Any, known: KnownEvents | None = None) -> Filter | None:
    """Return the filter; None when it is refused with problems."""
    try:
        return parse_filter(value, known)
    except SpecError as error:
        return None if error.diagnostics else Filter()


@given(JSON | st.fixed_dictionaries({}, optional={"events": JSON, "where": JSON, "allowUnknown": JSON}))
def test_any_filter_is_parsed_or_refused_with_problems(value: Any) -> None:
    parsed = parse_or_refuse(value, facts)
    assert parsed is None or set(value) <= {"events", "where", "allowUnknown"}


@given(st.dictionaries(KEYS, JSON, max_size=3))
def test_any_condition_is_parsed_or_refused_with_problems(condition: Any) -> None:
    parsed = parse_or_refuse({"where": {"payload.object.id": condition}})
    assert parsed is None or len(parsed.where) == 1
