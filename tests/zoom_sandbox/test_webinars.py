"""Test webinars where they differ from meetings."""

from __future__ import annotations

import httpx
import pytest

MINE = "/users/me/webinars"


def test_a_webinar_is_created_read_updated_and_deleted(client: httpx.Client) -> None:
    body = {"topic": "Launch", "start_time": "2026-05-01T17:00:00Z", "settings": {"practice_session": True}}
    created = client.post(MINE, json=body).json()
    assert (created["type"], created["settings"]["practice_session"]) == (5, True)
    path = f"/webinars/{created['id']}"
    assert client.get(path).json() == created
    assert client.patch(path, json={"topic": "Relaunch"}).status_code == 204
    assert client.get(path).json() == {**created, "topic": "Relaunch"}
    assert client.put(f"{path}/status", json={"action": "end"}).status_code == 200
    assert [row["id"] for row in client.get(MINE).json()["webinars"]] == [created["id"]]
    assert client.delete(path).status_code == 204
    response = client.get(path)
    assert (response.status_code, response.json()["code"]) == (404, 3001)
    assert response.json()["message"] == f"Webinar does not exist: {created['id']}."


def test_a_webinar_can_recur(client: httpx.Client) -> None:
    rule = {"type": 3, "monthly_week": 1, "monthly_week_day": 2, "end_times": 3}
    created = client.post(MINE, json={"type": 9, "start_time": "2026-04-01T09:00:00Z", "recurrence": rule}).json()
    days = [each["start_time"][:10] for each in created["occurrences"]]
    assert days == ["2026-04-06", "2026-05-04", "2026-06-01"]
    deleted = created["occurrences"][0]["occurrence_id"]
    client.delete(f"/webinars/{created['id']}", params={"occurrence_id": deleted})
    matches = client.get(f"/webinars/{created['id']}").json()
    assert [each["status"] for each in matches["occurrences"]] == ["deleted", "available", "available"]
    response = client.get(f"/webinars/{created['id']}", params={"occurrence_id": deleted})
    assert (response.status_code, response.json()["code"]) == (400, 300)


def test_webinars_are_paged_by_number(client: httpx.Client) -> None:
    created = [client.post(MINE, json={}).json()["id"] for _ in range(5)]
    pages = [client.get(MINE, params={"page_size": 2, "page_number": number}).json() for number in (1, 2, 3)]
    assert [row["id"] for page in pages for row in page["webinars"]] == created
    assert pages[0]["page_count"] == 3


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_host_without_a_license_has_no_webinars(client: httpx.Client, method: str) -> None:
    response = client.request(method, "/users/ben@example.com/webinars", json={})
    assert (response.status_code, response.json()["code"]) == (400, 200)
    assert response.json()["message"].startswith("Webinar plan is missing.")
