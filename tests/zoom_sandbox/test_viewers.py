"""Test the registration for recordings, events of single files, and download counts."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.support.sandbox_answers import get_json, get_refusal

from zoom_sandbox import ManualClock, Sandbox

ONE = "/meetings/85746065002/recordings"
GUS = {"email": "gus@guests.example.org", "first_name": "Gus"}


def list_viewers(client: httpx.Client, status: str) -> list[str]:
    return [row["email"] for row in get_json(client, f"{ONE}/registrants", status=status)["registrants"]]


@pytest.mark.parametrize(("approval", "status"), [(0, "approved"), (1, "pending")])
def test_people_register_for_a_recording(client: httpx.Client, approval: int, status: str) -> None:
    assert get_refusal(client.post(f"{ONE}/registrants", json=GUS)) == (400, 300)  # everybody may watch
    client.patch(f"{ONE}/settings", json={"approval_type": approval})
    created = client.post(f"{ONE}/registrants", json={**GUS, "city": "Oslo"}).json()
    assert ("share_url" in created, list_viewers(client, status)) == (approval == 0, [GUS["email"]])
    again = client.post(f"{ONE}/registrants", json={**GUS, "email": "GUS@guests.example.org"}).json()
    assert again["registrant_id"] == created["registrant_id"]
    (row,) = get_json(client, f"{ONE}/registrants", status=status)["registrants"]
    assert (row["city"], row["status"]) == ("Oslo", status)


def test_viewers_are_approved_and_denied(client: httpx.Client, sandbox: Sandbox) -> None:
    message: list[dict[str, Any]] = []
    client.patch(f"{ONE}/settings", json={"approval_type": 1})
    sandbox.add_listener(message.append)
    key = client.post(f"{ONE}/registrants", json=GUS).json()["registrant_id"]
    path = f"{ONE}/registrants/status"
    for action, status in (("approve", "approved"), ("approve", "approved"), ("deny", "denied")):
        assert client.put(path, json={"action": action, "registrants": [{"id": key}]}).status_code == 204
        assert list_viewers(client, status) == [GUS["email"]]
    assert [body["event"] for body in message] == [
        f"recording.registration_{w}" for w in ("created", "approved", "denied")
    ]
    assert get_refusal(client.put(path, json={"action": "deny", "registrants": [{"id": "nobody"}]})) == (400, 300)


def test_viewers_answer_questions(client: httpx.Client) -> None:
    client.patch(f"{ONE}/settings", json={"approval_type": 0})
    path = f"{ONE}/registrants/questions"
    assert get_json(client, path)["questions"] == [{"field_name": "last_name", "required": False}]
    questions = {"title": "Why?", "type": "short", "required": True}
    body = {"questions": [{"field_name": "city", "required": True}], "custom_questions": [questions]}
    assert client.patch(path, json=body).status_code == 204
    assert get_refusal(client.post(f"{ONE}/registrants", json=GUS)) == (400, 300)
    answers = {"city": "Oslo", "custom_questions": [{"title": "Why?", "value": "I missed it."}]}
    assert client.post(f"{ONE}/registrants", json={**GUS, **answers}).status_code == 201
    assert get_refusal(client.patch(path, json={"custom_questions": [{"title": "Which?", "type": "single"}]})) == (
        400,
        300,
    )


def test_downloads_are_counted(client: httpx.Client, sandbox: Sandbox, clock: ManualClock) -> None:
    file = get_json(client, ONE)["recording_files"][0]
    client.get(file["download_url"])
    client.get(file["download_url"], headers={"range": "bytes=0-9"})
    client.get(file["download_url"], headers={"range": "bytes=10-19"})
    clock.advance(86_400)
    client.headers["authorization"] = f"Bearer {sandbox.issue_token()}"
    client.get(file["download_url"])
    rows = get_json(client, f"{ONE}/analytics_summary")["analytics_summary"]
    assert [(row["date"], row["downloads_total_count"]) for row in rows] == [("2026-03-10", 2), ("2026-03-11", 1)]
    details = get_json(client, f"{ONE}/analytics_details", type="by_download", page_size=2)
    assert (details["analytics_details"][0]["date_time"], details["total_records"]) == ("2026-03-11T11:00:00Z", 3)
    assert get_json(client, f"{ONE}/analytics_details", type="by_view")["analytics_details"] == []
    assert (
        get_json(client, f"{ONE}/analytics_summary", **{"from": "2026-03-01", "to": "2026-03-09"})["analytics_summary"]
        == []
    )


def test_events_of_one_file_have_that_file(client: httpx.Client, sandbox: Sandbox) -> None:
    message: list[dict[str, Any]] = []
    sandbox.add_listener(message.append)
    first, second = get_json(client, ONE)["recording_files"][:2]
    client.delete(f"{ONE}/{first['id']}")
    client.put(f"{ONE}/{first['id']}/status", json={"action": "recover"})
    client.delete(f"{ONE}/{second['id']}", params={"action": "delete"})
    client.patch(f"{ONE}/settings", json={"topic": "Renamed"})
    client.patch(f"{ONE}/settings", json={"topic": "Renamed"})
    expected = ("trashed", "recovered", "deleted", "renamed")
    assert [body["event"] for body in message] == [f"recording.{each}" for each in expected]
    for body, file in zip(message, (first, first, second), strict=False):
        details = body["payload"]["object"]
        assert (details["recording_count"], [each["id"] for each in details["recording_files"]]) == (1, [file["id"]])
    assert message[3]["payload"]["object"]["topic"] == "Renamed"
