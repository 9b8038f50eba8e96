"""The types of events as mypy sees them: what it lets pass, and what it must not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from zoom_component.export.event_types import event_types
from zoom_component.places import PACKAGE

ROOT = PACKAGE.parent.parent
GOOD = """
from datetime import datetime

from zoom_component.events import MeetingStarted, RecordingCompleted, UserCreated, ContactCenterTaskCreated, drift
from zoom_component.triggers import Event


def on_meeting_started(event: MeetingStarted) -> str:
    at: datetime | None = event.at
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
    return "; ".join(drift(event).lines())
"""
BAD = """
from zoom_component.events import MeetingStarted, RecordingCompleted
from zoom_component.events import MeetingPaused  # E
from zoom_component.triggers import Event


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


def test_mypy_lets_the_right_program_pass_and_finds_each_mistake_of_the_wrong_one(tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.py").write_text(BAD, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", str(tmp_path / "cache")]
    run = subprocess.run(
        [*command, str(tmp_path / "good.py"), str(tmp_path / "bad.py")],
        cwd=tmp_path, env={"MYPYPATH": str(ROOT / "component"), "PATH": ""}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    errors = [line for line in run.stdout.splitlines() if ": error:" in line]
    assert {line.split(":")[0].rpartition("/")[2] for line in errors} == {"bad.py"}, run.stdout + run.stderr
    wrong = {number for number, line in enumerate(BAD.splitlines(), 1) if line.endswith("# E")}
    assert {int(line.split(":")[1]) for line in errors} == wrong


def test_the_types_are_fresh() -> None:
    made = event_types()
    there = {path.relative_to(ROOT).as_posix() for path in (PACKAGE / "events").glob("*.pyi")}
    assert there == set(made)
    for path, text in made.items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, "run: zoom-component docs"
