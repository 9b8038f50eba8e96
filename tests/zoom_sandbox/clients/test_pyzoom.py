"""Test that pyzoom works with the sandbox when only its URLs are changed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from zoom_sandbox import Sandbox

REDIRECT_URI = "http://localhost:3000/integrations/zoom"
ADA = {"email": "ada@example.com", "first_name": "Ada", "last_name": "Lovelace"}
WHEN = {"start_time": "2030-01-01T09:00:00", "duration_min": 60, "timezone": "America/New_York"}


def test_users(pyzoom: Any) -> None:
    assert "owner@example.com" in [user.email for user in pyzoom.users.get_users("active").users]
    assert [user.email for user in pyzoom.users.get_users("inactive").users] == ["ida@example.com"]
    assert pyzoom.users.delete_user("mia@example.com")
    assert "mia@example.com" not in [user.email for user in pyzoom.users.get_users("active").users]


def test_meetings(pyzoom: Any) -> None:
    made = pyzoom.meetings.create_meeting("Daily", **WHEN)
    assert made.start_time == "2030-01-01T14:00:00Z"
    assert pyzoom.meetings.update_meeting("Weekly", meeting_id=made.id, **WHEN) == {}
    assert pyzoom.meetings.get_meeting(made.id).topic == "Weekly"
    assert [meeting.id for meeting in pyzoom.meetings.list_meetings().meetings] == [made.id]
    assert pyzoom.meetings.delete_meeting(made.id)


@pytest.mark.parametrize("kind", [1, 2, 3])
def test_meetings_of_each_type_fit_its_models(pyzoom: Any, kind: int) -> None:
    made = pyzoom.meetings.create_meeting("Daily", type_=kind, **WHEN)
    assert pyzoom.meetings.get_meeting(made.id).type == kind


def test_registrants(pyzoom: Any) -> None:
    made = pyzoom.meetings.create_meeting("Daily", **WHEN)
    receipt = pyzoom.meetings.add_meeting_registrant(made.id, **ADA)
    assert receipt.join_url
    pyzoom.meetings.add_and_confirm_registrant(made.id, email="gus@example.org", first_name="Gus", last_name="Guest")
    listed = pyzoom.meetings.list_meeting_registrants(made.id).registrants
    assert [person.email for person in listed] == ["ada@example.com", "gus@example.org"]
    whom = {"registrant_id": receipt.registrant_id, "email": ADA["email"]}
    pyzoom.meetings.approve_registration(made.id, **whom)
    pyzoom.meetings.cancel_registration(made.id, **whom)
    assert [person.email for person in pyzoom.meetings.list_meeting_registrants(made.id).registrants] == [
        "gus@example.org"
    ]


def test_webinars(pyzoom: Any) -> None:
    made = pyzoom.raw.post("/users/me/webinars", body={"topic": "Launch", "settings": {"approval_type": 0}}).json()
    assert pyzoom.raw.patch(f"/webinars/{made['id']}", body={"topic": "Premiere"}).status_code == 204
    assert pyzoom.raw.post(f"/webinars/{made['id']}/registrants", body=ADA).status_code == 201
    assert pyzoom.raw.get_all_pages(f"/webinars/{made['id']}/registrants")["total_records"] == 1
    assert [each["topic"] for each in pyzoom.raw.get_all_pages("/users/me/webinars")["webinars"]] == ["Premiere"]
    assert pyzoom.raw.put(f"/webinars/{made['id']}/status", body={"action": "end"}).status_code == 200
    assert pyzoom.raw.delete(f"/webinars/{made['id']}").status_code == 204


def test_recordings_and_participants(pyzoom: Any) -> None:
    recorded = pyzoom.raw.get_all_pages("/users/me/recordings")["meetings"]
    assert pyzoom.raw.get(f"/meetings/{recorded[0]['id']}/recordings").json()["recording_files"]
    participants = pyzoom.meetings.past_meeting_participants(recorded[0]["id"])
    assert participants.find_by_email("owner@example.com")
    assert pyzoom.raw.delete(f"/meetings/{recorded[0]['id']}/recordings").status_code == 204


def test_reports(pyzoom: Any) -> None:
    daily = pyzoom.raw.get("/report/daily", query={"year": 2026, "month": 3}).json()
    assert len(daily["dates"]) == 31
    recorded = pyzoom.raw.get_all_pages("/users/me/recordings")
    days = {"from": recorded["from"], "to": recorded["to"]}
    meetings = pyzoom.raw.get_all_pages("/report/users/me/meetings", query=days)["meetings"]
    assert {each["id"] for each in meetings} >= {each["id"] for each in recorded["meetings"]}
    participants = pyzoom.raw.get_all_pages(f"/report/meetings/{meetings[0]['id']}/participants")
    assert participants["total_records"] == meetings[0]["participants_count"]


def test_an_error_is_as_by_zoom(pyzoom: Any) -> None:
    from pyzoom import err

    with pytest.raises(err.NotFound, match="3001"):
        pyzoom.meetings.get_meeting(99999999999)


def test_pages_are_followed_without_a_filter(pyzoom: Any) -> None:
    for number in range(35):
        pyzoom.raw.post("/users", body={"action": "custCreate", "user_info": {"email": f"{number}@a.org", "type": 1}})
    assert len(pyzoom.users.get_users("active").users) == 39


def test_pages_are_followed(zoom: Sandbox, pyzoom: Any) -> None:
    for number in range(35):
        pyzoom.raw.post("/users/me/meetings", body={"topic": f"Meeting {number}", "type": 2})
    listing = pyzoom.raw.get_all_pages("/users/me/meetings")
    assert len({meeting["id"] for meeting in listing["meetings"]}) == 35
    assert len(zoom.requests) == 37


def test_consent_and_refresh(zoom: Sandbox, pyzoom: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from pyzoom import oauth

    def post(address: str, **options: Any) -> httpx.Response:
        return httpx.post(address.replace("https://zoom.us", zoom.url), **options)

    # Its token address is a constant of the module.
    monkeypatch.setattr(oauth, "requests", SimpleNamespace(post=post))
    query = {"response_type": "code", "client_id": zoom.client_id, "redirect_uri": REDIRECT_URI}
    location = httpx.get(f"{zoom.url}/oauth/authorize", params=query).headers["location"]
    code = httpx.URL(location).params["code"]
    app = (zoom.client_id, zoom.client_secret)
    tokens = oauth.refresh_tokens(*app, oauth.request_tokens(*app, REDIRECT_URI, code)["refresh_token"])
    client = type(pyzoom)(tokens["access_token"], tokens["refresh_token"], zoom.api_url)
    assert client.users.get_users("active").total_records == 4
