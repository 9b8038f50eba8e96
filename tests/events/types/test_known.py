"""The types of events at run time: by name, whatever the body is."""

from __future__ import annotations

import pytest

from zoom_component.events import types as events
from zoom_component.events.types import MeetingStarted, RecordingCompleted, drift
from zoom_component.events.types.known import named, type_name, type_names
from zoom_component.events.webhook import Event
from zoom_facts import event_names


def test_every_event_has_a_type_of_its_own() -> None:
    names = event_names()
    assert len({type_name(name) for name in names}) == len(names) == len(type_names())
    for name in names:
        kind = named(type_name(name))
        assert kind is not None
        assert isinstance(Event(b"", {"event": name}), kind)
        assert type_name(name).isidentifier()


def test_an_event_is_of_the_type_of_its_name_and_of_no_other() -> None:
    event = Event(b"", {"event": "meeting.started", "payload": {"object": {"topic": "Daily"}}})
    assert [isinstance(event, kind) for kind in (MeetingStarted, RecordingCompleted, Event)] == [True, False, True]
    assert not isinstance({"event": "meeting.started"}, MeetingStarted)
    assert not isinstance(Event(b"", 7), MeetingStarted)


def test_a_match_goes_by_types_and_fields() -> None:
    event = Event(b"", {"event": "meeting.started", "payload": {"object": {"topic": "Daily"}}})
    match event:
        case RecordingCompleted():
            found = "recording"
        case MeetingStarted(object={"topic": topic}):
            found = topic
        case _:
            found = "other"
    assert found == "Daily"


def test_a_type_is_always_the_same() -> None:
    assert events.MeetingStarted is MeetingStarted
    assert repr(MeetingStarted) == "<class 'zoom_component.events.types.MeetingStarted'>"
    assert set(dir(events)) == {"drift", *type_names()}


def test_what_is_no_event_is_no_type() -> None:
    with pytest.raises(AttributeError, match="no attribute 'MeetingPaused'"):
        _ = events.MeetingPaused  # type: ignore[attr-defined]
    assert named("meeting.started") is None


def test_drift_knows_the_facts() -> None:
    assert not drift(Event(b"", {"event": "meeting.paused"})).known
    assert drift(Event(b"", {"event": "meeting.started"})).differences
