"""Test paging: every item once for any page size; tokens expire and belong to one listing."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoom_sandbox import ManualClock, Sandbox


def list_all(client: httpx.Client, path: str, items: str, **query: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    token = ""
    while True:
        page = client.get(path, params={**query, "next_page_token": token}).json()
        rows += page[items]
        token = page["next_page_token"]
        if not token:
            return rows


@settings(max_examples=25, deadline=None)
@given(users=st.integers(0, 60), size=st.integers(1, 50))
def test_paging_returns_every_item_once(users: int, size: int) -> None:
    zoom = Sandbox(users=users)
    headers = {"authorization": f"Bearer {zoom.issue_token()}"}
    with httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers) as client:
        listed = [user["id"] for user in list_all(client, "/users", "users", page_size=size)]
        counts = client.get("/users", params={"page_size": size}).json()
        numbered = [
            user["id"]
            for number in range(1, counts["page_count"] + 1)
            for user in client.get("/users", params={"page_size": size, "page_number": number}).json()["users"]
        ]
    assert len(listed) == len(set(listed)) == counts["total_records"] == users + 4
    assert numbered == listed
    assert counts["page_count"] == -(-len(listed) // size)


@settings(max_examples=25, deadline=None)
@given(size=st.integers(1, 7), victim=st.integers(0, 19), after=st.integers(1, 3))
def test_paging_misses_nothing_when_an_item_is_deleted(size: int, victim: int, after: int) -> None:
    zoom = Sandbox()
    headers = {"authorization": f"Bearer {zoom.issue_token()}"}
    with httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers) as client:
        made = [client.post("/users/me/meetings", json={}).json()["id"] for _ in range(20)]
        seen: list[int] = []
        token, pages = "", 0
        while True:
            query = {"page_size": str(size), "next_page_token": token}
            page = client.get("/users/me/meetings", params=query).json()
            seen += [meeting["id"] for meeting in page["meetings"]]
            token, pages = page["next_page_token"], pages + 1
            if pages == after:
                client.delete(f"/meetings/{made[victim]}")
            if not token:
                break
    assert len(seen) == len(set(seen))
    assert set(made) - set(seen) <= {made[victim]}


def test_a_page_has_zooms_counts(client: httpx.Client) -> None:
    page = client.get("/users", params={"page_size": 3}).json()
    assert (page["page_size"], page["total_records"], page["page_count"], page["page_number"]) == (3, 4, 2, 1)
    rest = client.get("/users", params={"page_size": 3, "next_page_token": page["next_page_token"]}).json()
    assert (len(rest["users"]), rest["page_number"], rest["next_page_token"]) == (1, 2, "")
    assert client.get("/users", params={"page_number": 9}).json()["users"] == []


def test_the_default_page_size_is_from_the_facts(client: httpx.Client) -> None:
    assert client.get("/users").json()["page_size"] == 30
    assert client.get("/chat/users/me/channels").json()["page_size"] == 10


def is_refused(answer: httpx.Response) -> bool:
    return (answer.status_code, answer.json()["code"]) == (400, 300)


def test_a_token_expires_after_15_minutes(client: httpx.Client, clock: ManualClock) -> None:
    token = client.get("/users", params={"page_size": 1}).json()["next_page_token"]
    clock.advance(15 * 60 - 1)
    query = {"page_size": 1, "next_page_token": token}
    assert client.get("/users", params=query).status_code == 200
    clock.advance(1)
    assert is_refused(client.get("/users", params=query))


@pytest.mark.parametrize("change", [{"role_id": "2"}, {"status": "pending"}, {"include_fields": "host_key"}])
def test_a_token_is_only_valid_for_its_filters(client: httpx.Client, change: dict[str, str]) -> None:
    token = client.get("/users", params={"page_size": 1}).json()["next_page_token"]
    assert is_refused(client.get("/users", params={"page_size": 1, "next_page_token": token, **change}))
    assert client.get("/users", params={"page_size": 2, "next_page_token": token}).status_code == 200


def test_a_default_value_and_an_unknown_name_are_not_other_filters(client: httpx.Client) -> None:
    query = {"page_size": "1", "status": "active", "role_id": ""}
    token = client.get("/users", params=query).json()["next_page_token"]
    assert client.get("/users", params={"next_page_token": token, "time": "1"}).status_code == 200


def test_a_token_of_another_listing_and_an_unknown_token_are_refused(client: httpx.Client) -> None:
    token = client.get("/users", params={"page_size": 1}).json()["next_page_token"]
    assert is_refused(client.get("/users/me/meetings", params={"next_page_token": token}))
    assert is_refused(client.get("/users", params={"next_page_token": "made-up"}))
