"""Test that `zoom_component.events` provides the public names, and loads each one late."""

from __future__ import annotations

import subprocess
import sys

import pytest

import zoom_component.events as events
from zoom_component.events import Event, MeetingStarted, Receiver, Verifier, parse_event
from zoom_component.events.receiver.app import Receiver as ReceiverClass
from zoom_component.events.webhook.verifier import Verifier as VerifierClass


def test_every_public_name_can_be_imported() -> None:
    names = dir(events)
    assert {"Challenge", "Notification", "Receiver", "SyncReceiver", "detect_drift", "parse_filter"} <= set(names)
    assert {"MeetingCreated", "MeetingStarted", "RecordingCompleted"} <= set(names)
    for name in names:
        assert getattr(events, name) is not None


def test_a_public_name_is_the_one_of_its_module() -> None:
    assert Receiver is ReceiverClass
    assert Verifier is VerifierClass
    assert isinstance(parse_event(b'{"event": "meeting.started"}'), MeetingStarted)
    assert MeetingStarted.__mro__[1] is Event


@pytest.mark.parametrize("name", ["MeetingPaused", "no_such_name", "_private"])
def test_an_unknown_name_raises_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError, match=f"module 'zoom_component.events' has no attribute '{name}'"):
        getattr(events, name)


def test_the_package_loads_nothing_until_a_name_is_used() -> None:
    program = (
        "import sys, zoom_component.events; print([n for n in sys.modules if n.startswith('zoom_component.events.')])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
