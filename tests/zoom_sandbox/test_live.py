"""Test the control of live meetings, answers to polls and questions, and their reports."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.support.sandbox_answers import get_json, get_refusal

from zoom_sandbox import ManualClock, Sandbox

MARCH = {"from": "2026-03-01", "to": "2026-03-31"}


@pytest.fixture
def meeting(client: httpx.Client, sandbox: Sandbox) -> int:
    created = int(client.post("/users/mia@example.com/meetings", json={"topic": "Demo"}).json()["id"])
    sandbox.lifecycle.start(created)
    return created


def control(client: httpx.Client, meeting: int, method: str, **params: Any) -> httpx.Response:
    return client.patch(f"/live_meetings/{meeting}/events", json={"method": method, "params": params})


def test_a_recording_starts_stops_and_pauses(client: httpx.Client, sandbox: Sandbox, meeting: int) -> None:
    message: list[dict[str, Any]] = []
    sandbox.add_listener(message.append)
    turns = ["stop", "start", "start", "resume", "pause", "pause", "resume", "stop", "resume", "start"]
    done = [control(client, meeting, f"recording.{turn}").status_code for turn in turns]
    assert done == [400, 202, 400, 400, 202, 400, 202, 202, 400, 202]
    expected = ["started", "paused", "resumed", "stopped", "started"]
    assert [body["event"] for body in message] == [f"recording.{each}" for each in expected]
    client.put(f"/meetings/{meeting}/status", json={"action": "end"})
    assert [body["event"] for body in message[5:]] == ["recording.stopped", "meeting.ended", "recording.completed"]
    assert get_json(client, f"/meetings/{meeting}/recordings")["recording_count"] == 3


def test_users_are_invited(client: httpx.Client, sandbox: Sandbox, meeting: int) -> None:
    message: list[dict[str, Any]] = []
    sandbox.add_listener(message.append)
    invite = "participant.invite"
    assert control(client, meeting, invite, contacts=[{"email": "ada@example.com"}]).status_code == 202
    assert message[0]["payload"]["object"]["participant"]["email"] == "ada@example.com"
    assert get_refusal(control(client, meeting, invite)) == (400, 300)
    assert get_refusal(control(client, meeting, invite, contacts=[{"email": "x@y.org"}])) == (400, 300)
    phone = {"invitee_name": "Jill", "phone_number": "5550100"}
    assert control(client, meeting, f"{invite}.callout", **phone).status_code == 202
    assert get_refusal(control(client, meeting, f"{invite}.callout", invitee_name="Jill")) == (400, 300)
    room = {"call_type": "h323", "device_ip": "10.100.111.237"}
    assert control(client, meeting, f"{invite}.room_system_callout", **room).status_code == 202
    assert get_refusal(control(client, meeting, f"{invite}.room_system_callout")) == (400, 300)
    assert control(client, meeting, "waiting_room.update", waiting_room_title="Soon").status_code == 202
    assert get_refusal(control(client, meeting, "waiting_room.update")) == (400, 300)
    assert get_refusal(client.patch(f"/live_meetings/{meeting}/events", json={})) == (400, 300)


@pytest.mark.parametrize(
    ("turns", "there"),
    [
        ([("start", {})], True),
        ([("start", {"ai_companion_mode": "questions"})], False),
        ([("start", {}), ("stop", {})], True),
        ([("start", {}), ("disable", {"delete_meeting_assets": True})], False),
    ],
)
def test_a_meeting_is_summarized(
    client: httpx.Client, meeting: int, turns: list[tuple[str, dict[str, Any]]], there: bool
) -> None:
    for turn, params in turns:
        assert control(client, meeting, f"ai_companion.{turn}", **params).status_code == 202
    client.put(f"/meetings/{meeting}/status", json={"action": "end"})
    assert client.get(f"/meetings/{meeting}/meeting_summary").is_success == there


def test_reports_have_answers_and_questions(client: httpx.Client, sandbox: Sandbox, meeting: int) -> None:
    sandbox.lifecycle.join(meeting, "Ada Admin", "ada@example.com")
    sandbox.lifecycle.join(meeting, "Gus Guest")
    sandbox.lifecycle.answer_poll(meeting, "Ada Admin", "Lunch?", "Yes")
    sandbox.lifecycle.ask_question(meeting, "Gus Guest", "When?", "At noon.")
    sandbox.lifecycle.end(meeting)
    sandbox.lifecycle.ask_question(meeting, "Ada Admin", "Where?")
    (answered,) = get_json(client, f"/report/meetings/{meeting}/polls")["questions"]
    assert (answered["email"], answered["question_details"][0]["answer"]) == ("ada@example.com", "Yes")
    guest, ada = get_json(client, f"/report/meetings/{meeting}/qa")["questions"]
    assert guest["question_details"][0]["answer_details"][0]["content"] == "At noon."
    assert (ada["email"], ada["question_details"][0]["question_status"]) == ("ada@example.com", "open")
    client.patch(f"/meetings/{meeting}/survey", json={"custom_survey": {"title": "How was it?"}})
    survey = get_json(client, f"/report/meetings/{meeting}/survey")
    assert (survey["survey_name"], survey["survey_answers"]) == ("How was it?", [])
    assert get_refusal(client.get("/report/meetings/123/polls")) == (404, 3001)


def test_the_storage_report_has_the_size_of_recordings(
    client: httpx.Client, sandbox: Sandbox, clock: ManualClock
) -> None:
    days = {"from": "2026-03-08", "to": "2026-03-11"}
    before = get_json(client, "/report/cloud_recording", **days)["cloud_recording_storage"]
    created = client.post("/users/me/meetings", json={}).json()["id"]
    sandbox.lifecycle.start(created)
    sandbox.lifecycle.record(created, "video")
    clock.advance(3600 * 10)
    client.headers["authorization"] = f"Bearer {sandbox.issue_token()}"
    sandbox.lifecycle.end(created)
    after = get_json(client, "/report/cloud_recording", **days)["cloud_recording_storage"]
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, True, False, False]
    assert after[2]["usage"].endswith(" MB")
    (other,) = get_json(client, "/report/cloud_recording", **days, group_id="none")["cloud_recording_storage"][:1]
    assert other["usage"] == "0"


def test_upcoming_events_are_reported(client: httpx.Client, sandbox: Sandbox) -> None:
    rule = {"type": 1, "repeat_interval": 1, "end_times": 3}
    body = {"topic": "Daily", "type": 8, "start_time": "2026-03-12T09:00:00Z", "recurrence": rule}
    client.post("/users/me/meetings", json=body)
    client.post("/users/me/webinars", json={"topic": "Launch", "type": 5, "start_time": "2026-03-13T08:00:00Z"})
    sandbox.load_data({"meetings": [{"topic": "Past", "type": 2, "start_time": "2026-03-02T08:00:00Z"}]})
    first = get_json(client, "/report/upcoming_events", **MARCH, page_size=2)
    rest = get_json(client, "/report/upcoming_events", **MARCH, page_size=2, next_page_token=first["next_page_token"])
    rows = [(row["topic"], row["start_time"][8:10]) for row in first["upcoming_events"] + rest["upcoming_events"]]
    assert rows == [("Daily", "12"), ("Launch", "13"), ("Daily", "13"), ("Daily", "14")]
    only = get_json(client, "/report/upcoming_events", **MARCH, type="webinar")["upcoming_events"]
    assert [row["topic"] for row in only] == ["Launch"]


def test_past_meetings_are_reported(client: httpx.Client, sandbox: Sandbox, meeting: int) -> None:
    sandbox.lifecycle.answer_poll(meeting, "Ada Admin", "Lunch?", "Yes")
    sandbox.lifecycle.end(meeting)
    rows = get_json(client, "/report/history_meetings", **MARCH, search_key="demo")["history_meetings"]
    assert [(row["meeting_id"], row["type"], row["feature_used"]["poll"]) for row in rows] == [
        (meeting, "Meeting", True)
    ]
    webinars = get_json(client, "/report/history_meetings", **MARCH, meeting_type="webinar", date_type="end_time")
    assert {row["type"] for row in webinars["history_meetings"]} <= {"Webinar"}
    assert get_refusal(client.get("/report/history_meetings", params={"from": "x", "to": "y"})) == (400, 300)


def test_a_meeting_of_a_deleted_host_cannot_be_recovered(client: httpx.Client) -> None:
    created = client.post("/users/mia@example.com/meetings", json={}).json()["id"]
    client.delete("/users/mia@example.com", params={"action": "delete"})
    assert get_refusal(client.put(f"/meetings/{created}/status", json={"action": "recover"})) == (404, 3001)
