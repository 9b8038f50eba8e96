"""The types of events at run time: by name, whatever the body is."""

from __future__ import annotations

import pytest

from zoom_component.events import types as events
from zoom_component.events.types import MeetingStarted, RecordingCompleted, detect_drift
from zoom_component.events.types.lookup import find_event_type, list_type_names, to_type_name
from zoom_component.events.webhook import Event
from zoom_facts import list_event_names


def test_every_event_has_a_type_of_its_own() -> None:
    names = list_event_names()
    assert len({to_type_name(name) for name in names}) == len(names) == len(list_type_names())
    for name in names:
        kind = find_event_type(to_type_name(name))
        assert kind is not None
        assert isinstance(Event(b"", {"event": name}), kind)
        assert to_type_name(name).isidentifier()


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
    assert set(dir(events)) == {"drift", *list_type_names()}


def test_what_is_no_event_is_no_type() -> None:
    with pytest.raises(AttributeError, match="no attribute 'MeetingPaused'"):
        _ = events.MeetingPaused  # type: ignore[attr-defined]
    assert find_event_type("meeting.started") is None


def test_drift_knows_the_facts() -> None:
    assert not detect_drift(Event(b"", {"event": "meeting.paused"})).is_known
    assert detect_drift(Event(b"", {"event": "meeting.started"})).differences
