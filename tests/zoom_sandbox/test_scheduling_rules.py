"""Test who may schedule for whom, and which parts of a schedule Zoom refuses or ignores."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.support.sandbox_answers import get_json, get_refusal

from zoom_sandbox import Sandbox

NOW, LATER, PAST = "2026-03-10T11:00:00Z", "2026-04-01T09:00:00Z", "2026-03-01T09:00:00Z"
KINDS = pytest.mark.parametrize("kind", ["meetings", "webinars"])
DAILY = {"type": 1, "end_times": 3}


def create(client: httpx.Client, kind: str = "meetings", **body: Any) -> dict[str, Any]:
    created = client.post(f"/users/me/{kind}", json=body)
    assert created.status_code == 201, created.text
    return dict(created.json())


def grant(client: httpx.Client, host: str, assistant: str = "owner@example.com") -> None:
    """Let an assistant schedule for a host."""
    granted = client.post(f"/users/{host}/assistants", json={"assistants": [{"email": assistant}]})
    assert granted.status_code == 201, granted.text


@KINDS
@pytest.mark.parametrize(
    ("user", "refusal"),
    [
        ("nobody@example.com", (400, 300)),
        ("ada@example.com", (400, 3000)),  # has not granted it
        ("ben@example.com", (400, 3000)),  # has no license, so cannot grant it
        ("ida@example.com", (400, 3000)),
        ("pia@example.com", (400, 3000)),
    ],
)
def test_only_an_assistant_schedules_for_somebody(
    client: httpx.Client, kind: str, user: str, refusal: tuple[int, int]
) -> None:
    own = create(client, kind)
    for response in (
        client.post(f"/users/me/{kind}", json={"schedule_for": user}),
        client.patch(f"/{kind}/{own['id']}", json={"schedule_for": user}),
    ):
        assert get_refusal(response) == refusal
    assert get_json(client, f"/{kind}/{own['id']}")["host_email"] == "owner@example.com"


@KINDS
def test_an_assistant_schedules_for_the_host(client: httpx.Client, kind: str) -> None:
    grant(client, "ada@example.com")
    assert create(client, kind, schedule_for="ada@example.com")["host_email"] == "ada@example.com"
    # The other direction is not granted.
    assert get_refusal(client.post(f"/users/ada@example.com/{kind}", json={"schedule_for": "me"})) == (400, 3000)


@KINDS
def test_everybody_schedules_for_themselves(client: httpx.Client, kind: str) -> None:
    assert create(client, kind, schedule_for="owner@example.com")["host_email"] == "owner@example.com"


def test_a_host_who_lost_the_license_gets_no_webinar_of_others(client: httpx.Client) -> None:
    grant(client, "mia@example.com")
    client.patch("/users/mia@example.com", json={"type": 1})
    assert create(client, "meetings", schedule_for="mia@example.com")["host_email"] == "mia@example.com"
    assert get_refusal(client.post("/users/me/webinars", json={"schedule_for": "mia@example.com"})) == (400, 200)


def test_an_instant_meeting_is_for_oneself(client: httpx.Client) -> None:
    grant(client, "ada@example.com")
    body = {"type": 1, "schedule_for": "ada@example.com"}
    assert get_refusal(client.post("/users/me/meetings", json=body)) == (400, 3000)


@pytest.mark.parametrize(("type_", "is_possible"), [(1, False), (2, True), (3, True), (8, False), (10, False)])
def test_prescheduling_needs_a_scheduled_meeting_or_none_fixed(
    client: httpx.Client, type_: int, is_possible: bool
) -> None:
    body = {"type": type_, "pre_schedule": True, **({"recurrence": DAILY} if type_ == 8 else {})}
    response = client.post("/users/me/meetings", json=body)
    assert (response.status_code == 201) is is_possible
    if not is_possible:
        assert response.json()["code"] == 3000


def test_a_recorded_webinar_has_a_fixed_time_and_its_own_host(client: httpx.Client) -> None:
    grant(client, "ada@example.com")
    simulive = {"is_simulive": True}
    assert create(client, "webinars", **simulive)["is_simulive"] is True
    assert get_refusal(client.post("/users/me/webinars", json={**simulive, "type": 6})) == (400, 4505)
    others = {**simulive, "schedule_for": "ada@example.com"}
    assert get_refusal(client.post("/users/me/webinars", json=others)) == (400, 300)


def test_login_domains_are_separated_by_semicolons(client: httpx.Client) -> None:
    path = "/users/me/meetings"
    assert client.post(path, json={"settings": {"enforce_login_domains": "a.example;b.example"}}).status_code == 201
    refused = client.post(path, json={"settings": {"enforce_login_domains": "a.example,b.example"}})
    assert get_refusal(refused) == (400, 300)
    assert refused.json()["errors"][0]["field"] == "settings.enforce_login_domains"


@KINDS
def test_an_update_ignores_a_start_in_the_past(client: httpx.Client, kind: str) -> None:
    own = create(client, kind, start_time=LATER)
    path = f"/{kind}/{own['id']}"
    assert client.patch(path, json={"start_time": PAST, "topic": "New"}).status_code == 204
    after = get_json(client, path)
    assert (after["start_time"], after["topic"]) == (LATER, "New")
    assert client.patch(path, json={"start_time": "2026-04-02T09:00:00Z"}).status_code == 204
    assert get_json(client, path)["start_time"] == "2026-04-02T09:00:00Z"


@KINDS
def test_a_series_and_an_occurrence_ignore_a_start_in_the_past(client: httpx.Client, kind: str) -> None:
    own = create(client, kind, type=8 if kind == "meetings" else 9, start_time=LATER, recurrence=DAILY)
    path, first = f"/{kind}/{own['id']}", own["occurrences"][0]["occurrence_id"]
    assert client.patch(path, json={"start_time": PAST}).status_code == 204
    assert client.patch(path, params={"occurrence_id": first}, json={"start_time": PAST}).status_code == 204
    assert get_json(client, path)["occurrences"] == own["occurrences"]


def test_test_data_may_lie_in_the_past(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.load_data({"meetings": [{"topic": "Past", "start_time": PAST}]})
    assert get_json(client, "/users/me/meetings")["meetings"][0]["start_time"] == PAST
    assert create(client, start_time=PAST)["start_time"] == NOW


def test_test_data_may_have_meetings_of_deactivated_but_not_of_pending_people() -> None:
    meetings = [{"topic": "Old"}]
    people = [
        {"email": "ian@example.com", "status": "inactive", "meetings": meetings},
        {"email": "ida@example.com", "meetings": meetings},
    ]
    sandbox = Sandbox(data={"users": people})
    assert sandbox.get_state()["counts"]["meetings"] == Sandbox().get_state()["counts"]["meetings"] + 2
    with pytest.raises(ValueError, match="not allowed meeting hosting"):
        Sandbox(data={"users": [{"email": "una@example.com", "status": "pending", "meetings": meetings}]})


def test_an_alternative_host_may_stand_further_down_in_the_test_data() -> None:
    first = {"email": "zoe@example.com", "type": 2}
    hosted = {"topic": "T", "settings": {"alternative_hosts": "yan@example.com"}}
    people = [{**first, "meetings": [hosted]}, {"email": "yan@example.com", "type": 2}]
    assert Sandbox(data={"users": people}).get_state()["counts"]["users"] == 8
    with pytest.raises(ValueError, match=r'"yan@example\.com" as an alternative host'):
        Sandbox(data={"users": people[:1]})


@pytest.mark.parametrize(("status", "dept"), [("pending", "Sales"), ("inactive", "Sales"), ("active", "Sales")])
def test_test_data_sets_every_field_of_a_user_of_any_status(status: str, dept: str) -> None:
    sandbox = Sandbox(data={"users": [{"email": "pia@example.com", "status": status, "dept": dept}]})
    headers = {"authorization": f"Bearer {sandbox.issue_token()}"}
    with httpx.Client(transport=sandbox.create_transport(), base_url="http://zoom.test/v2", headers=headers) as client:
        pia = get_json(client, "/users/pia@example.com")
        listed = get_json(client, "/users", status=status)["users"]
    assert (pia["status"], pia["dept"]) == (status, dept)
    assert "pia@example.com" in [row["email"] for row in listed]


@pytest.mark.parametrize("type_", [1, 2, 3])
def test_end_times_0_is_a_series_without_an_end(client: httpx.Client, type_: int) -> None:
    own = create(client, type=8, start_time=LATER, recurrence={"type": type_, "end_times": 0})
    assert (own["recurrence"]["end_times"], len(own["occurrences"])) == (0, 60)
