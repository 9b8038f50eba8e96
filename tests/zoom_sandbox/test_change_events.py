"""Test the events of changes. The listener of the account checks every body against its schema (conftest)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.support.webhook_receiver import check_event

from zoom_sandbox import ManualClock, Sandbox
from zoom_sandbox.events import EventPublisher
from zoom_sandbox.resources.conferences import events as conference_events
from zoom_sandbox.resources.conferences.models import Conference
from zoom_sandbox.resources.meetings.state import Meetings
from zoom_sandbox.resources.recordings.events import send_recording_event
from zoom_sandbox.resources.users.state import Users
from zoom_sandbox.resources.webinars.state import Webinars

WEEKLY: dict[str, Any] = {
    "type": 8,
    "start_time": "2026-03-16T09:00:00Z",
    "recurrence": {"type": 2, "repeat_interval": 1, "weekly_days": "2,4", "end_times": 4},
}
OPERATOR = "owner@example.com"

Events = list[dict[str, Any]]


@pytest.fixture
def events(sandbox: Sandbox) -> Events:
    """Return the events that were sent, the oldest first."""
    stored: Events = []
    sandbox.engine.account.store(EventPublisher).add_listener(stored.append)
    return stored


def create_conference(client: httpx.Client, path_name: str = "meetings", **body: Any) -> Any:
    response = client.post(f"/users/me/{path_name}", json=body)
    assert response.status_code == 201, response.text
    return response.json()


def list_names(events: Events) -> list[str]:
    return [body["event"] for body in events]


def test_the_schema_check_can_fail() -> None:
    good = {"event": "meeting.deleted", "event_ts": 1, "payload": {"account_id": "a", "operator": "o", "object": {}}}
    good["payload"]["object"] = {"id": 1, "uuid": "u", "host_id": "h", "type": 2}  # type: ignore[index]
    check_event(good)
    with pytest.raises(AssertionError, match="surprise"):
        check_event({**good, "surprise": 1})
    with pytest.raises(AssertionError, match="not of type"):
        check_event({**good, "event_ts": "now"})


def test_a_created_meeting_is_sent(client: httpx.Client, events: Events, clock: ManualClock) -> None:
    meeting = create_conference(client, topic="Daily", settings={"alternative_hosts": "ada@example.com"})
    (body,) = events
    assert body["event"] == "meeting.created"
    assert body["event_ts"] == int(clock() * 1000)
    payload, details = body["payload"], body["payload"]["object"]
    assert payload["account_id"] == "sandbox-account"
    assert (payload["operator"], "operation" in payload) == (OPERATOR, False)
    for name in (
        "id",
        "uuid",
        "host_id",
        "topic",
        "type",
        "start_time",
        "duration",
        "timezone",
        "join_url",
        "password",
    ):
        assert details[name] == meeting[name]
    assert details["settings"]["alternative_hosts"] == "ada@example.com"


def test_a_created_recurring_webinar_is_sent(client: httpx.Client, events: Events) -> None:
    webinar = create_conference(client, "webinars", **{**WEEKLY, "type": 9})
    (body,) = events
    assert (body["event"], body["payload"]["operation"]) == ("webinar.created", "all")
    assert body["payload"]["object"]["occurrences"] == webinar["occurrences"]
    assert body["payload"]["object"]["recurrence"]["weekly_days"] == "2,4"


def test_an_update_has_new_and_old_values(client: httpx.Client, events: Events) -> None:
    meeting = create_conference(client, topic="Old", settings={"host_video": False, "mute_upon_entry": True})
    client.patch(f"/meetings/{meeting['id']}", json={"topic": "New", "settings": {"host_video": True}})
    payload = events[-1]["payload"]
    ids = {name: meeting[name] for name in ("id", "uuid", "host_id")}
    assert payload["object"] == {**ids, "topic": "New", "settings": {"host_video": True}}
    assert payload["old_object"] == {"id": meeting["id"], "topic": "Old", "settings": {"host_video": False}}
    assert "scope" not in payload


def test_an_update_without_a_change_sends_no_event(client: httpx.Client, events: Events) -> None:
    meeting = create_conference(client, topic="Same")
    assert client.patch(f"/meetings/{meeting['id']}", json={"topic": "Same"}).status_code == 204
    assert client.patch(f"/meetings/{meeting['id']}", json={"timezone": "Nowhere/At_All"}).status_code == 400
    assert list_names(events) == ["meeting.created"]


def test_changes_of_one_occurrence_are_sent(client: httpx.Client, events: Events) -> None:
    meeting = create_conference(client, **WEEKLY)
    first, second = (each["occurrence_id"] for each in meeting["occurrences"][:2])
    path = f"/meetings/{meeting['id']}"
    client.patch(path, params={"occurrence_id": first}, json={"start_time": "2026-03-16T10:00:00Z"})
    changed = events[-1]["payload"]
    assert (events[-1]["event"], changed["scope"]) == ("meeting.updated", "single")
    assert changed["object"]["occurrences"][0]["start_time"] == "2026-03-16T10:00:00Z"
    assert changed["old_object"]["occurrences"][0]["start_time"] == "2026-03-16T09:00:00Z"
    client.delete(path, params={"occurrence_id": second})
    deleted = events[-1]["payload"]
    assert (events[-1]["event"], deleted["operation"]) == ("meeting.deleted", "single")
    assert [each["occurrence_id"] for each in deleted["object"]["occurrences"]] == [second]


def test_deletion_and_recovery_are_sent(client: httpx.Client, events: Events) -> None:
    path = f"/meetings/{create_conference(client)['id']}"
    client.delete(path)
    assert "operation" not in events[-1]["payload"]
    client.put(f"{path}/status", json={"action": "recover"})
    assert list_names(events) == ["meeting.created", "meeting.deleted", "meeting.recovered"]
    assert events[-1]["payload"]["object"]["id"] == events[0]["payload"]["object"]["id"]


@pytest.mark.parametrize(("path_name", "store"), [("meetings", Meetings), ("webinars", Webinars)])
def test_start_participants_and_end_are_sent(
    sandbox: Sandbox, client: httpx.Client, events: Events, path_name: str, store: Any
) -> None:
    account = sandbox.engine.account
    number = create_conference(client, path_name, topic="Live")["id"]
    conference: Conference = account.store(store).find(str(number))
    conference.status = "started"
    person = {"user_id": "16778240", "user_name": "Ada", "email": "ada@example.com"}
    conference_events.send_started(account, conference)
    conference_events.send_joined(account, conference, person)
    conference_events.send_joined(account, conference, {"user_id": "16778241", "user_name": "A guest"})
    conference_events.send_left(account, conference, {**person, "leave_reason": "Host ended the meeting."})
    for _ in range(2):
        assert client.put(f"/{path_name}/{number}/status", json={"action": "end"}).is_success
    kind = path_name.removesuffix("s")
    steps = ["created", "started", "participant_joined", "participant_joined", "participant_left", "ended"]
    assert list_names(events) == [f"{kind}.{each}" for each in steps]
    assert events[1]["payload"]["object"]["id"] == str(number)
    assert events[1]["payload"]["object"]["host_email"] == OPERATOR
    assert events[2]["payload"]["object"]["participant"]["user_name"] == "Ada"
    assert events[3]["payload"]["object"]["participant"]["email"] == ""
    assert events[5]["payload"]["object"]["end_time"] == "2026-03-10T11:00:00Z"


@pytest.mark.parametrize(("path_name", "kind"), [("meetings", 2), ("webinars", 5)])
def test_registrations_are_sent(client: httpx.Client, events: Events, path_name: str, kind: int) -> None:
    number = create_conference(client, path_name, type=kind, settings={"approval_type": 1})["id"]
    path, word = f"/{path_name}/{number}/registrants", path_name.removesuffix("s")
    person = {"email": "jo@example.org", "first_name": "Jo", "last_name": "Doe", "no_of_employees": "1-20"}
    ids = [client.post(path, json=person).json()["registrant_id"]]
    client.post(path, json=person)
    assert events[-1]["payload"]["object"]["registrant"]["status"] == "pending"
    assert events[-1]["payload"]["object"]["registrant"]["no_of_employees"] == "1-20"
    ids.append(client.post(path, json={**person, "email": "al@example.org"}).json()["registrant_id"])
    for action, key in (("approve", 0), ("deny", 1), ("cancel", 0)):
        change = {"action": action, "registrants": [{"id": ids[key]}]}
        assert client.put(f"{path}/status", json=change).status_code == 204
    assert client.delete(f"{path}/{ids[1]}").status_code == 204
    after = ["created", "created", "approved", "denied", "cancelled", "cancelled"]
    assert list_names(events)[1:] == [f"{word}.registration_{each}" for each in after]
    approved = events[3]["payload"]
    assert approved["operator"] == OPERATOR
    assert approved["object"]["registrant"]["id"] == ids[0]
    assert approved["object"]["registrant"]["join_url"].startswith("https://zoom.us/")


def test_a_registration_for_an_open_ended_meeting_is_sent(client: httpx.Client, events: Events) -> None:
    meeting = create_conference(client, type=3, settings={"approval_type": 0})
    client.post(f"/meetings/{meeting['id']}/registrants", json={"email": "jo@example.org", "first_name": "Jo"})
    assert events[-1]["event"] == "meeting.registration_created"
    assert events[-1]["payload"]["object"]["start_time"] == meeting["created_at"]


def test_changes_of_a_user_are_sent(client: httpx.Client, events: Events) -> None:
    info = {"email": "new@example.com", "type": 2, "first_name": "New", "last_name": "One"}
    user = client.post("/users", json={"action": "ssoCreate", "user_info": info}).json()
    assert events[-1]["payload"]["creation_type"] == "ssoCreate"
    assert events[-1]["payload"]["object"]["email"] == "new@example.com"
    client.patch(f"/users/{user['id']}", json={"last_name": "Two", "dept": "Tests", "vanity_name": "newtwo"})
    payload = events[-1]["payload"]
    assert payload["object"] == {
        "id": user["id"],
        "last_name": "Two",
        "display_name": "New Two",
        "dept": "Tests",
        "vanity_name": "newtwo",
    }
    assert payload["old_object"] == {"id": user["id"], "last_name": "One", "display_name": "New One"}
    client.patch(f"/users/{user['id']}", json={"last_name": "Two"})
    client.delete(f"/users/{user['id']}")
    client.delete("/users/ada@example.com", params={"action": "delete"})
    assert list_names(events) == ["user.created", "user.updated", "user.disassociated", "user.deleted"]
    assert events[-1]["payload"]["object"]["email"] == "ada@example.com"


def test_a_deleted_recording_is_sent(client: httpx.Client, events: Events, sandbox: Sandbox) -> None:
    query = {"from": "2026-01-01", "to": "2026-03-10"}
    stored = [
        each
        for user in client.get("/users").json()["users"]
        for each in client.get(f"/users/{user['id']}/recordings", params=query).json()["meetings"]
    ]
    first, second = stored[:2]
    client.delete(f"/meetings/{first['id']}/recordings")
    client.delete(f"/meetings/{second['id']}/recordings", params={"action": "delete"})
    assert list_names(events) == ["recording.trashed", "recording.deleted"]
    details = events[0]["payload"]["object"]
    assert (details["uuid"], details["recording_count"]) == (first["uuid"], first["recording_count"])
    assert [each["id"] for each in details["recording_files"]] == [each["id"] for each in first["recording_files"]]
    account = sandbox.engine.account
    host = account.store(Users).owner
    send_recording_event(account, "recovered", host, first)
    send_recording_event(account, "completed", host, first, "a-download-token")
    assert events[-1]["download_token"] == "a-download-token"
    assert events[-1]["payload"]["object"]["host_email"] == host.email


def test_no_payload_is_built_without_a_subscriber(clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = Sandbox(clock=clock)
    monkeypatch.setattr(EventPublisher, "publish", lambda *_: pytest.fail("a payload was built without a subscriber"))
    headers = {"authorization": f"Bearer {silent.issue_token()}"}
    with httpx.Client(transport=silent.create_transport(), base_url="http://zoom.test/v2", headers=headers) as client:
        meeting = create_conference(client, topic="Quiet")
        assert client.patch(f"/meetings/{meeting['id']}", json={"topic": "Still"}).status_code == 204
    assert silent.deliveries == []


@pytest.mark.parametrize("action", ["delete", "disassociate"])
def test_a_transfer_sends_what_moves_and_what_is_deleted(
    client: httpx.Client, events: Events, clock: ManualClock, action: str
) -> None:
    mia, ada = (client.get(f"/users/{name}@example.com").json()["id"] for name in ("mia", "ada"))
    plain, weekly = (client.post(f"/users/{mia}/meetings", json=body).json() for body in ({}, WEEKLY))
    webinar = client.post(f"/users/{mia}/webinars", json={}).json()
    events.clear()
    query = {"transfer_email": "ada@example.com", "transfer_meeting": "true", "action": action}
    assert client.delete(f"/users/{mia}", params=query).status_code == 204
    assert list_names(events) == ["meeting.updated", "meeting.updated", "webinar.deleted", f"user.{action}d"]
    payload = events[0]["payload"]
    assert payload["object"] == {"id": plain["id"], "uuid": plain["uuid"], "host_id": ada}
    assert payload["old_object"] == {"id": plain["id"], "host_id": mia}
    assert (payload["operator"], payload["time_stamp"]) == (OPERATOR, int(clock() * 1000))
    assert "scope" not in payload
    assert (events[1]["payload"]["object"]["id"], events[1]["payload"]["scope"]) == (weekly["id"], "all")
    deleted = events[2]["payload"]["object"]
    assert (deleted["id"], deleted["uuid"], deleted["host_id"]) == (webinar["id"], webinar["uuid"], mia)


def test_without_a_transfer_all_meetings_are_deleted(client: httpx.Client, events: Events) -> None:
    client.post("/users/mia@example.com/meetings", json=WEEKLY)
    events.clear()
    client.delete("/users/mia@example.com", params={"action": "delete"})
    assert list_names(events) == ["meeting.deleted", "user.deleted"]
    assert events[0]["payload"]["operation"] == "all"
    assert len(events[0]["payload"]["object"]["occurrences"]) == 4
