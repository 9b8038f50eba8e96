"""Test the public reports of tests that passed in a sandbox and failed at Zoom: it says yes where Zoom says no."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from tests.support.sandbox_answers import get_json, get_refusal

from zoom_component import Component
from zoom_component.errors import MissingPlan, Refused
from zoom_sandbox import ManualClock, Sandbox

NOW = datetime(2026, 3, 10, 11, 33, 7, tzinfo=UTC)  # a Tuesday
MEETINGS = "/users/me/meetings"


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(clock=ManualClock(NOW.timestamp()))


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {sandbox.issue_token()}"}
    with httpx.Client(transport=sandbox.create_transport(), base_url="http://zoom.test/v2", headers=headers) as client:
        yield client


@pytest.mark.parametrize(
    "hosts",
    [
        "nobody@example.com",  # not in the account
        "ben@example.com",  # has no license
        "owner@example.com",  # is the host
        "OWNER@example.com",
        "Owner-Sandbox-00000001",
        "me",
        "ida@example.com",  # deactivated
        "pia@example.com",  # pending
        "ada@example.com,ben@example.com",
        "ada@example.com; nobody@example.com",
    ],
)
@pytest.mark.parametrize("kind", ["meetings", "webinars"])
def test_alternative_hosts_are_other_licensed_users_of_the_account(client: httpx.Client, kind: str, hosts: str) -> None:
    # F1. https://github.com/jrchamp/moodle-mod_zoom/issues/302, https://github.com/indico/indico-plugins/issues/226,
    # https://support.zoom.com/hc/en/article?id=zm_kb&sysparm_article=KB0067027
    wrong = hosts.replace(",", ";").split(";")[-1].strip()
    body = {"settings": {"alternative_hosts": hosts}}
    refused = client.post(f"/users/me/{kind}", json=body)
    assert get_refusal(refused) == (400, 1114)
    assert f'"{wrong}"' in refused.json()["message"]
    assert get_json(client, f"/users/me/{kind}")["total_records"] == 0
    created = client.post(f"/users/me/{kind}", json={"settings": {"alternative_hosts": "ada@example.com"}}).json()
    assert get_refusal(client.patch(f"/{kind}/{created['id']}", json=body)) == (400, 1114)
    assert get_json(client, f"/{kind}/{created['id']}")["settings"]["alternative_hosts"] == "ada@example.com"


def test_a_user_of_the_component_reads_which_alternative_host_is_wrong() -> None:
    # F1, as a caller sees it.
    with (
        Sandbox() as sandbox,
        Component.load().connect(token=sandbox.issue_token(), base_url=sandbox.api_url) as session,
    ):
        inputs = {"userId": "me", "topic": "T", "settingsExtraFields": {"alternative_hosts": "ben@example.com"}}
        with pytest.raises(Refused, match=r'"ben@example.com" as an alternative host') as caught:
            session.run("createMeeting", inputs)
    assert (caught.value.status, caught.value.code) == (400, 1114)
    assert "licensed users of the account" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["ada@example.com,mia@example.com", "ada@example.com; mia@example.com;", " ada@example.com ,mia@example.com"],
)
def test_alternative_hosts_come_back_with_semicolons(client: httpx.Client, text: str) -> None:
    # https://github.com/jrchamp/moodle-mod_zoom/issues/99
    created = client.post(MEETINGS, json={"settings": {"alternative_hosts": text}}).json()
    assert created["settings"]["alternative_hosts"] == "ada@example.com;mia@example.com"
    again = created["settings"]["alternative_hosts"]
    assert client.patch(f"/meetings/{created['id']}", json={"settings": {"alternative_hosts": again}}).is_success
    assert get_json(client, f"/meetings/{created['id']}")["settings"]["alternative_hosts"] == again


def test_a_series_that_begins_in_the_past_gets_the_time_of_the_call(client: httpx.Client) -> None:
    # E2. https://github.com/jrchamp/moodle-mod_zoom/issues/341,
    # https://github.com/cornellh4i/ithaca-recovery/pull/506
    body = {
        "type": 8,
        "start_time": "2026-03-03T12:00:00",
        "timezone": "UTC",
        "recurrence": {"type": 2, "weekly_days": "3", "end_times": 4},
    }
    created = client.post(MEETINGS, json=body).json()
    assert [each["start_time"] for each in created["occurrences"]] == [
        "2026-03-10T11:33:07Z",
        "2026-03-17T11:33:07Z",
        "2026-03-24T11:33:07Z",
        "2026-03-31T11:33:07Z",
    ]


@pytest.mark.parametrize(("kind", "type_"), [("meetings", 2), ("meetings", 10), ("webinars", 5)])
@pytest.mark.parametrize("start", ["2026-03-10T11:33:06Z", "2020-01-01T00:00:00Z", "2026-03-10T12:00:00+01:00"])
def test_a_start_in_the_past_is_now(client: httpx.Client, kind: str, type_: int, start: str) -> None:
    # https://github.com/calcom/cal.diy/issues/7844; the page of the operation says so (start_time).
    created = client.post(f"/users/me/{kind}", json={"type": type_, "start_time": start}).json()
    assert created["start_time"] == "2026-03-10T11:33:07Z"


@pytest.mark.parametrize("kind", ["meetings", "webinars"])
@pytest.mark.parametrize("email", ["pia@example.com", "ida@example.com"])
def test_people_who_are_pending_or_deactivated_cannot_host(client: httpx.Client, kind: str, email: str) -> None:
    # https://github.com/jrchamp/moodle-mod_zoom/issues/131
    refusal = (400, 3161) if kind == "meetings" else (400, 200)
    assert get_refusal(client.post(f"/users/{email}/{kind}", json={"topic": "T"})) == refusal


def test_somebody_who_was_just_invited_or_deactivated_cannot_host(client: httpx.Client) -> None:
    # https://github.com/jrchamp/moodle-mod_zoom/issues/131: createUser, then createMeeting.
    info = {"email": "new@example.com", "type": 2}
    assert client.post("/users", json={"action": "create", "user_info": info}).is_success
    assert get_refusal(client.post("/users/new@example.com/meetings", json={})) == (400, 3161)
    assert client.put("/users/mia@example.com/status", json={"action": "deactivate"}).is_success
    assert get_refusal(client.post("/users/mia@example.com/meetings", json={})) == (400, 3161)


def test_a_user_of_the_component_reads_that_a_pending_user_cannot_host() -> None:
    # https://github.com/jrchamp/moodle-mod_zoom/issues/131, as a caller sees it.
    with (
        Sandbox() as sandbox,
        Component.load().connect(token=sandbox.issue_token(), base_url=sandbox.api_url) as session,
        pytest.raises(MissingPlan, match="not allowed meeting hosting"),
    ):
        session.run("createMeeting", {"userId": "pia@example.com", "topic": "T"})


@pytest.mark.parametrize(
    ("agenda", "stored"),
    [
        ("\U0001f4c5 17 janvier", "- 17 janvier"),
        ("\U0001f1eb\U0001f1f7 09:00-11:00", "-- 09:00-11:00"),  # a flag is two characters
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", "-\u200d-\u200d-"),
        (
            "\u2600 caf\u00e9 \u4f1a\u8bae \u041f\u043b\u0430\u043d",
            "\u2600 caf\u00e9 \u4f1a\u8bae \u041f\u043b\u0430\u043d",
        ),
    ],
)
def test_emoji_of_an_agenda_become_hyphens(client: httpx.Client, agenda: str, stored: str) -> None:
    # https://github.com/jrchamp/moodle-mod_zoom/issues/289
    created = client.post(MEETINGS, json={"agenda": agenda, "topic": agenda}).json()
    assert (created["agenda"], created["topic"]) == (stored, agenda)
    plain = client.post("/users/me/webinars", json={}).json()
    assert client.patch(f"/webinars/{plain['id']}", json={"agenda": agenda}).is_success
    assert get_json(client, f"/webinars/{plain['id']}")["agenda"] == stored


def test_emoji_stay_on_request() -> None:
    sandbox = Sandbox(keep_emoji=True)
    headers = {"authorization": f"Bearer {sandbox.issue_token()}"}
    with httpx.Client(transport=sandbox.create_transport(), base_url="http://zoom.test/v2", headers=headers) as client:
        assert client.post(MEETINGS, json={"agenda": "\U0001f4c5"}).json()["agenda"] == "\U0001f4c5"


@pytest.mark.parametrize(
    ("passcode", "authentication", "waiting_room"),
    [("", False, True), ("abc", False, False), ("", True, False), ("abc", True, False)],
)
def test_a_meeting_keeps_one_way_to_be_secure(
    client: httpx.Client, passcode: str, authentication: bool, waiting_room: bool
) -> None:
    # https://github.com/jrchamp/moodle-mod_zoom/issues/491, https://github.com/gofractally/Eden/pull/351
    settings = {"waiting_room": False, "meeting_authentication": authentication}
    body = {"password": passcode, "default_password": False, "settings": settings}
    created = client.post(MEETINGS, json=body).json()
    assert created["settings"]["waiting_room"] is waiting_room
    other = client.post(MEETINGS, json={"password": "xyz"}).json()
    assert client.patch(f"/meetings/{other['id']}", json={"password": passcode, "settings": settings}).is_success
    assert get_json(client, f"/meetings/{other['id']}")["settings"]["waiting_room"] is waiting_room
