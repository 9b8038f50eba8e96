"""Steps that expect events: what is announced for a step has to be what is written, in order and no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from zoom_component import Component
from zoom_component.testing.backends import SandboxBackend
from zoom_component.testing.results import SpecResult
from zoom_component.testing.runner import run_spec
from zoom_component.testing.spec_files import load_spec

COMPONENT = Component.load()
SPEC = """name: A meeting is renamed
steps:
  - {{name: made, run: createMeeting, inputs: {{userId: me, topic: Daily}}}}
  - run: updateMeeting
    inputs: {{meetingId: "${{made.id}}", topic: Weekly}}
    expect: {{events: {events}}}
"""


def outcome(tmp_path: Path, events: str) -> SpecResult:
    file = tmp_path / "renamed.test.yaml"
    file.write_text(SPEC.format(events=events), encoding="utf-8")
    return run_spec(load_spec(file, COMPONENT.catalogue.action_keys(), "renamed.test.yaml"), SandboxBackend(COMPONENT))


@pytest.mark.parametrize(
    "events",
    [
        "[{event: meeting.updated}]",
        "[{event: meeting.updated, payload: {object: {topic: Weekly}, old_object: {topic: Daily}}}]",
    ],
)
def test_the_events_of_a_step_are_its_own(tmp_path: Path, events: str) -> None:
    assert outcome(tmp_path, events).failures == ()


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ("[]", "other events were announced"),
        ("[{event: meeting.created}]", "other events were announced"),
        ("[{event: meeting.updated}, {event: meeting.updated}]", "other events were announced"),
        ("[{event: meeting.updated, payload: {object: {topic: Daily}}}]", "meeting.updated is another"),
    ],
)
def test_other_events_are_told_with_a_diff(tmp_path: Path, events: str, told: str) -> None:
    (failure,) = outcome(tmp_path, events).failures
    assert failure.message == told
    assert failure.line == 6
    assert failure.diff
