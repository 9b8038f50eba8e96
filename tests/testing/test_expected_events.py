"""Test steps that expect events: the published events must match, in order and without others."""

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
def test_a_step_sees_only_its_own_events(tmp_path: Path, events: str) -> None:
    assert outcome(tmp_path, events).failures == ()


@pytest.mark.parametrize(
    ("events", "message"),
    [
        ("[]", "the published events differ"),
        ("[{event: meeting.created}]", "the published events differ"),
        ("[{event: meeting.updated}, {event: meeting.updated}]", "the published events differ"),
        ("[{event: meeting.updated, payload: {object: {topic: Daily}}}]", "the payload of meeting.updated differs"),
    ],
)
def test_different_events_are_reported_with_a_diff(tmp_path: Path, events: str, message: str) -> None:
    (failure,) = outcome(tmp_path, events).failures
    assert failure.message == message
    assert failure.line == 6
    assert failure.diff
