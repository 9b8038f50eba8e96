"""Test the events of a simulated meeting. The listener of the account checks every body against its schema."""

from __future__ import annotations

from typing import Any

import httpx

from zoom_sandbox import Sandbox
from zoom_sandbox.events import EventPublisher


def test_each_step_of_a_meeting_sends_an_event(sandbox: Sandbox, client: httpx.Client) -> None:
    message: list[dict[str, Any]] = []
    meeting = client.post("/users/me/meetings", json={"topic": "Daily", "type": 2}).json()
    sandbox.engine.account.store(EventPublisher).add_listener(message.append)
    sandbox.lifecycle.start(meeting["id"], minutes_ago=30)
    sandbox.lifecycle.join(meeting["id"], "Ada Admin", "ada@example.com", minutes_ago=29)
    sandbox.lifecycle.join(meeting["id"], "A guest", minutes_ago=20)
    sandbox.lifecycle.leave(meeting["id"], "A guest", minutes_ago=5)
    sandbox.lifecycle.record(meeting["id"], "video", "audio")
    sandbox.lifecycle.end(meeting["id"])
    assert [body["event"] for body in message] == [
        "meeting.started",
        "meeting.participant_joined",
        "meeting.participant_joined",
        "meeting.participant_left",
        "recording.started",
        "meeting.participant_left",
        "recording.stopped",
        "meeting.ended",
        "recording.completed",
    ]
    ada = message[1]["payload"]["object"]["participant"]
    assert (ada["user_name"], ada["email"]) == ("Ada Admin", "ada@example.com")
    files = message[-1]["payload"]["object"]["recording_files"]
    assert len(files) == 2
    assert message[-1]["download_token"]
