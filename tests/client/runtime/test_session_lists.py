"""Test lists over a session: merged, streamed or paged, and what the error of a failed list carries."""

from __future__ import annotations

import asyncio
import tracemalloc
from typing import Any

import pytest
from tests.support.session_modes import (
    BOTH_MODES,
    COMPONENT,
    OPTIONS,
    AsyncMode,
    SyncMode,
    create_connection,
    create_sandbox,
    list_calls,
)

from zoom_component.errors import ComponentError, RepeatedPage, Unexpected
from zoom_sandbox import Sandbox


def everyone(zoom: Sandbox) -> list[str]:
    """Return the email addresses of the active users, from a single page."""
    return emails(SyncMode(zoom).run("listUsers", page_size=300).data["users"])


def emails(users: list[Any]) -> list[str]:
    return [user["email"] for user in users]


@BOTH_MODES
def test_a_list_is_merged_streamed_or_paged(mode: type[SyncMode | AsyncMode]) -> None:
    zoom = create_sandbox(users=5)
    people = everyone(zoom)
    assert len(people) == 9
    merged = mode(zoom).run("listUsers", page_size=3).data
    assert emails(merged["users"]) == people
    assert "next_page_token" not in merged
    assert emails(mode(zoom).stream("listUsers", page_size=4)) == people
    pages = mode(zoom).pages("listUsers", page_size=4)
    assert [emails(items) for items, _ in pages] == [people[:4], people[4:8], people[8:]]
    assert [bool(token) for _, token in pages] == [True, True, False]
    zoom.clear_requests()
    assert emails(mode(zoom).stream("listUsers", page_size=4, resume=pages[1][1])) == people[8:]
    assert dict(zoom.requests[-1].query)["page_size"] == "4"


@BOTH_MODES
def test_streaming_another_action_yields_its_data_once(mode: type[SyncMode | AsyncMode]) -> None:
    (item,) = mode(create_sandbox()).stream("createMeeting", {"userId": "me", "topic": "x"})
    assert item["topic"] == "x"


@BOTH_MODES
def test_the_error_of_the_third_page_carries_two_and_the_token_to_resume_at(mode: type[SyncMode | AsyncMode]) -> None:
    zoom = create_sandbox(users=5)
    people = everyone(zoom)
    zoom.add_fault("GET", "/users", status=200, body="<html>Back soon</html>", calls=[3])
    with pytest.raises(Unexpected) as caught:
        mode(zoom).run("listUsers", page_size=2)
    assert emails(caught.value.partial["users"]) == people[:4]
    rest = mode(zoom).run("listUsers", page_size=2, resume=caught.value.resume).data
    assert emails(rest["users"]) == people[4:]


@BOTH_MODES
def test_the_error_of_a_failed_connection_carries_the_pages_before_it(mode: type[SyncMode | AsyncMode]) -> None:
    zoom = create_sandbox(users=5)
    people = everyone(zoom)
    zoom.add_fault("GET", "/users", revoke_token=True, calls=[3])
    zoom.add_fault("POST", "/oauth/token", status=400, body={"error": "invalid_client", "reason": "No."}, calls=[2])
    with pytest.raises(ComponentError) as caught:
        mode(zoom).run("listUsers", page_size=2)
    assert caught.value.kind == "connection_failed"
    assert emails(caught.value.partial["users"]) == people[:4]
    rest = mode(zoom).run("listUsers", page_size=2, resume=caught.value.resume).data
    assert emails(rest["users"]) == people[4:]


@BOTH_MODES
def test_a_repeated_token_ends_the_list(mode: type[SyncMode | AsyncMode]) -> None:
    zoom = create_sandbox(users=5)
    zoom.add_fault("GET", "/users", repeat_page=True)
    with pytest.raises(RepeatedPage):
        mode(zoom).stream("listUsers", page_size=2)
    assert list_calls(zoom) == ["token", "GET /users", "GET /users"]


def test_a_stream_requests_a_page_only_when_it_is_needed() -> None:
    zoom = create_sandbox(users=96)
    people = everyone(zoom)
    zoom.clear_requests()
    with COMPONENT.connect(create_connection(zoom), options=OPTIONS, transport=zoom.create_transport()) as session:
        items: Any = session.stream("listUsers", page_size=2)
        assert list_calls(zoom) == []
        assert emails([next(items), next(items)]) == people[:2]
        assert list_calls(zoom).count("GET /users") == 1
        next(items)
        assert list_calls(zoom).count("GET /users") == 2
        items.close()
        assert list(items) == []
    assert list_calls(zoom).count("GET /users") == 2


def test_an_async_stream_that_is_closed_requests_no_more_pages() -> None:
    zoom = create_sandbox(users=96)
    third = everyone(zoom)[2]
    zoom.clear_requests()

    async def main() -> None:
        async with COMPONENT.aconnect(
            create_connection(zoom), options=OPTIONS, transport=zoom.create_transport()
        ) as session:
            items: Any = session.stream("listUsers", page_size=2)
            async for item in items:
                if item["email"] == third:
                    break
            await items.aclose()

    asyncio.run(main())
    assert list_calls(zoom).count("GET /users") == 2


def test_streaming_holds_one_page_at_a_time() -> None:
    zoom = create_sandbox(scale={"users": 9000})

    def peak(pages: int) -> tuple[int, int]:
        """Return how many items were in so many pages, and the peak of memory meanwhile."""
        with COMPONENT.connect(create_connection(zoom), options=OPTIONS, transport=zoom.create_transport()) as session:
            tracemalloc.start()
            try:
                count = sum(1 for _, _ in zip(range(pages * 300), session.stream("listUsers"), strict=False))
                return count, tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    peak(30)
    few, many = peak(3), peak(30)
    assert (few[0], many[0]) == (900, 9000)
    assert many[1] < 2 * few[1], "thirty pages need no more than three do"
