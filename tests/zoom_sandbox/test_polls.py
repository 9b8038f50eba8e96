"""Test polls, surveys and upcoming meetings."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.support.sandbox_answers import get_json

from zoom_sandbox import Sandbox

BOTH = pytest.mark.parametrize("kind", ["meetings", "webinars"])
LUNCH = {
    "title": "Lunch",
    "anonymous": True,
    "questions": [{"name": "What?", "type": "single", "answers": ["Soup", "Salad"]}],
}


def create_conference(client: httpx.Client, kind: str, **body: Any) -> str:
    return f"/{kind}/{client.post(f'/users/me/{kind}', json=body).json()['id']}"


@BOTH
def test_a_poll_is_created_updated_and_deleted(client: httpx.Client, kind: str) -> None:
    path = f"{create_conference(client, kind)}/polls"
    created = client.post(path, json=LUNCH)
    assert created.status_code == 201
    one = f"{path}/{created.json()['id']}"
    assert (
        get_json(client, one)
        == created.json()
        == {"id": created.json()["id"], "status": "notstart", "poll_type": 1, **LUNCH}
    )
    assert client.put(one, json={"title": "Dinner"}).status_code == 204
    assert get_json(client, one) == {**created.json(), "title": "Dinner"}
    assert [get_json(client, path, anonymous=each)["total_records"] for each in ("true", "false")] == [1, 0]
    bad = {"questions": [{"name": "What?", "type": "single", "answers": ["Soup"]}]}
    assert client.post(path, json=bad).json()["errors"][0]["field"] == "questions[0].answers"
    assert client.delete(one).status_code == 204
    assert client.get(one).status_code in (400, 404)
    assert get_json(client, path)["polls"] == []


@BOTH
def test_a_conference_has_one_survey(client: httpx.Client, kind: str) -> None:
    path = f"{create_conference(client, kind)}/survey"
    assert get_json(client, path) == {"show_in_the_browser": True}
    assert client.patch(path, json={"third_party_survey": "https://survey.example.org", "x": 1}).status_code == 204
    assert get_json(client, path)["third_party_survey"] == "https://survey.example.org"
    assert client.delete(path).status_code == 204
    assert get_json(client, path) == {"show_in_the_browser": True}


def test_meetings_of_the_next_day_are_upcoming(client: httpx.Client, sandbox: Sandbox) -> None:
    rule = {"type": 8, "recurrence": {"type": 1, "end_times": 3}}
    create_conference(client, "meetings", topic="Daily", start_time="2026-03-10T12:00:00Z", timezone="UTC", **rule)
    create_conference(client, "meetings", topic="Soon", start_time="2026-03-10T11:30:00Z", timezone="UTC")
    create_conference(client, "meetings", topic="Later", start_time="2026-03-12T11:30:00Z", timezone="UTC")
    sandbox.load_data({"meetings": [{"topic": "Over", "start_time": "2026-03-10T09:00:00Z", "duration": 30}]})
    matches = get_json(client, "/users/me/upcoming_meetings")
    assert [(row["topic"], row["start_time"]) for row in matches["meetings"]] == [
        ("Soon", "2026-03-10T11:30:00Z"),
        ("Daily", "2026-03-10T12:00:00Z"),
    ]
