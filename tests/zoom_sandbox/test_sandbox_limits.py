"""Rate limits: off unless a plan is given, counted per label on the account's clock, and told in Zoom's headers."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from tests.zoom_sandbox.conftest import NOW

from zoom_sandbox import ManualClock, Sandbox

LATE = 12 * 3600 + 1800  # from 11:00 to 23:30: tokens live for an hour only
HALF_AN_HOUR = 1800
TOMORROW = "2026-03-11T00:00:00Z"
Opened = Callable[[str], httpx.Client]


@pytest.fixture
def on(clock: ManualClock) -> Opened:
    """A client of an account with a plan."""

    def opened(plan: str) -> httpx.Client:
        zoom = Sandbox(clock=clock, plan=plan)
        headers = {"authorization": f"Bearer {zoom.issue_token()}"}
        return httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers)

    return opened


def statuses(client: httpx.Client, path: str, count: int) -> list[int]:
    return [client.get(path).status_code for _ in range(count)]


def test_without_a_plan_nothing_is_counted(client: httpx.Client) -> None:
    assert set(statuses(client, "/users/me", 200)) == {200}
    assert "x-ratelimit-category" not in client.get("/users/me").headers


@pytest.mark.parametrize(("plan", "light", "medium"), [("free", 4, 2), ("pro", 30, 20), ("business", 80, 60)])
def test_each_label_has_its_limit_a_second(on: Opened, clock: ManualClock, plan: str, light: int, medium: int) -> None:
    client = on(plan)
    assert statuses(client, "/users/me", light + 1) == [200] * light + [429]
    assert statuses(client, "/users", medium + 1) == [200] * medium + [429]
    clock.advance(1)
    assert statuses(client, "/users/me", 1) == [200]


def test_the_one_too_many_is_told_when_to_come_back(on: Opened) -> None:
    client = on("free")
    good = client.get("/users/me")
    assert good.headers["x-ratelimit-category"] == "Light"
    assert (good.headers["x-ratelimit-limit"], good.headers["x-ratelimit-remaining"]) == ("6000", "5999")
    statuses(client, "/users/me", 3)
    refused = client.get("/users/me")
    assert refused.json()["code"] == 429
    assert "per-second" in refused.json()["message"]
    assert refused.headers["x-ratelimit-type"] == "QPS"
    assert refused.headers["x-ratelimit-reset"] == str(NOW + 1)


def test_a_daily_quota_ends_at_midnight(on: Opened, clock: ManualClock) -> None:
    clock.advance(LATE)
    client = on("free")
    for _ in range(1000):
        assert client.get("/report/daily").status_code == 200
        clock.advance(1)
    refused = client.get("/report/daily")
    assert (refused.status_code, refused.headers["x-ratelimit-type"]) == (429, "Daily-limit")
    assert (refused.headers["x-ratelimit-limit"], refused.headers["x-ratelimit-remaining"]) == ("1000", "0")
    assert refused.headers["retry-after"] == TOMORROW
    assert "daily" in refused.json()["message"]
    assert statuses(client, "/users/me", 1) == [200]
    clock.advance(HALF_AN_HOUR)
    assert statuses(client, "/report/daily", 1) == [200]


def test_phone_has_a_table_of_its_own(on: Opened) -> None:
    client = on("pro")
    assert statuses(client, "/phone/call_queues/a", 21) == [200] * 20 + [429]
    assert statuses(client, "/users/me", 1) == [200]


def test_a_host_has_100_creates_and_updates_a_day(on: Opened, clock: ManualClock) -> None:
    clock.advance(LATE)
    client = on("business")
    made = client.post("/users/me/meetings", json={}).json()["id"]
    for _ in range(99):
        clock.advance(1)
        assert client.patch(f"/meetings/{made}", json={"topic": "X"}).status_code == 204
    refused = client.post("/users/owner@example.com/meetings", json={})
    assert (refused.status_code, refused.headers["retry-after"]) == (429, TOMORROW)
    assert client.post("/users/ada@example.com/meetings", json={}).status_code == 201
    assert client.get(f"/meetings/{made}").json()["topic"] == "X"
    clock.advance(HALF_AN_HOUR)
    assert client.post("/users/me/meetings", json={}).status_code == 201


def test_a_person_registers_three_times_a_day_for_one_meeting(on: Opened) -> None:
    client = on("business")
    body = {"settings": {"approval_type": 0}}
    first, second = (client.post("/users/me/meetings", json=body).json()["id"] for _ in range(2))
    person = {"email": "Gus@guests.example.org", "first_name": "Gus"}
    answers = [client.post(f"/meetings/{first}/registrants", json=person).status_code for _ in range(4)]
    assert answers == [201, 201, 201, 429]
    again = {**person, "email": "gus@guests.example.org"}
    assert client.post(f"/meetings/{first}/registrants", json=again).status_code == 429
    assert client.post(f"/meetings/{second}/registrants", json=person).status_code == 201


def test_a_call_that_is_refused_uses_up_nothing_of_the_day(on: Opened, clock: ManualClock) -> None:
    client = on("business")
    for _ in range(101):
        clock.advance(1)
        assert client.post("/users/me/meetings", json={"timezone": "Moon/Crater"}).status_code == 400
    assert client.post("/users/me/meetings", json={}).status_code == 201


def test_a_plan_that_is_none() -> None:
    with pytest.raises(ValueError, match="the plans are free, pro, business"):
        Sandbox(plan="gold")
