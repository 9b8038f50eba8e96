"""Test meetings: create, read, update, end and delete; and what their times mean."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.support.sandbox_answers import get_refusal

from zoom_sandbox import ManualClock, Sandbox
from zoom_sandbox.resources.meetings.state import Meetings

MINE = "/users/me/meetings"
WEEKLY = {
    "type": 8,
    "topic": "Stand-up",
    "start_time": "2026-03-16T09:00:00",
    "timezone": "America/New_York",
    "duration": 15,
    "recurrence": {"type": 2, "repeat_interval": 1, "weekly_days": "2,4", "end_times": 4},
}


def create_meeting(client: httpx.Client, **body: Any) -> dict[str, Any]:
    response = client.post(MINE, json=body)
    assert response.status_code == 201, response.text
    return dict(response.json())


def make_assistant_of(client: httpx.Client, email: str) -> None:
    """Let the owner schedule for a user."""
    granted = client.post(f"/users/{email}/assistants", json={"assistants": [{"email": "owner@example.com"}]})
    assert granted.status_code == 201, granted.text


def get(client: httpx.Client, meeting: dict[str, Any], **query: Any) -> dict[str, Any]:
    response = client.get(f"/meetings/{meeting['id']}", params=query)
    assert response.status_code == 200, response.text
    return dict(response.json())


def test_a_created_meeting_can_be_read(client: httpx.Client) -> None:
    created = create_meeting(client, topic="Daily Meeting", agenda="All of it", settings={"host_video": True})
    assert len(str(created["id"])) == 11
    assert created["settings"]["host_video"] is True
    assert created["settings"]["audio"] == "both"
    assert get(client, created) == created
    uuid = created["uuid"].replace("/", "%252F")
    assert client.get(f"/meetings/{uuid}").json() == created


def test_only_a_user_can_be_host(client: httpx.Client) -> None:
    assert get_refusal(client.post("/users/nobody/meetings", json={})) == (404, 1001)
    assert get_refusal(client.post(MINE, json={"schedule_for": "nobody"})) == (400, 300)
    make_assistant_of(client, "ada@example.com")
    assert create_meeting(client, schedule_for="ada@example.com")["host_email"] == "ada@example.com"


@pytest.mark.parametrize(
    ("start", "zone", "utc"),
    [
        ("2026-07-01T09:00:00Z", "America/New_York", "2026-07-01T09:00:00Z"),
        ("2026-07-01T09:00:00", "America/New_York", "2026-07-01T13:00:00Z"),
        ("2027-01-15T09:00:00", "America/New_York", "2027-01-15T14:00:00Z"),
        ("2026-07-01T09:00:00", None, "2026-07-01T13:00:00Z"),  # the host's own zone
        ("2026-07-01T09:00:00.000Z", "Asia/Kolkata", "2026-07-01T09:00:00Z"),
    ],
)
def test_a_trailing_z_is_gmt_and_anything_else_is_wall_time(
    client: httpx.Client, start: str, zone: str | None, utc: str
) -> None:
    body = {"start_time": start} if zone is None else {"start_time": start, "timezone": zone}
    created = create_meeting(client, **body)
    assert created["start_time"] == utc
    assert created["timezone"] == (zone or "America/New_York")


def test_each_type_has_its_own_times(client: httpx.Client) -> None:
    later = "2026-04-01T09:00:00Z"
    assert create_meeting(client, type=1, start_time=later)["start_time"] == "2026-03-10T11:00:00Z"
    assert create_meeting(client, type=2, start_time=later)["start_time"] == later
    assert "start_time" not in create_meeting(client, type=3, start_time=later)
    assert create_meeting(client, type=10, start_time=later)["start_time"] == later
    assert [meeting["type"] for meeting in client.get(MINE).json()["meetings"]] == [2, 3, 2]


def test_a_recurring_meeting_has_occurrences(client: httpx.Client) -> None:
    created = create_meeting(client, **WEEKLY)
    starts = [each["start_time"] for each in created["occurrences"]]
    assert starts == [
        "2026-03-16T13:00:00Z",
        "2026-03-18T13:00:00Z",
        "2026-03-23T13:00:00Z",
        "2026-03-25T13:00:00Z",
    ]
    assert created["occurrences"][0] == {
        "occurrence_id": "1773666000000",
        "start_time": "2026-03-16T13:00:00Z",
        "duration": 15,
        "status": "available",
    }
    assert created["recurrence"] == WEEKLY["recurrence"]


@pytest.mark.parametrize(
    "body",
    [
        {"type": 8},
        {"type": 8, "recurrence": {"type": 1, "end_times": 2, "end_date_time": "2026-05-01T00:00:00Z"}},
        {"type": 8, "recurrence": {"type": 1, "end_times": 61}},
        {"type": 8, "recurrence": {"type": 1, "end_times": -1}},
        {"type": 8, "recurrence": {"type": 1, "repeat_interval": 100}},
        {"type": 8, "recurrence": {"type": 3, "monthly_day": 32}},
        {"type": 8, "recurrence": {"type": 3, "monthly_week": 1}},
        {"type": 8, "recurrence": {"type": 1, "end_date_time": "2020-01-01T00:00:00Z"}},
    ],
)
def test_an_invalid_recurrence_is_refused(client: httpx.Client, body: dict[str, Any]) -> None:
    response = client.post(MINE, json=body)
    assert get_refusal(response) == (400, 300)
    assert response.json()["errors"][0]["field"].startswith("recurrence")


def test_past_occurrences_are_shown_on_request(client: httpx.Client, clock: ManualClock, sandbox: Sandbox) -> None:
    created = create_meeting(client, **WEEKLY)
    clock.now = 1_773_666_000 + 15 * 60  # the end of the first
    client.headers["authorization"] = f"Bearer {sandbox.issue_token()}"
    assert len(get(client, created)["occurrences"]) == 3
    assert len(get(client, created, show_previous_occurrences="true")["occurrences"]) == 4


def test_one_occurrence_can_be_read_changed_and_deleted(client: httpx.Client) -> None:
    created = create_meeting(client, **WEEKLY)
    second = created["occurrences"][1]["occurrence_id"]
    path, query = f"/meetings/{created['id']}", {"occurrence_id": second}
    change = {"start_time": "2026-03-19T10:00:00", "duration": 30, "agenda": "Retro", "settings": {"watermark": True}}
    assert client.patch(path, params=query, json=change).status_code == 204
    changed = get(client, created, occurrence_id=second)
    assert (changed["start_time"], changed["duration"]) == ("2026-03-19T14:00:00Z", 30)
    assert (changed["agenda"], changed["settings"]["watermark"]) == ("Retro", True)
    whole = get(client, created)
    assert (whole["agenda"], whole["settings"]["watermark"], whole["duration"]) == ("", False, 15)
    assert client.delete(path, params=query).status_code == 204
    assert [each["status"] for each in get(client, created)["occurrences"]] == [
        "available",
        "deleted",
        "available",
        "available",
    ]
    assert get_refusal(client.get(path, params=query)) == (400, 3000)


def test_an_update_changes_only_its_own_fields(client: httpx.Client) -> None:
    created = create_meeting(client, **WEEKLY, settings={"host_video": True, "approval_type": 0})
    assert client.patch(f"/meetings/{created['id']}", json={"topic": "Renamed"}).status_code == 204
    assert get(client, created) == {**created, "topic": "Renamed"}


def test_settings_are_merged_and_a_recurrence_is_replaced(client: httpx.Client) -> None:
    created = create_meeting(client, **WEEKLY, settings={"host_video": True})
    rule = {"type": 1, "end_times": 2}
    client.patch(f"/meetings/{created['id']}", json={"settings": {"mute_upon_entry": True}, "recurrence": rule})
    after = get(client, created)
    assert after["settings"] == {**created["settings"], "mute_upon_entry": True}
    assert after["recurrence"] == {**rule, "repeat_interval": 1}
    assert [each["start_time"] for each in after["occurrences"]] == ["2026-03-16T13:00:00Z", "2026-03-17T13:00:00Z"]


def test_a_deleted_occurrence_stays_deleted_when_the_recurrence_gets_longer(client: httpx.Client) -> None:
    created = create_meeting(client, **WEEKLY)
    second = created["occurrences"][1]["occurrence_id"]
    client.delete(f"/meetings/{created['id']}", params={"occurrence_id": second})
    client.patch(f"/meetings/{created['id']}", json={"recurrence": {**dict(WEEKLY["recurrence"]), "end_times": 5}})  # type: ignore[call-overload]
    statuses = [each["status"] for each in get(client, created)["occurrences"]]
    assert statuses == ["available", "deleted", "available", "available", "available"]


def test_a_changed_occurrence_keeps_its_change(client: httpx.Client) -> None:
    created = create_meeting(client, **WEEKLY)
    path, second = f"/meetings/{created['id']}", created["occurrences"][1]["occurrence_id"]
    client.patch(path, params={"occurrence_id": second}, json={"duration": 90})
    for change in ({"duration": 20}, {"timezone": "America/New_York"}):
        client.patch(path, json=change)
        assert [each["duration"] for each in get(client, created)["occurrences"]] == [20, 90, 20, 20]


def test_a_refused_update_changes_nothing(client: httpx.Client) -> None:
    created = create_meeting(client)
    response = client.patch(f"/meetings/{created['id']}", json={"topic": "X", "type": 8})
    assert get_refusal(response) == (400, 300)
    assert get(client, created) == created


def test_a_meeting_can_get_another_host(client: httpx.Client) -> None:
    created = create_meeting(client)
    make_assistant_of(client, "ada@example.com")
    client.patch(f"/meetings/{created['id']}", json={"schedule_for": "ada@example.com"})
    assert get(client, created)["host_email"] == "ada@example.com"
    assert client.get(MINE).json()["total_records"] == 0


def test_a_deleted_meeting_can_be_recovered(client: httpx.Client) -> None:
    created = create_meeting(client)
    path = f"/meetings/{created['id']}"
    assert client.delete(path).status_code == 204
    for response in (client.get(path), client.delete(path), client.patch(path, json={})):
        assert get_refusal(response) == (404, 3001)
    assert client.get(path).json()["message"] == f"Meeting does not exist: {created['id']}."
    assert client.put(f"{path}/status", json={"action": "recover"}).status_code == 204
    assert get(client, created) == created
    assert get_refusal(client.put(f"{path}/status", json={"action": "recover"})) == (404, 3001)


def test_a_meeting_under_way_is_live_until_it_is_ended(client: httpx.Client, sandbox: Sandbox) -> None:
    created = create_meeting(client, start_time="2026-03-10T11:00:00Z")
    conference = sandbox.engine.account.store(Meetings).find(str(created["id"]))
    assert conference is not None
    conference.status = "started"
    assert get(client, created)["status"] == "started"
    assert client.get(MINE, params={"type": "live"}).json()["total_records"] == 1
    assert client.put(f"/meetings/{created['id']}/status", json={"action": "end"}).status_code == 204
    assert client.get(MINE, params={"type": "live"}).json()["total_records"] == 0
    assert client.get(MINE, params={"type": "upcoming"}).json()["total_records"] == 0


def test_lists_are_filtered_by_type(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.load_data({"meetings": [{"topic": "Past", "start_time": "2026-03-09T11:00:00Z"}]})
    past = client.get(MINE).json()["meetings"][0]["id"]
    soon = create_meeting(client, start_time="2026-03-12T11:00:00Z")["id"]
    open_ended = create_meeting(client, type=3)["id"]

    def listed(**query: str) -> list[int]:
        return [meeting["id"] for meeting in client.get(MINE, params=query).json()["meetings"]]

    assert listed() == [past, soon, open_ended]
    assert listed(type="upcoming") == listed(type="upcoming_meetings") == [soon, open_ended]
    assert past in listed(type="previous_meetings")
    assert soon not in listed(type="previous_meetings")
    assert listed(**{"from": "2026-03-10", "to": "2026-03-12"}) == [soon]
    assert listed(to="2026-03-09") == [past]


def test_the_invitation_has_the_topic_and_the_time(client: httpx.Client) -> None:
    created = create_meeting(client, topic="Launch", start_time="2026-07-01T09:00:00", password="abc_1")
    text = client.get(f"/meetings/{created['id']}/invitation").json()["invitation"]
    assert "Olive Owner is inviting you" in text
    assert "Topic: Launch\r\nTime: Jul 01, 2026 09:00 AM America/New_York" in text
    assert created["join_url"] in text
    assert "Passcode: abc_1" in text
    assert get_refusal(client.get("/meetings/1/invitation")) == (404, 3001)


def test_tracking_fields_and_templates_are_stored(client: httpx.Client) -> None:
    created = create_meeting(
        client, tracking_fields=[{"field": "project", "value": "42"}], template_id="t1", pre_schedule=True
    )
    assert created["tracking_fields"] == [{"field": "project", "value": "42", "visible": True}]
    assert (created["template_id"], created["pre_schedule"]) == ("t1", True)


def test_a_passcode_may_have_an_exclamation_mark(client: httpx.Client) -> None:
    assert create_meeting(client, password="p@ss!w0rd")["password"] == "p@ss!w0rd"
    assert client.post("/users/me/meetings", json={"topic": "T", "password": "p#ss"}).status_code == 400


def test_a_time_zone_may_have_a_name_that_only_zoom_uses(client: httpx.Client) -> None:
    created = create_meeting(client, start_time="2026-07-01T20:00:00", timezone="SST")
    assert (created["start_time"], created["timezone"]) == ("2026-07-01T09:00:00Z", "SST")


def test_a_meeting_without_a_passcode_is_possible(client: httpx.Client) -> None:
    assert create_meeting(client, default_password=False)["password"] == ""
    assert create_meeting(client)["password"].isdecimal()
