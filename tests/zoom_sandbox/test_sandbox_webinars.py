"""Webinars: what they do not share with meetings."""

from __future__ import annotations

import httpx
import pytest

MINE = "/users/me/webinars"


def test_a_webinar_is_made_read_changed_and_deleted(client: httpx.Client) -> None:
    body = {"topic": "Launch", "start_time": "2026-05-01T17:00:00Z", "settings": {"practice_session": True}}
    made = client.post(MINE, json=body).json()
    assert (made["type"], made["settings"]["practice_session"]) == (5, True)
    path = f"/webinars/{made['id']}"
    assert client.get(path).json() == made
    assert client.patch(path, json={"topic": "Relaunch"}).status_code == 204
    assert client.get(path).json() == {**made, "topic": "Relaunch"}
    assert client.put(f"{path}/status", json={"action": "end"}).status_code == 200
    assert [row["id"] for row in client.get(MINE).json()["webinars"]] == [made["id"]]
    assert client.delete(path).status_code == 204
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, 3001)
    assert answer.json()["message"] == f"Webinar does not exist: {made['id']}."


def test_a_webinar_can_recur(client: httpx.Client) -> None:
    rule = {"type": 3, "monthly_week": 1, "monthly_week_day": 2, "end_times": 3}
    made = client.post(MINE, json={"type": 9, "start_time": "2026-04-01T09:00:00Z", "recurrence": rule}).json()
    days = [each["start_time"][:10] for each in made["occurrences"]]
    assert days == ["2026-04-06", "2026-05-04", "2026-06-01"]
    gone = made["occurrences"][0]["occurrence_id"]
    client.delete(f"/webinars/{made['id']}", params={"occurrence_id": gone})
    found = client.get(f"/webinars/{made['id']}").json()
    assert [each["status"] for each in found["occurrences"]] == ["deleted", "available", "available"]
    answer = client.get(f"/webinars/{made['id']}", params={"occurrence_id": gone})
    assert (answer.status_code, answer.json()["code"]) == (400, 300)


def test_pages_go_by_number(client: httpx.Client) -> None:
    made = [client.post(MINE, json={}).json()["id"] for _ in range(5)]
    pages = [client.get(MINE, params={"page_size": 2, "page_number": number}).json() for number in (1, 2, 3)]
    assert [row["id"] for page in pages for row in page["webinars"]] == made
    assert pages[0]["page_count"] == 3


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_the_licence_there_are_none(client: httpx.Client, method: str) -> None:
    answer = client.request(method, "/users/ben@example.com/webinars", json={})
    assert (answer.status_code, answer.json()["code"]) == (400, 200)
    assert answer.json()["message"].startswith("Webinar plan is missing.")
