"""Check what mypy accepts and rejects in programs that use the event types."""

from __future__ import annotations

from pathlib import Path

from tests.support.mypy_programs import check_programs

from zoom_component.paths import PACKAGE
from zoom_component.tools.export.event_types import build_event_types

ROOT = PACKAGE.parent.parent
GOOD = """
from datetime import datetime

from zoom_component.events import (
    ContactCenterTaskCreated,
    Event,
    MeetingStarted,
    RecordingCompleted,
    UserCreated,
    detect_drift,
)


def on_meeting_started(event: MeetingStarted) -> str:
    at: datetime | None = event.occurred_at
    number: int | str = event.object["id"]
    return f"{event.name} {event.account_id} {event.object_id} {event.payload['object']['topic']} {at} {number}"


def on_event(event: Event) -> str:
    if isinstance(event, MeetingStarted):
        return on_meeting_started(event)
    match event:
        case RecordingCompleted(object=recording):
            return recording["recording_files"][0]["download_url"]
        case UserCreated():
            return event.payload["operator"] if "operator" in event.payload else event.object["email"]
        case ContactCenterTaskCreated():
            return str(event.object.get("anything"))
    return "; ".join(detect_drift(event).to_lines())
"""
BAD = """
from zoom_component.events import Event, MeetingStarted, RecordingCompleted
from zoom_component.events import MeetingPaused  # E


def on_meeting_started(event: MeetingStarted) -> None:
    event.object["tpoic"]  # E
    number: int = event.object["topic"]  # E
    if event.object["type"] == 12:  # E
        print("never")
    event.payload["objekt"]  # E


def on_event(event: Event) -> None:
    on_meeting_started(event)  # E
    if isinstance(event, RecordingCompleted):
        print(event.object["recording_files"][0]["kind"])  # E
"""


def test_mypy_accepts_the_correct_program_and_finds_each_mistake(tmp_path: Path) -> None:
    check_programs(tmp_path, GOOD, BAD)


def test_the_generated_types_are_up_to_date() -> None:
    made = build_event_types()
    there = {path.relative_to(ROOT).as_posix() for path in (PACKAGE / "events" / "types").glob("*.pyi")}
    assert there == set(made)
    for path, text in made.items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, "run: zoom-component spec docs"
