"""Test the event types at run time."""

from __future__ import annotations

import pytest

from zoom_component.events import types as events
from zoom_component.events.types import MeetingStarted, RecordingCompleted, detect_drift
from zoom_component.events.types.lookup import find_event_type, list_type_names, to_type_name
from zoom_component.events.webhook import Event
from zoom_facts import list_event_names


def test_every_event_has_its_own_type() -> None:
    names = list_event_names()
    assert len({to_type_name(name) for name in names}) == len(names) == len(list_type_names())
    for name in names:
        event_type = find_event_type(to_type_name(name))
        assert event_type is not None
        assert isinstance(Event(b"", {"event": name}), event_type)
        assert to_type_name(name).isidentifier()


def test_isinstance_compares_the_event_name() -> None:
    event = Event(b"", {"event": "meeting.started", "payload": {"object": {"topic": "Daily"}}})
    assert [isinstance(event, event_type) for event_type in (MeetingStarted, RecordingCompleted, Event)] == [
        True,
        False,
        True,
    ]
    assert not isinstance({"event": "meeting.started"}, MeetingStarted)
    assert not isinstance(Event(b"", 7), MeetingStarted)


def test_match_statements_use_types_and_fields() -> None:
    event = Event(b"", {"event": "meeting.started", "payload": {"object": {"topic": "Daily"}}})
    match event:
        case RecordingCompleted():
            matched = "recording"
        case MeetingStarted(object={"topic": topic}):
            matched = topic
        case _:
            matched = "other"
    assert matched == "Daily"


def test_a_type_is_created_once() -> None:
    assert events.MeetingStarted is MeetingStarted
    assert repr(MeetingStarted) == "<class 'zoom_component.events.types.MeetingStarted'>"
    assert set(dir(events)) == {"detect_drift", *list_type_names()}


def test_an_unknown_type_name_raises_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'MeetingPaused'"):
        _ = events.MeetingPaused  # type: ignore[attr-defined]
    assert find_event_type("meeting.started") is None


def test_detect_drift_uses_the_published_schemas() -> None:
    assert not detect_drift(Event(b"", {"event": "meeting.paused"})).is_known
    assert detect_drift(Event(b"", {"event": "meeting.started"})).differences
