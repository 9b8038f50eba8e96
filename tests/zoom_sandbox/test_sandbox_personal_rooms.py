"""Test personal rooms: meetings by a personal number, which are not listed."""

from __future__ import annotations

import httpx
from tests.support.sandbox_answers import get_refusal

MIA = "/users/mia@example.com"


def test_the_personal_number_is_a_meeting(client: httpx.Client) -> None:
    room = client.get("/meetings/6000000003").json()
    assert (room["id"], room["type"], room["host_email"], room["pmi"]) == (
        6000000003, 4, "mia@example.com", "6000000003",
    )  # fmt: skip
    assert "start_time" not in room
    assert client.get("/meetings/6000000003").json() == room
    assert client.get(f"{MIA}/meetings").json()["meetings"] == []
    assert (
        "Topic: Mia Member's Personal Meeting Room"
        in client.get("/meetings/6000000003/invitation").json()["invitation"]
    )


def test_the_room_keeps_its_settings_when_the_number_changes(client: httpx.Client) -> None:
    change = {"topic": "Mia's place", "type": 2, "start_time": "2026-04-01T09:00:00Z", "settings": {"host_video": True}}
    assert client.patch("/meetings/6000000003", json=change).status_code == 204
    client.patch(MIA, json={"pmi": 5551234567})
    assert get_refusal(client.get("/meetings/6000000003")) == (404, 3001)
    room = client.get("/meetings/5551234567").json()
    assert (room["topic"], room["type"], room["settings"]["host_video"]) == ("Mia's place", 4, True)
    assert "start_time" not in room
    assert room["pmi"] == "5551234567"


def test_a_room_exists_as_long_as_its_user(client: httpx.Client) -> None:
    assert get_refusal(client.delete("/meetings/6000000003")) == (400, 3000)
    assert client.delete(MIA).status_code == 204
    assert get_refusal(client.get("/meetings/6000000003")) == (404, 3001)
