"""Test simulated meetings: start, participants, recording, end, and all that follows."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.support.sandbox_answers import get_json, get_refusal

from zoom_sandbox import ManualClock, Sandbox

SPAN = {"from": "2026-03-01", "to": "2026-03-10"}


def create_conference(client: httpx.Client, kind: str = "meetings", host: str = "mia@example.com", **body: Any) -> int:
    created: int = client.post(f"/users/{host}/{kind}", json={"topic": "Demo", **body}).json()["id"]
    return created


def list_live_meetings(client: httpx.Client, host: str = "mia@example.com") -> list[int]:
    return [row["id"] for row in get_json(client, f"/users/{host}/meetings", type="live")["meetings"]]


def test_a_meeting_from_start_to_end(client: httpx.Client, sandbox: Sandbox, clock: ManualClock) -> None:
    meeting = create_conference(client)
    uuid = sandbox.lifecycle.start(meeting)
    assert (get_json(client, f"/meetings/{meeting}")["status"], list_live_meetings(client)) == ("started", [meeting])
    sandbox.lifecycle.join(meeting, "Mia Member", "mia@example.com")
    clock.advance(60)
    sandbox.lifecycle.join(meeting, "Gus Guest", "gus@guests.example.org")
    clock.advance(540)
    sandbox.lifecycle.leave(meeting, "Gus Guest")
    sandbox.lifecycle.summarize(meeting, "All is well.", ["Ship it."])
    assert get_refusal(client.get(f"/past_meetings/{meeting}")) == (404, 3001)
    clock.advance(600)
    assert sandbox.lifecycle.end(meeting) == uuid
    assert (get_json(client, f"/meetings/{meeting}")["status"], list_live_meetings(client)) == ("waiting", [])

    past = get_json(client, f"/past_meetings/{meeting}")
    assert (past["uuid"], past["duration"], past["participants_count"], past["total_minutes"]) == (uuid, 20, 2, 29)
    assert (past["start_time"], past["end_time"]) == ("2026-03-10T11:00:00Z", "2026-03-10T11:20:00Z")
    people = get_json(client, f"/past_meetings/{meeting}/participants")["participants"]
    assert [(row["name"], row["duration"], row["internal_user"]) for row in people] == [
        ("Mia Member", 1200, True),
        ("Gus Guest", 540, False),
    ]
    summary = get_json(client, f"/meetings/{meeting}/meeting_summary")
    assert (summary["summary_overview"], summary["next_steps"]) == ("All is well.", ["Ship it."])


def test_each_instance_has_its_own_uuid(client: httpx.Client, sandbox: Sandbox, clock: ManualClock) -> None:
    meeting = create_conference(client, type=3)
    uuids = []
    for _ in range(3):
        clock.advance(300)
        uuids.append(sandbox.lifecycle.start(meeting))
        sandbox.lifecycle.end(meeting)
    rows = get_json(client, f"/past_meetings/{meeting}/instances")["meetings"]
    assert [row["uuid"] for row in rows] == uuids[::-1]
    assert len(set(uuids)) == 3
    assert get_json(client, f"/past_meetings/{meeting}/instances", **{"from": "2026-03-11"})["meetings"] == []
    scheduled = [row["id"] for row in get_json(client, "/users/mia@example.com/meetings")["meetings"]]
    assert scheduled == [meeting]  # a recurring meeting goes on
    assert get_json(client, f"/past_meetings/{create_conference(client)}/instances")["meetings"] == []
    assert get_refusal(client.get("/past_meetings/1/instances")) == (404, 3001)


def test_the_api_ends_a_started_meeting(client: httpx.Client, sandbox: Sandbox) -> None:
    for kind in ("meetings", "webinars"):
        number = create_conference(client, kind)
        sandbox.lifecycle.start(number, minutes_ago=12.5)
        # A change affects the planned meeting, not the live one.
        assert client.patch(f"/{kind}/{number}", json={"topic": "Renamed"}).status_code == 204
        assert client.put(f"/{kind}/{number}/status", json={"action": "end"}).is_success
        report = get_json(client, f"/report/{kind}/{number}")
        assert (report["duration"], report["topic"]) == (13, "Renamed")


def test_a_meeting_is_recorded_automatically(client: httpx.Client, sandbox: Sandbox) -> None:
    meeting = create_conference(client, settings={"auto_recording": "cloud"})
    sandbox.lifecycle.start(meeting, minutes_ago=5)
    sandbox.lifecycle.end(meeting)
    types = [file["file_type"] for file in get_json(client, f"/meetings/{meeting}/recordings")["recording_files"]]
    assert types == ["MP4", "M4A", "TRANSCRIPT"]


def test_the_api_records_and_summarizes_a_live_meeting(client: httpx.Client, sandbox: Sandbox) -> None:
    meeting = create_conference(client)
    path = f"/live_meetings/{meeting}/events"
    assert get_refusal(client.patch(path, json={"method": "recording.start"})) == (404, 3001)
    sandbox.lifecycle.start(meeting, minutes_ago=5)
    for method in ("recording.start", "ai_companion.start"):
        assert client.patch(path, json={"method": method}).status_code == 202
    sandbox.lifecycle.end(meeting)
    assert get_json(client, f"/meetings/{meeting}/recordings")["recording_count"] == 3
    assert get_json(client, f"/meetings/{meeting}/meeting_summary")["summary_title"] == "Meeting summary for Demo"


def test_a_past_meeting_can_be_recorded_and_summarized_later(client: httpx.Client, sandbox: Sandbox) -> None:
    meeting = create_conference(client)
    sandbox.lifecycle.start(meeting, minutes_ago=5)
    sandbox.lifecycle.end(meeting)
    sandbox.lifecycle.record(meeting, "chat")
    sandbox.lifecycle.summarize(meeting)
    assert get_json(client, f"/meetings/{meeting}/recordings")["recording_files"][0]["file_type"] == "CHAT"
    rows = get_json(client, "/meetings/meeting_summaries", page_size=1)
    assert rows["summaries"][0]["meeting_id"] == meeting
    late = {"from": "2026-03-10T11:01:00Z", "to": "2026-03-10T11:05:00Z", "time_filter_field": "summary_created_time"}
    assert len(get_json(client, "/meetings/meeting_summaries", **late)["summaries"]) == 1
    assert client.delete(f"/meetings/{meeting}/meeting_summary").status_code == 204
    assert get_refusal(client.get(f"/meetings/{meeting}/meeting_summary")) == (404, 3001)


def test_a_personal_meeting_can_be_started(client: httpx.Client, sandbox: Sandbox) -> None:
    uuid = sandbox.lifecycle.start(6000000003)
    sandbox.lifecycle.end(6000000003)
    assert get_json(client, "/past_meetings/6000000003")["uuid"] == uuid
    assert sandbox.lifecycle.start(6000000003) != uuid


def test_a_registrant_is_recognized_by_the_email(client: httpx.Client, sandbox: Sandbox) -> None:
    webinar = create_conference(client, "webinars", settings={"approval_type": 0})
    ids = {
        name: client.post(
            f"/webinars/{webinar}/registrants", json={"email": f"{name}@example.org", "first_name": name}
        ).json()["registrant_id"]
        for name in ("came", "stayed", "away")
    }
    sandbox.lifecycle.start(webinar, minutes_ago=30)
    for name in ("came", "stayed"):
        sandbox.lifecycle.join(webinar, name, f"{name}@example.org", minutes_ago=20)
    sandbox.lifecycle.end(webinar)
    people = get_json(client, f"/report/webinars/{webinar}/participants", include_fields="registrant_id")[
        "participants"
    ]
    assert [row["registrant_id"] for row in people] == [ids["came"], ids["stayed"]]
    absent = get_json(client, f"/past_webinars/{webinar}/absentees")["registrants"]
    assert [(row["email"], row["id"]) for row in absent] == [("away@example.org", ids["away"])]
    assert len(get_json(client, f"/past_webinars/{webinar}/instances")["webinars"]) == 1


def test_reports_count_past_meetings(client: httpx.Client, sandbox: Sandbox) -> None:
    before = get_json(client, "/report/users", **SPAN)
    meeting = create_conference(client)
    sandbox.lifecycle.start(meeting, minutes_ago=10)
    sandbox.lifecycle.join(meeting, "Mia Member", "mia@example.com", minutes_ago=10)
    sandbox.lifecycle.join(meeting, "Ada Admin", "ada@example.com", minutes_ago=4)
    sandbox.lifecycle.end(meeting)
    after = get_json(client, "/report/users", **SPAN)
    gained = {name: after[name] - before[name] for name in after if name.startswith("total_")}
    assert gained == {
        "total_meetings": 1, "total_participants": 2, "total_meeting_minutes": 14, "total_records": 1,
    }  # fmt: skip
    assert [row["email"] for row in after["users"]] == ["owner@example.com", "mia@example.com"]
    quiet = get_json(client, "/report/users", type="inactive", **SPAN)["users"]
    assert [row["email"] for row in quiet] == ["ada@example.com", "ben@example.com"]
    for user, kind, count in (("mia", "past", 1), ("mia", "pastOne", 1), ("ada", "past", 0), ("ada", "pastJoined", 2)):
        rows = get_json(client, f"/report/users/{user}@example.com/meetings", type=kind, **SPAN)["meetings"]
        assert len(rows) == count, (user, kind)
    day = get_json(client, "/report/daily")["dates"][9]
    assert (day["meetings"], day["participants"], day["meeting_minutes"]) == (1, 2, 14)
    assert get_json(client, f"/report/meetings/{meeting}/participants")["total_records"] == 2


@pytest.mark.parametrize("span", [("2026-03-02", "2026-03-01"), ("2026-01-01", "2026-03-01")])
def test_a_report_covers_at_most_a_month(client: httpx.Client, span: tuple[str, str]) -> None:
    assert get_refusal(client.get("/report/users", params={"from": span[0], "to": span[1]})) == (400, 300)


def test_impossible_steps_are_refused(client: httpx.Client, sandbox: Sandbox) -> None:
    lifecycle, meeting = sandbox.lifecycle, create_conference(client)
    with pytest.raises(ValueError, match="no meeting or webinar has the id 12"):
        lifecycle.start(12)
    with pytest.raises(ValueError, match="is not in progress"):
        lifecycle.join(meeting, "Mia")
    with pytest.raises(ValueError, match="has not taken place yet"):
        lifecycle.record(meeting)
    with pytest.raises(ValueError, match=r'files: expected one of .*, got "film"'):
        lifecycle.record(meeting, "film")
    lifecycle.start(meeting)
    with pytest.raises(ValueError, match="is already in progress"):
        lifecycle.start(meeting)
    with pytest.raises(ValueError, match='expected the name or email of a participant, got "Gus"'):
        lifecycle.leave(meeting, "Gus")
