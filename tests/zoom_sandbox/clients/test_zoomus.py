"""Test that zoomus works with the sandbox when only its URLs are changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from zoom_sandbox import Sandbox

PERSON = {"email": "new@example.com", "type": 1, "first_name": "New", "last_name": "Person"}
ADA = {"email": "ada@example.com", "first_name": "Ada", "last_name": "Lovelace"}
MONTH_AGO, NOW = datetime.now(UTC) - timedelta(days=27), datetime.now(UTC)


def get_body(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def get_error_code(answer: Any) -> int:
    assert answer.status_code >= 400
    return int(answer.json()["code"])


def test_users(zoomus: Any) -> None:
    made = get_body(zoomus.user.create(action="create", user_info=PERSON), 201)
    assert get_body(zoomus.user.get(id=made["id"]))["email"] == "new@example.com"
    get_body(zoomus.user.update(id="mia@example.com", dept="Support"), 204)
    assert get_body(zoomus.user.get(id="mia@example.com"))["dept"] == "Support"
    assert "new@example.com" in [user["email"] for user in get_body(zoomus.user.list(status="pending"))["users"]]
    assert get_body(zoomus.user.check_email(email="new@example.com"))["existed_email"]
    get_body(zoomus.user.delete(id=made["id"], action="delete"), 204)
    assert get_error_code(zoomus.user.get(id=made["id"])) == 1001
    assert get_body(zoomus.user.me())["email"] == "owner@example.com"


def test_the_settings_email_and_status_of_a_user(zoomus: Any) -> None:
    get_body(zoomus.user.update_settings(id="mia@example.com", schedule_meeting={"host_video": True}), 204)
    assert get_body(zoomus.user.get_settings(id="mia@example.com"))["schedule_meeting"]["host_video"]
    get_body(zoomus.user.update_email(id="mia@example.com", email="mimi@example.com"), 204)
    get_body(zoomus.user.update_status(id="mimi@example.com", action="deactivate"))
    assert get_body(zoomus.user.get(id="mimi@example.com"))["status"] == "inactive"


def test_meetings(zoomus: Any) -> None:
    start_time = datetime(2030, 1, 1, 9)
    made = get_body(zoomus.meeting.create(user_id="me", topic="Daily", type=2, start_time=start_time), 201)
    get_body(zoomus.meeting.update(id=made["id"], topic="Weekly", start_time=datetime(2030, 1, 2, 9)), 204)
    meeting = get_body(zoomus.meeting.get(id=made["id"]))
    assert (meeting["topic"], meeting["start_time"]) == ("Weekly", "2030-01-02T09:00:00Z")
    assert [meeting["id"] for meeting in get_body(zoomus.meeting.list(user_id="me"))["meetings"]] == [made["id"]]
    get_body(zoomus.meeting.update_status(id=made["id"], action="end"), 204)
    get_body(zoomus.meeting.delete(id=made["id"]), 204)
    assert get_error_code(zoomus.meeting.get(id=made["id"])) == 3001


def test_registrants(zoomus: Any) -> None:
    made = get_body(zoomus.meeting.create(user_id="me", topic="Daily", type=2, settings={"approval_type": 1}), 201)
    receipt = get_body(zoomus.meeting.add_registrant(id=made["id"], **ADA), 201)
    waiting = get_body(zoomus.meeting.list_registrants(id=made["id"], status="pending"))["registrants"]
    assert [person["id"] for person in waiting] == [receipt["registrant_id"]]
    registrants = [{"id": receipt["registrant_id"], "email": ADA["email"]}]
    get_body(zoomus.meeting.update_registrant_status(id=made["id"], action="approve", registrants=registrants), 204)
    approved = get_body(zoomus.meeting.list_registrants(id=made["id"]))["registrants"]
    assert [person["email"] for person in approved] == ["ada@example.com"]


def test_webinars(zoomus: Any) -> None:
    made = get_body(zoomus.webinar.create(user_id="me", topic="Launch", type=5, settings={"approval_type": 0}), 201)
    get_body(zoomus.webinar.update(id=made["id"], topic="Premiere"), 204)
    assert get_body(zoomus.webinar.get(id=made["id"]))["topic"] == "Premiere"
    get_body(zoomus.webinar.register(id=made["id"], **ADA), 201)
    assert get_body(zoomus.webinar.get_registrants(id=made["id"]))["total_records"] == 1
    panelist = {"name": "Pia", "email": "pia@example.com"}
    get_body(zoomus.webinar.add_panelists(id=made["id"], panelists=[panelist]), 201)
    assert get_body(zoomus.webinar.list_panelists(id=made["id"]))["panelists"][0]["name"] == "Pia"
    get_body(zoomus.webinar.remove_panelists(id=made["id"]), 204)
    assert [webinar["topic"] for webinar in get_body(zoomus.webinar.list(user_id="me"))["webinars"]] == ["Premiere"]
    get_body(zoomus.webinar.end(id=made["id"]))
    get_body(zoomus.webinar.delete(id=made["id"]), 204)
    assert get_error_code(zoomus.webinar.get(id=made["id"])) == 3001


@pytest.mark.parametrize("days", [{}, {"start": MONTH_AGO, "end": NOW}, {"start": MONTH_AGO.date(), "end": NOW.date()}])
def test_recordings(zoomus: Any, days: dict[str, Any]) -> None:
    recorded = get_body(zoomus.recording.list(user_id="me", **days))["meetings"]
    recording = get_body(zoomus.recording.get(meeting_id=recorded[0]["id"]))
    files = recording["recording_files"]
    file_id = {"meeting_id": recorded[0]["id"], "recording_id": files[0]["id"]}
    get_body(zoomus.recording.delete_single_recording(**file_id), 204)
    assert len(get_body(zoomus.recording.get(meeting_id=recorded[0]["id"]))["recording_files"]) == len(files) - 1
    get_body(zoomus.recording.delete(meeting_id=recorded[0]["id"]), 204)
    assert get_error_code(zoomus.recording.get(meeting_id=recorded[0]["id"])) == 3301


def test_reports(zoomus: Any) -> None:
    days = {"start_time": MONTH_AGO, "end_time": NOW}
    meetings = get_body(zoomus.report.get_user_report(user_id="me", **days))["meetings"]
    assert meetings
    assert "owner@example.com" in [
        user["email"] for user in get_body(zoomus.report.get_account_report(**days))["users"]
    ]
    participants = get_body(zoomus.report.get_meeting_participants_report(id=meetings[0]["id"]))["participants"]
    assert len(participants) == meetings[0]["participants_count"]
    assert len(get_body(zoomus.report.get_daily_report(month=3, year=2026))["dates"]) == 31


def test_a_webinar_that_took_place(zoom: Sandbox, zoomus: Any) -> None:
    made = get_body(zoomus.webinar.create(user_id="me", topic="Launch", type=5, settings={"approval_type": 0}), 201)
    get_body(zoomus.webinar.register(id=made["id"], **ADA), 201)
    zoom.lifecycle.start(made["id"])
    zoom.lifecycle.join(made["id"], "Gus", "gus@example.org")
    zoom.lifecycle.end(made["id"])
    participants = get_body(zoomus.report.get_webinar_participants_report(id=made["id"]))["participants"]
    assert "Gus" in [person["name"] for person in participants]
    absentees = get_body(zoomus.webinar.get_absentees(id=made["id"]))["registrants"]
    assert [person["email"] for person in absentees] == ["ada@example.com"]


def test_past_meetings_by_their_uuids(zoomus: Any) -> None:
    for past in get_body(zoomus.recording.list(user_id="me"))["meetings"]:
        assert get_body(zoomus.past_meeting.get(meeting_id=past["uuid"]))["id"] == past["id"]
        assert get_body(zoomus.past_meeting.get_participants(meeting_id=past["uuid"]))["participants"]
        assert get_body(zoomus.past_meeting.list(meeting_id=str(past["id"])))["meetings"][0]["uuid"] == past["uuid"]


def test_phone_groups_and_roles(zoomus: Any) -> None:
    assert get_body(zoomus.phone.users())["users"]
    made = get_body(zoomus.group.create(name="Readers"), 201)
    get_body(zoomus.group.add_members(groupid=made["id"], members=[{"email": "ada@example.com"}]), 201)
    members = get_body(zoomus.group.list_members(groupid=made["id"]))["members"]
    assert [member["email"] for member in members] == ["ada@example.com"]
    assert get_body(zoomus.role.get(id="1"))["name"] == "Admin"
