"""Test rate limits: counted per label and plan by the account's clock, and reported in Zoom's headers."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from tests.zoom_sandbox.conftest import NOW

from zoom_sandbox import ManualClock, Sandbox

LATE = 12 * 3600 + 1800  # from 11:00 to 23:30: tokens live for an hour only
HALF_AN_HOUR = 1800
TOMORROW = "2026-03-11T00:00:00Z"
ClientFactory = Callable[[str], httpx.Client]


@pytest.fixture
def create_client(clock: ManualClock) -> ClientFactory:
    """Return a function that creates a client of an account with a plan."""

    def create(plan: str) -> httpx.Client:
        zoom = Sandbox(clock=clock, plan=plan)
        headers = {"authorization": f"Bearer {zoom.issue_token()}"}
        return httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers)

    return create


def get_statuses(client: httpx.Client, path: str, count: int) -> list[int]:
    return [client.get(path).status_code for _ in range(count)]


def test_without_a_plan_nothing_is_counted(client: httpx.Client) -> None:
    assert set(get_statuses(client, "/users/me", 200)) == {200}
    assert "x-ratelimit-category" not in client.get("/users/me").headers


@pytest.mark.parametrize(("plan", "light", "medium"), [("free", 4, 2), ("pro", 30, 20), ("business", 80, 60)])
def test_each_label_has_its_limit_per_second(
    create_client: ClientFactory, clock: ManualClock, plan: str, light: int, medium: int
) -> None:
    client = create_client(plan)
    assert get_statuses(client, "/users/me", light + 1) == [200] * light + [429]
    assert get_statuses(client, "/users", medium + 1) == [200] * medium + [429]
    clock.advance(1)
    assert get_statuses(client, "/users/me", 1) == [200]


def test_a_429_has_the_time_of_the_next_attempt(create_client: ClientFactory) -> None:
    client = create_client("free")
    success = client.get("/users/me")
    assert success.headers["x-ratelimit-category"] == "Light"
    assert (success.headers["x-ratelimit-limit"], success.headers["x-ratelimit-remaining"]) == ("6000", "5999")
    get_statuses(client, "/users/me", 3)
    refused = client.get("/users/me")
    assert refused.json()["code"] == 429
    assert "per-second" in refused.json()["message"]
    assert refused.headers["x-ratelimit-type"] == "QPS"
    assert refused.headers["x-ratelimit-reset"] == str(NOW + 1)


def test_a_daily_limit_resets_at_midnight(create_client: ClientFactory, clock: ManualClock) -> None:
    clock.advance(LATE)
    client = create_client("free")
    for _ in range(1000):
        assert client.get("/report/daily").status_code == 200
        clock.advance(1)
    refused = client.get("/report/daily")
    assert (refused.status_code, refused.headers["x-ratelimit-type"]) == (429, "Daily-limit")
    assert (refused.headers["x-ratelimit-limit"], refused.headers["x-ratelimit-remaining"]) == ("1000", "0")
    assert refused.headers["retry-after"] == TOMORROW
    assert "daily" in refused.json()["message"]
    assert get_statuses(client, "/users/me", 1) == [200]
    clock.advance(HALF_AN_HOUR)
    assert get_statuses(client, "/report/daily", 1) == [200]


def test_phone_has_limits_of_its_own(create_client: ClientFactory) -> None:
    client = create_client("pro")
    assert get_statuses(client, "/phone/call_queues/a", 21) == [200] * 20 + [429]
    assert get_statuses(client, "/users/me", 1) == [200]


def test_a_host_has_100_creates_and_updates_per_day(create_client: ClientFactory, clock: ManualClock) -> None:
    clock.advance(LATE)
    client = create_client("business")
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


def test_a_person_registers_three_times_per_day_for_one_meeting(create_client: ClientFactory) -> None:
    client = create_client("business")
    body = {"settings": {"approval_type": 0}}
    first, second = (client.post("/users/me/meetings", json=body).json()["id"] for _ in range(2))
    person = {"email": "Gus@guests.example.org", "first_name": "Gus"}
    answers = [client.post(f"/meetings/{first}/registrants", json=person).status_code for _ in range(4)]
    assert answers == [201, 201, 201, 429]
    again = {**person, "email": "gus@guests.example.org"}
    assert client.post(f"/meetings/{first}/registrants", json=again).status_code == 429
    assert client.post(f"/meetings/{second}/registrants", json=person).status_code == 201


def test_a_call_that_fails_uses_no_quota(create_client: ClientFactory, clock: ManualClock) -> None:
    client = create_client("business")
    for _ in range(101):
        clock.advance(1)
        assert client.post("/users/me/meetings", json={"timezone": "Moon/Crater"}).status_code == 400
    assert client.post("/users/me/meetings", json={}).status_code == 201


def test_an_unknown_plan_is_refused() -> None:
    with pytest.raises(ValueError, match="plan: expected one of free, pro, business"):
        Sandbox(plan="gold")
