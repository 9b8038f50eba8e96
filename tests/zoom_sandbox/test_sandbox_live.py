"""What is done with a meeting under way, what people say in it, and the reports that tell of both."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.support.answers import read, refusal

from zoom_sandbox import Sandbox, StillClock

MARCH = {"from": "2026-03-01", "to": "2026-03-31"}


@pytest.fixture
def meeting(client: httpx.Client, sandbox: Sandbox) -> int:
    made = int(client.post("/users/mia@example.com/meetings", json={"topic": "Demo"}).json()["id"])
    sandbox.play.start(made)
    return made


def control(client: httpx.Client, meeting: int, method: str, **params: Any) -> httpx.Response:
    return client.patch(f"/live_meetings/{meeting}/events", json={"method": method, "params": params})


def test_a_recording_starts_stops_and_pauses(client: httpx.Client, sandbox: Sandbox, meeting: int) -> None:
    told: list[dict[str, Any]] = []
    sandbox.listen(told.append)
    turns = ["stop", "start", "start", "resume", "pause", "pause", "resume", "stop", "resume", "start"]
    done = [control(client, meeting, f"recording.{turn}").status_code for turn in turns]
    assert done == [400, 202, 400, 400, 202, 400, 202, 202, 400, 202]
    what = ["started", "paused", "resumed", "stopped", "started"]
    assert [body["event"] for body in told] == [f"recording.{each}" for each in what]
    client.put(f"/meetings/{meeting}/status", json={"action": "end"})
    assert [body["event"] for body in told[5:]] == ["recording.stopped", "meeting.ended", "recording.completed"]
    assert read(client, f"/meetings/{meeting}/recordings")["recording_count"] == 3


def test_people_are_asked_in(client: httpx.Client, sandbox: Sandbox, meeting: int) -> None:
    told: list[dict[str, Any]] = []
    sandbox.listen(told.append)
    invite = "participant.invite"
    assert control(client, meeting, invite, contacts=[{"email": "ada@example.com"}]).status_code == 202
    assert told[0]["payload"]["object"]["participant"]["email"] == "ada@example.com"
    assert refusal(control(client, meeting, invite)) == (400, 300)
    assert refusal(control(client, meeting, invite, contacts=[{"email": "x@y.org"}])) == (400, 300)
    phone = {"invitee_name": "Jill", "phone_number": "5550100"}
    assert control(client, meeting, f"{invite}.callout", **phone).status_code == 202
    assert refusal(control(client, meeting, f"{invite}.callout", invitee_name="Jill")) == (400, 300)
    room = {"call_type": "h323", "device_ip": "10.100.111.237"}
    assert control(client, meeting, f"{invite}.room_system_callout", **room).status_code == 202
    assert refusal(control(client, meeting, f"{invite}.room_system_callout")) == (400, 300)
    assert control(client, meeting, "waiting_room.update", waiting_room_title="Soon").status_code == 202
    assert refusal(control(client, meeting, "waiting_room.update")) == (400, 300)
    assert refusal(client.patch(f"/live_meetings/{meeting}/events", json={})) == (400, 300)


@pytest.mark.parametrize(
    ("turns", "there"),
    [
        ([("start", {})], True),
        ([("start", {"ai_companion_mode": "questions"})], False),
        ([("start", {}), ("stop", {})], True),
        ([("start", {}), ("disable", {"delete_meeting_assets": True})], False),
    ],
)
def test_a_meeting_is_summed_up(
    client: httpx.Client, meeting: int, turns: list[tuple[str, dict[str, Any]]], there: bool
) -> None:
    for turn, params in turns:
        assert control(client, meeting, f"ai_companion.{turn}", **params).status_code == 202
    client.put(f"/meetings/{meeting}/status", json={"action": "end"})
    assert client.get(f"/meetings/{meeting}/meeting_summary").is_success == there


def test_reports_tell_what_people_said(client: httpx.Client, sandbox: Sandbox, meeting: int) -> None:
    sandbox.play.join(meeting, "Ada Admin", "ada@example.com")
    sandbox.play.join(meeting, "Gus Guest")
    sandbox.play.answer(meeting, "Ada Admin", "Lunch?", "Yes")
    sandbox.play.ask(meeting, "Gus Guest", "When?", "At noon.")
    sandbox.play.end(meeting)
    sandbox.play.ask(meeting, "Ada Admin", "Where?")
    (answered,) = read(client, f"/report/meetings/{meeting}/polls")["questions"]
    assert (answered["email"], answered["question_details"][0]["answer"]) == ("ada@example.com", "Yes")
    guest, ada = read(client, f"/report/meetings/{meeting}/qa")["questions"]
    assert guest["question_details"][0]["answer_details"][0]["content"] == "At noon."
    assert (ada["email"], ada["question_details"][0]["question_status"]) == ("ada@example.com", "open")
    client.patch(f"/meetings/{meeting}/survey", json={"custom_survey": {"title": "How was it?"}})
    survey = read(client, f"/report/meetings/{meeting}/survey")
    assert (survey["survey_name"], survey["survey_answers"]) == ("How was it?", [])
    assert refusal(client.get("/report/meetings/123/polls")) == (404, 3001)


def test_a_report_of_the_room_that_recordings_take(client: httpx.Client, sandbox: Sandbox, clock: StillClock) -> None:
    days = {"from": "2026-03-08", "to": "2026-03-11"}
    before = read(client, "/report/cloud_recording", **days)["cloud_recording_storage"]
    made = client.post("/users/me/meetings", json={}).json()["id"]
    sandbox.play.start(made)
    sandbox.play.record(made, "video")
    clock.advance(3600 * 10)
    client.headers["authorization"] = f"Bearer {sandbox.token()}"
    sandbox.play.end(made)
    after = read(client, "/report/cloud_recording", **days)["cloud_recording_storage"]
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, True, False, False]
    assert after[2]["usage"].endswith(" MB")
    (other,) = read(client, "/report/cloud_recording", **days, group_id="none")["cloud_recording_storage"][:1]
    assert other["usage"] == "0"


def test_a_report_of_what_is_to_come(client: httpx.Client) -> None:
    rule = {"type": 1, "repeat_interval": 1, "end_times": 3}
    body = {"topic": "Daily", "type": 8, "start_time": "2026-03-12T09:00:00Z", "recurrence": rule}
    client.post("/users/me/meetings", json=body)
    client.post("/users/me/webinars", json={"topic": "Launch", "type": 5, "start_time": "2026-03-13T08:00:00Z"})
    client.post("/users/me/meetings", json={"topic": "Past", "type": 2, "start_time": "2026-03-02T08:00:00Z"})
    first = read(client, "/report/upcoming_events", **MARCH, page_size=2)
    rest = read(client, "/report/upcoming_events", **MARCH, page_size=2, next_page_token=first["next_page_token"])
    rows = [(row["topic"], row["start_time"][8:10]) for row in first["upcoming_events"] + rest["upcoming_events"]]
    assert rows == [("Daily", "12"), ("Launch", "13"), ("Daily", "13"), ("Daily", "14")]
    only = read(client, "/report/upcoming_events", **MARCH, type="webinar")["upcoming_events"]
    assert [row["topic"] for row in only] == ["Launch"]


def test_a_report_of_what_took_place(client: httpx.Client, sandbox: Sandbox, meeting: int) -> None:
    sandbox.play.answer(meeting, "Ada Admin", "Lunch?", "Yes")
    sandbox.play.end(meeting)
    rows = read(client, "/report/history_meetings", **MARCH, search_key="demo")["history_meetings"]
    assert [(row["meeting_id"], row["type"], row["feature_used"]["poll"]) for row in rows] == [
        (meeting, "Meeting", True)
    ]
    webinars = read(client, "/report/history_meetings", **MARCH, meeting_type="webinar", date_type="end_time")
    assert {row["type"] for row in webinars["history_meetings"]} <= {"Webinar"}
    assert refusal(client.get("/report/history_meetings", params={"from": "x", "to": "y"})) == (400, 300)


def test_a_meeting_whose_host_is_gone_stays_gone(client: httpx.Client) -> None:
    made = client.post("/users/mia@example.com/meetings", json={}).json()["id"]
    client.delete("/users/mia@example.com", params={"action": "delete"})
    assert refusal(client.put(f"/meetings/{made}/status", json={"action": "recover"})) == (404, 3001)
