"""What a life that is played announces; every body is held against its schema by the account's own listener."""

from __future__ import annotations

from typing import Any

import httpx

from zoom_sandbox import Sandbox
from zoom_sandbox.events import EventPublisher


def test_a_meeting_that_takes_place_is_announced_step_by_step(sandbox: Sandbox, client: httpx.Client) -> None:
    told: list[dict[str, Any]] = []
    meeting = client.post("/users/me/meetings", json={"topic": "Daily", "type": 2}).json()
    sandbox.engine.account.store(EventPublisher).add_listener(told.append)
    sandbox.lifecycle.start(meeting["id"], minutes_ago=30)
    sandbox.lifecycle.join(meeting["id"], "Ada Admin", "ada@example.com", minutes_ago=29)
    sandbox.lifecycle.join(meeting["id"], "A guest", minutes_ago=20)
    sandbox.lifecycle.leave(meeting["id"], "A guest", minutes_ago=5)
    sandbox.lifecycle.record(meeting["id"], "video", "audio")
    sandbox.lifecycle.end(meeting["id"])
    assert [body["event"] for body in told] == [
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
    ada = told[1]["payload"]["object"]["participant"]
    assert (ada["user_name"], ada["email"]) == ("Ada Admin", "ada@example.com")
    files = told[-1]["payload"]["object"]["recording_files"]
    assert len(files) == 2
    assert told[-1]["download_token"]
