"""Test personal meetings: they have a personal number, and are not listed."""

from __future__ import annotations

import httpx
from tests.support.sandbox_answers import get_refusal

MIA = "/users/mia@example.com"


def test_the_personal_number_is_a_meeting(client: httpx.Client) -> None:
    meeting = client.get("/meetings/6000000003").json()
    assert (meeting["id"], meeting["type"], meeting["host_email"], meeting["pmi"]) == (
        6000000003, 4, "mia@example.com", "6000000003",
    )  # fmt: skip
    assert "start_time" not in meeting
    assert client.get("/meetings/6000000003").json() == meeting
    assert client.get(f"{MIA}/meetings").json()["meetings"] == []
    assert (
        "Topic: Mia Member's Personal Meeting Room"
        in client.get("/meetings/6000000003/invitation").json()["invitation"]
    )


def test_the_meeting_keeps_its_settings_when_the_number_changes(client: httpx.Client) -> None:
    change = {"topic": "Mia's place", "type": 2, "start_time": "2026-04-01T09:00:00Z", "settings": {"host_video": True}}
    assert client.patch("/meetings/6000000003", json=change).status_code == 204
    client.patch(MIA, json={"pmi": 5551234567})
    assert get_refusal(client.get("/meetings/6000000003")) == (404, 3001)
    meeting = client.get("/meetings/5551234567").json()
    assert (meeting["topic"], meeting["type"], meeting["settings"]["host_video"]) == ("Mia's place", 4, True)
    assert "start_time" not in meeting
    assert meeting["pmi"] == "5551234567"


def test_a_personal_meeting_exists_as_long_as_its_user(client: httpx.Client) -> None:
    assert get_refusal(client.delete("/meetings/6000000003")) == (400, 3018)
    assert client.delete(MIA).status_code == 204
    assert get_refusal(client.get("/meetings/6000000003")) == (404, 3001)
