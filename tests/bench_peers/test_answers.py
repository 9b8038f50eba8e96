"""Test the answers of the stand-in for Zoom, and that the project and its peers can read them."""

from __future__ import annotations

import json
from typing import Any

from bench.peers.answers import MEETING_ID, PAGE_SIZE, PreparedAnswers, build_page

ANSWERS = PreparedAnswers(users=650)


def parse(response: bytes) -> tuple[int, Any]:
    """Return the status and the document of a response, whose length must be right."""
    head, _, body = response.partition(b"\r\n\r\n")
    lengths = [int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"content-length:")]
    assert lengths == [len(body)]
    return int(head.split()[1]), json.loads(body)


def test_a_created_meeting_and_a_read_one_are_the_same() -> None:
    status, meeting = parse(ANSWERS.find(b"POST", b"/v2/users/me/meetings"))
    assert (status, meeting["id"], meeting["settings"]["audio"]) == (201, MEETING_ID, "both")
    assert parse(ANSWERS.find(b"GET", b"/v2/meetings/%d?" % MEETING_ID)) == (200, meeting)


def test_the_pages_hold_every_user_once() -> None:
    users: list[dict[str, Any]] = []
    target, pages = b"/v2/users?page_size=300", 0
    while target:
        status, page = parse(ANSWERS.find(b"GET", target))
        assert (status, page["total_records"], page["page_count"]) == (200, 650, 3)
        users += page["users"]
        pages += 1
        token = page["next_page_token"]
        target = b"/v2/users?next_page_token=%b&page_size=300" % token.encode() if token else b""
    assert pages == 3
    assert len({user["id"] for user in users}) == len(users) == 650


def test_the_last_page_may_be_full() -> None:
    page = build_page(2, users=2 * PAGE_SIZE)
    assert (len(page["users"]), page["next_page_token"]) == (PAGE_SIZE, "")


def test_a_token_is_answered_and_nothing_else_is() -> None:
    status, token = parse(ANSWERS.find(b"POST", b"/oauth/token?grant_type=account_credentials"))
    assert (status, token["token_type"]) == (200, "bearer")
    for method, target in (
        (b"POST", b"/v2/users"),
        (b"GET", b"/v2/webinars/1"),
        (b"GET", b"/v2/users?next_page_token=x"),
    ):
        assert parse(ANSWERS.find(method, target))[0] == 404
