"""What each change announces. Every body is held against its schema by the account's own listener (conftest)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.support.webhook_receiver import check_event

from zoom_sandbox import ManualClock, Sandbox
from zoom_sandbox.events import EventPublisher
from zoom_sandbox.resources.conferences import events
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
def told(sandbox: Sandbox) -> Events:
    """The events that were announced, the oldest first."""
    kept: Events = []
    sandbox.engine.account.store(EventPublisher).add_listener(kept.append)
    return kept


def made(client: httpx.Client, thing: str = "meetings", **body: Any) -> Any:
    answer = client.post(f"/users/me/{thing}", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def names(told: Events) -> list[str]:
    return [body["event"] for body in told]


def test_the_checks_of_these_tests_can_fail() -> None:
    good = {"event": "meeting.deleted", "event_ts": 1, "payload": {"account_id": "a", "operator": "o", "object": {}}}
    good["payload"]["object"] = {"id": 1, "uuid": "u", "host_id": "h", "type": 2}  # type: ignore[index]
    check_event(good)
    with pytest.raises(AssertionError, match="surprise"):
        check_event({**good, "surprise": 1})
    with pytest.raises(AssertionError, match="not of type"):
        check_event({**good, "event_ts": "now"})


def test_a_new_meeting(client: httpx.Client, told: Events, clock: ManualClock) -> None:
    meeting = made(client, topic="Daily", settings={"alternative_hosts": "ada@example.com"})
    (body,) = told
    assert body["event"] == "meeting.created"
    assert body["event_ts"] == int(clock() * 1000)
    payload, about = body["payload"], body["payload"]["object"]
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
        assert about[name] == meeting[name]
    assert about["settings"]["alternative_hosts"] == "ada@example.com"


def test_a_new_recurring_webinar(client: httpx.Client, told: Events) -> None:
    webinar = made(client, "webinars", **{**WEEKLY, "type": 9})
    (body,) = told
    assert (body["event"], body["payload"]["operation"]) == ("webinar.created", "all")
    assert body["payload"]["object"]["occurrences"] == webinar["occurrences"]
    assert body["payload"]["object"]["recurrence"]["weekly_days"] == "2,4"


def test_an_update_tells_what_differs_and_what_was(client: httpx.Client, told: Events) -> None:
    meeting = made(client, topic="Old", settings={"host_video": False, "mute_upon_entry": True})
    client.patch(f"/meetings/{meeting['id']}", json={"topic": "New", "settings": {"host_video": True}})
    payload = told[-1]["payload"]
    ids = {name: meeting[name] for name in ("id", "uuid", "host_id")}
    assert payload["object"] == {**ids, "topic": "New", "settings": {"host_video": True}}
    assert payload["old_object"] == {"id": meeting["id"], "topic": "Old", "settings": {"host_video": False}}
    assert "scope" not in payload


def test_an_update_that_changes_nothing_is_no_event(client: httpx.Client, told: Events) -> None:
    meeting = made(client, topic="Same")
    assert client.patch(f"/meetings/{meeting['id']}", json={"topic": "Same"}).status_code == 204
    assert client.patch(f"/meetings/{meeting['id']}", json={"timezone": "Nowhere/At_All"}).status_code == 400
    assert names(told) == ["meeting.created"]


def test_one_occurrence_is_changed_and_deleted(client: httpx.Client, told: Events) -> None:
    meeting = made(client, **WEEKLY)
    first, second = (each["occurrence_id"] for each in meeting["occurrences"][:2])
    path = f"/meetings/{meeting['id']}"
    client.patch(path, params={"occurrence_id": first}, json={"start_time": "2026-03-16T10:00:00Z"})
    changed = told[-1]["payload"]
    assert (told[-1]["event"], changed["scope"]) == ("meeting.updated", "single")
    assert changed["object"]["occurrences"][0]["start_time"] == "2026-03-16T10:00:00Z"
    assert changed["old_object"]["occurrences"][0]["start_time"] == "2026-03-16T09:00:00Z"
    client.delete(path, params={"occurrence_id": second})
    gone = told[-1]["payload"]
    assert (told[-1]["event"], gone["operation"]) == ("meeting.deleted", "single")
    assert [each["occurrence_id"] for each in gone["object"]["occurrences"]] == [second]


def test_deleted_and_brought_back(client: httpx.Client, told: Events) -> None:
    path = f"/meetings/{made(client)['id']}"
    client.delete(path)
    assert "operation" not in told[-1]["payload"]
    client.put(f"{path}/status", json={"action": "recover"})
    assert names(told) == ["meeting.created", "meeting.deleted", "meeting.recovered"]
    assert told[-1]["payload"]["object"]["id"] == told[0]["payload"]["object"]["id"]


@pytest.mark.parametrize(("thing", "store"), [("meetings", Meetings), ("webinars", Webinars)])
def test_it_takes_place(sandbox: Sandbox, client: httpx.Client, told: Events, thing: str, store: Any) -> None:
    world = sandbox.engine.account
    number = made(client, thing, topic="Live")["id"]
    gathering: Conference = world.store(store).find(str(number))
    gathering.status = "started"
    person = {"user_id": "16778240", "user_name": "Ada", "email": "ada@example.com"}
    events.send_started(world, gathering)
    events.send_joined(world, gathering, person)
    events.send_joined(world, gathering, {"user_id": "16778241", "user_name": "A guest"})
    events.send_left(world, gathering, {**person, "leave_reason": "Host ended the meeting."})
    for _ in range(2):
        assert client.put(f"/{thing}/{number}/status", json={"action": "end"}).is_success
    word = thing.removesuffix("s")
    lived = ["created", "started", "participant_joined", "participant_joined", "participant_left", "ended"]
    assert names(told) == [f"{word}.{each}" for each in lived]
    assert told[1]["payload"]["object"]["id"] == str(number)
    assert told[1]["payload"]["object"]["host_email"] == OPERATOR
    assert told[2]["payload"]["object"]["participant"]["user_name"] == "Ada"
    assert told[3]["payload"]["object"]["participant"]["email"] == ""
    assert told[5]["payload"]["object"]["end_time"] == "2026-03-10T11:00:00Z"


@pytest.mark.parametrize(("thing", "kind"), [("meetings", 2), ("webinars", 5)])
def test_people_register(client: httpx.Client, told: Events, thing: str, kind: int) -> None:
    number = made(client, thing, type=kind, settings={"approval_type": 1})["id"]
    path, word = f"/{thing}/{number}/registrants", thing.removesuffix("s")
    person = {"email": "jo@example.org", "first_name": "Jo", "last_name": "Doe", "no_of_employees": "1-20"}
    ids = [client.post(path, json=person).json()["registrant_id"]]
    client.post(path, json=person)
    assert told[-1]["payload"]["object"]["registrant"]["status"] == "pending"
    assert told[-1]["payload"]["object"]["registrant"]["no_of_employees"] == "1-20"
    ids.append(client.post(path, json={**person, "email": "al@example.org"}).json()["registrant_id"])
    for action, key in (("approve", 0), ("deny", 1), ("cancel", 0)):
        change = {"action": action, "registrants": [{"id": ids[key]}]}
        assert client.put(f"{path}/status", json=change).status_code == 204
    assert client.delete(f"{path}/{ids[1]}").status_code == 204
    after = ["created", "created", "approved", "denied", "cancelled", "cancelled"]
    assert names(told)[1:] == [f"{word}.registration_{each}" for each in after]
    approved = told[3]["payload"]
    assert approved["operator"] == OPERATOR
    assert approved["object"]["registrant"]["id"] == ids[0]
    assert approved["object"]["registrant"]["join_url"].startswith("https://zoom.us/")


def test_a_registration_for_an_open_ended_meeting(client: httpx.Client, told: Events) -> None:
    meeting = made(client, type=3, settings={"approval_type": 0})
    client.post(f"/meetings/{meeting['id']}/registrants", json={"email": "jo@example.org", "first_name": "Jo"})
    assert told[-1]["event"] == "meeting.registration_created"
    assert told[-1]["payload"]["object"]["start_time"] == meeting["created_at"]


def test_a_user_comes_changes_and_goes(client: httpx.Client, told: Events) -> None:
    info = {"email": "new@example.com", "type": 2, "first_name": "New", "last_name": "One"}
    user = client.post("/users", json={"action": "ssoCreate", "user_info": info}).json()
    assert told[-1]["payload"]["creation_type"] == "ssoCreate"
    assert told[-1]["payload"]["object"]["email"] == "new@example.com"
    client.patch(f"/users/{user['id']}", json={"last_name": "Two", "dept": "Tests", "vanity_name": "newtwo"})
    payload = told[-1]["payload"]
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
    assert names(told) == ["user.created", "user.updated", "user.disassociated", "user.deleted"]
    assert told[-1]["payload"]["object"]["email"] == "ada@example.com"


def test_a_recording_is_thrown_away(client: httpx.Client, told: Events, sandbox: Sandbox) -> None:
    query = {"from": "2026-01-01", "to": "2026-03-10"}
    kept = [
        each
        for user in client.get("/users").json()["users"]
        for each in client.get(f"/users/{user['id']}/recordings", params=query).json()["meetings"]
    ]
    first, second = kept[:2]
    client.delete(f"/meetings/{first['id']}/recordings")
    client.delete(f"/meetings/{second['id']}/recordings", params={"action": "delete"})
    assert names(told) == ["recording.trashed", "recording.deleted"]
    about = told[0]["payload"]["object"]
    assert (about["uuid"], about["recording_count"]) == (first["uuid"], first["recording_count"])
    assert [each["id"] for each in about["recording_files"]] == [each["id"] for each in first["recording_files"]]
    world = sandbox.engine.account
    host = world.store(Users).owner
    send_recording_event(world, "recovered", host, first)
    send_recording_event(world, "completed", host, first, "a-download-token")
    assert told[-1]["download_token"] == "a-download-token"
    assert told[-1]["payload"]["object"]["host_email"] == host.email


def test_nobody_listens_and_nothing_is_made(clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = Sandbox(clock=clock)
    monkeypatch.setattr(EventPublisher, "publish", lambda *_: pytest.fail("a payload was made for nobody"))
    headers = {"authorization": f"Bearer {silent.issue_token()}"}
    with httpx.Client(transport=silent.create_transport(), base_url="http://zoom.test/v2", headers=headers) as client:
        meeting = made(client, topic="Quiet")
        assert client.patch(f"/meetings/{meeting['id']}", json={"topic": "Still"}).status_code == 204
    assert silent.deliveries == []


@pytest.mark.parametrize("action", ["delete", "disassociate"])
def test_what_goes_with_a_user_and_what_goes_to_an_heir(
    client: httpx.Client, told: Events, clock: ManualClock, action: str
) -> None:
    mia, ada = (client.get(f"/users/{name}@example.com").json()["id"] for name in ("mia", "ada"))
    plain, weekly = (client.post(f"/users/{mia}/meetings", json=body).json() for body in ({}, WEEKLY))
    webinar = client.post(f"/users/{mia}/webinars", json={}).json()
    told.clear()
    query = {"transfer_email": "ada@example.com", "transfer_meeting": "true", "action": action}
    assert client.delete(f"/users/{mia}", params=query).status_code == 204
    assert names(told) == ["meeting.updated", "meeting.updated", "webinar.deleted", f"user.{action}d"]
    payload = told[0]["payload"]
    assert payload["object"] == {"id": plain["id"], "uuid": plain["uuid"], "host_id": ada}
    assert payload["old_object"] == {"id": plain["id"], "host_id": mia}
    assert (payload["operator"], payload["time_stamp"]) == (OPERATOR, int(clock() * 1000))
    assert "scope" not in payload
    assert (told[1]["payload"]["object"]["id"], told[1]["payload"]["scope"]) == (weekly["id"], "all")
    gone = told[2]["payload"]["object"]
    assert (gone["id"], gone["uuid"], gone["host_id"]) == (webinar["id"], webinar["uuid"], mia)


def test_without_an_heir_everything_planned_is_deleted(client: httpx.Client, told: Events) -> None:
    client.post("/users/mia@example.com/meetings", json=WEEKLY)
    told.clear()
    client.delete("/users/mia@example.com", params={"action": "delete"})
    assert names(told) == ["meeting.deleted", "user.deleted"]
    assert told[0]["payload"]["operation"] == "all"
    assert len(told[0]["payload"]["object"]["occurrences"]) == 4
