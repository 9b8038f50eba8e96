"""Zoom's public clients work against the embedded Zoom with nothing changed but the addresses."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from zoom_component.sandbox import Sandbox

PERSON = {"email": "new@example.com", "type": 1, "first_name": "New", "last_name": "Person"}


@pytest.fixture
def zoom() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def zoomus(zoom: Sandbox) -> Any:
    """The client of the package zoomus: it gets its own token, server to server."""
    from zoomus import ZoomClient

    oauth = f"{zoom.url}/oauth/token"
    return ZoomClient(zoom.client_id, zoom.client_secret, zoom.account_id, base_uri=zoom.api_url, oauth_uri=oauth)


@pytest.fixture
def pyzoom(zoom: Sandbox) -> Any:
    """The client of the package pyzoom, over a token; its models are of an older pydantic, and say so."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyzoom import ZoomClient
    return ZoomClient(zoom.token(), base_url=zoom.api_url)


def body(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def test_zoomus_works_with_users(zoomus: Any) -> None:
    made = body(zoomus.user.create(action="create", user_info=PERSON), 201)
    assert body(zoomus.user.get(id=made["id"]))["email"] == "new@example.com"
    body(zoomus.user.update(id=made["id"], dept="Sales"), 204)
    assert body(zoomus.user.get(id=made["id"]))["dept"] == "Sales"
    assert "new@example.com" in [user["email"] for user in body(zoomus.user.list(status="pending"))["users"]]
    body(zoomus.user.delete(id=made["id"], action="delete"), 204)
    assert zoomus.user.get(id=made["id"]).json()["code"] == 1001


def test_zoomus_works_with_meetings_and_registrants(zoomus: Any) -> None:
    begins = datetime(2030, 1, 1, 9)
    settings = {"approval_type": 0}
    made = body(zoomus.meeting.create(user_id="me", topic="Daily", type=2, start_time=begins, settings=settings), 201)
    body(zoomus.meeting.update(id=made["id"], topic="Weekly"), 204)
    found = body(zoomus.meeting.get(id=made["id"]))
    assert (found["topic"], found["start_time"]) == ("Weekly", "2030-01-01T09:00:00Z")
    who = {"email": "ada@example.com", "first_name": "Ada", "last_name": "Lovelace"}
    assert body(zoomus.meeting.add_registrant(id=made["id"], **who), 201)["registrant_id"]
    listed = body(zoomus.meeting.list_registrants(id=made["id"]))["registrants"]
    assert [person["email"] for person in listed] == ["ada@example.com"]
    assert [meeting["id"] for meeting in body(zoomus.meeting.list(user_id="me"))["meetings"]] == [made["id"]]
    body(zoomus.meeting.delete(id=made["id"]), 204)
    assert zoomus.meeting.get(id=made["id"]).json()["code"] == 3001


def test_zoomus_works_with_webinars_recordings_and_reports(zoomus: Any) -> None:
    made = body(zoomus.webinar.create(user_id="me", topic="Launch", type=5, settings={"approval_type": 0}), 201)
    who = {"email": "ada@example.com", "first_name": "Ada", "last_name": "Lovelace"}
    body(zoomus.webinar.register(id=made["id"], **who), 201)
    assert body(zoomus.webinar.get_registrants(id=made["id"]))["total_records"] == 1
    assert body(zoomus.webinar.list(user_id="me"))["webinars"][0]["topic"] == "Launch"
    recorded = body(zoomus.recording.list(user_id="me"))["meetings"]
    assert body(zoomus.recording.get(meeting_id=recorded[0]["id"]))["recording_files"]
    assert len(body(zoomus.report.get_daily_report(month=3, year=2026))["dates"]) == 31


def test_pyzoom_works_with_users_and_meetings(pyzoom: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert "owner@example.com" in [user.email for user in pyzoom.users.get_users("active").users]
        made = pyzoom.meetings.create_meeting(
            "Daily", start_time="2030-01-01T09:00:00", duration_min=60, timezone="America/New_York"
        )
        assert str(made.start_time).startswith("2030-01-01T14:00:00")
        assert pyzoom.meetings.get_meeting(made.id).topic == "Daily"
        assert [meeting.id for meeting in pyzoom.meetings.list_meetings().meetings] == [made.id]
        assert pyzoom.meetings.delete_meeting(made.id)


def test_pyzoom_is_refused_as_by_zoom(pyzoom: Any) -> None:
    from pyzoom import err

    with pytest.raises(err.NotFound, match="3001"):
        pyzoom.meetings.get_meeting(99999999999)


def test_pyzoom_walks_pages(zoom: Sandbox, pyzoom: Any) -> None:
    for number in range(35):
        pyzoom.raw.post("/users/me/meetings", body={"topic": f"Meeting {number}", "type": 2})
    found = pyzoom.raw.get_all_pages("/users/me/meetings")
    assert len({meeting["id"] for meeting in found["meetings"]}) == 35
    assert len(zoom.requests) == 37
