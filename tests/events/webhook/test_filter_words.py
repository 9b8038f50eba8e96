"""Filters as they are declared: every fault at once, where it stands, with the right words beside it."""

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
WORDS = st.sampled_from(["matches", "atLeast", "atMost", "isNot", "exists", "is"])


def faults(value: Any) -> list[str]:
    """The lines of a filter that is held against the known events."""
    with pytest.raises(SpecError) as caught:
        parse_filter(value, facts)
    return list(caught.value.diagnostics)


def test_every_word_becomes_its_part() -> None:
    text = """\
events: [meeting.*, "!meeting.deleted"]
where:
  payload.object.host_id: abc
  payload.object.type: [2, 8]
  payload.object.topic: {matches: "Daily*"}
  payload.object.duration: {atLeast: 30, atMost: 90.5}
  payload.object.uuid: {isNot: null, exists: true}
unknown: true
"""
    located = parse_yaml(text, "listeners.yaml")
    found = parse_located_filter(located.value, located, (), facts)
    assert located.diagnostics == []
    thing = ("payload", "object")
    assert found == Filter(
        ("meeting.*", "!meeting.deleted"),
        (
            Condition((*thing, "host_id"), equals_any=("abc",)),
            Condition((*thing, "type"), equals_any=(2, 8)),
            Condition((*thing, "topic"), patterns=("Daily*",)),
            Condition((*thing, "duration"), at_least=30, at_most=90.5),
            Condition((*thing, "uuid"), equals_none=(None,), exists=True),
        ),
    )


def test_all_faults_are_told_at_once_with_their_places() -> None:
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
    assert [str(fault).removeprefix("listeners.yaml:") for fault in sorted(located.diagnostics)] == [
        "2:5: the word 'event' is not known here; did you mean events?",
        "4:9: no known event fits 'meeting.strated'; did you mean meeting.started? "
        "(`unknown: true` takes it all the same)",
        "5:9: events: came 7; accepted: a name or a pattern, as meeting.*",
        "8:33: the word 'atleast' is not known here; did you mean atLeast?",
        "9:37: atMost: came 'many'; accepted: a number",
        "10:7: 'payload..id' is no path; accepted: names joined by dots, as payload.object.topic; a number or * goes "
        "into a list, as files.*.id",
    ]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ([], "a filter: came a list; accepted: events, where or unknown"),
        ({"events": "meetings.*"}, "no known event fits 'meetings.*'; did you mean meeting.*?"),
        ({"events": ["!zzz"]}, "no known event fits '!zzz'; `zoom-component events` lists them"),
        ({"events": "meeting started"}, "'meeting started' is no pattern"),
        ({"events": []}, "events: the list is empty"),
        ({"events": ["meeting.*", "!meet*"]}, "no event is left"),
        ({"unknown": "yes"}, "unknown: came 'yes'; accepted: true or false"),
        ({"where": ["payload"]}, "where: came a list; accepted: paths"),
        ({"where": {"object.id": 1}}, "a body has no 'object'; accepted: payload, event"),
        ({"where": {"payload.object.files[0]": 1}}, "is no path"),
        ({"events": "meeting.started", "where": {"payload.object.tpoic": 1}}, "did you mean topic?"),
        ({"events": "meeting.*", "where": {"payload.objekt.id": 1}}, "did you mean object?"),
        (
            {"events": "recording.completed", "where": {"payload.object.recording_files": "MP4"}},
            "leads to a list; payload.object.recording_files.* takes its items",
        ),
        ({"events": "recording.completed", "where": {"payload.object": "MP4"}}, "leads to an object; name one"),
        (
            {"events": "recording.completed", "where": {"payload.object.recording_files.file_type": "MP4"}},
            "accepted: *",
        ),
        ({"where": {"payload.x": {}}}, "nothing is asked of it"),
        ({"where": {"payload.x": []}}, "came an empty list"),
        ({"where": {"payload.x": [[1]]}}, "came a list"),
        ({"where": {"payload.x": {"matches": 7}}}, "matches: came 7; accepted: text"),
        ({"where": {"payload.x": {"matches": []}}}, "came an empty list"),
        ({"where": {"payload.x": {"atLeast": 5, "atMost": 4}}}, "no number is at least 5 and at most 4"),
        ({"where": {"payload.x": {"atLeast": None}}}, "atLeast: came nothing (null)"),
        ({"where": {"payload.x": {"exists": 1}}}, "exists: came 1; accepted: true or false"),
        ({"where": {"payload.x": {"exists": False, "matches": "a"}}}, "cannot stand beside another word"),
    ],
)
def test_a_fault_says_what_came_and_what_is_accepted(value: Any, told: str) -> None:
    (line,) = faults(value)
    assert told in line


def test_what_is_not_known_may_be_named_when_asked() -> None:
    assert parse_filter({"events": "meeting.paused", "where": {"payload.new": 1}, "unknown": True}, facts).events


def test_a_path_is_no_fault_where_one_of_the_events_has_no_schema() -> None:
    assert parse_filter({"where": {"payload.object.anything": 1}}, facts).where


def read_or_refused(value: Any, known: KnownEvents | None = None) -> Filter | None:
    """The filter; None where it was refused, in words."""
    try:
        return parse_filter(value, known)
    except SpecError as error:
        return None if error.diagnostics else Filter()


@given(JSON | st.fixed_dictionaries({}, optional={"events": JSON, "where": JSON, "unknown": JSON}))
def test_anything_is_read_or_refused_in_words(value: Any) -> None:
    found = read_or_refused(value, facts)
    assert found is None or set(value) <= {"events", "where", "unknown"}


@given(st.dictionaries(WORDS, JSON, max_size=3))
def test_any_condition_is_read_or_refused_in_words(asked: Any) -> None:
    found = read_or_refused({"where": {"payload.object.id": asked}})
    assert found is None or len(found.where) == 1
