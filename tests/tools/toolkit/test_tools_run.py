"""Run each slug against the sandbox with the input names of the catalogue."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from zoom_component import Component
from zoom_component.client.session import Session
from zoom_sandbox import Sandbox

FACTS: Mapping[str, Any] = json.loads(
    (Path(__file__).parents[2] / "zoom_facts/catalogue.json").read_text(encoding="utf-8")
)
COMPONENT = Component.load()
PAST, WEBINAR = "85746065001", "95204914001"
MEETING = {
    "userId": "me", "topic": "Review", "type": 8, "start_time": "2030-03-04T09:30:00", "duration": 45,
    "timezone": "America/New_York", "agenda": "What was done.", "password": "pass-1234", "recurrence__type": 2,
    "recurrence__weekly__days": "2,4", "recurrence__end__times": 6, "settings__audio": "both",
    "settings__use__pmi": False, "settings__approval__type": 0, "settings__waiting__room": True,
    "settings__auto__recording": "none", "settings__breakout__room__enable": True, "settings__jbh__time": 5,
    "settings__breakout__room__rooms": [{"name": "room1", "participants": ["member@example.com"]}],
    "settings__global__dial__in__countries": ["US"], "settings__encryption__type": "enhanced_encryption",
    "settings__approved__or__denied__countries__or__regions__enable": True,
    "settings__approved__or__denied__countries__or__regions__method": "approve",
    "settings__approved__or__denied__countries__or__regions__approved__list": ["US", "DE"],
}  # fmt: skip
CALLS: Mapping[str, Mapping[str, Any]] = {
    "ZOOM_CREATE_A_MEETING": MEETING,
    "ZOOM_GET_A_MEETING": {"meetingId": "MEETING", "show_previous_occurrences": True},
    "ZOOM_UPDATE_A_MEETING": {"meetingId": "MEETING", "topic": "Changed", "settings__focus__mode": True},
    "ZOOM_ADD_A_MEETING_REGISTRANT": {"meetingId": "MEETING", "email": "kim@example.org", "first_name": "Kim",
                                      "org": "Acme", "no_of_employees": "21-50", "language": "Tr-TR"},
    "ZOOM_ADD_A_WEBINAR_REGISTRANT": {"webinarId": "WEBINAR", "email": "kim@example.org", "first_name": "Kim"},
    "ZOOM_LIST_MEETINGS": {"userId": "me", "type": "scheduled", "page_size": 1},
    "ZOOM_LIST_WEBINARS": {"userId": "me", "page_size": 30, "page_number": 1},
    "ZOOM_GET_A_WEBINAR": {"webinarId": "WEBINAR", "show_previous_occurrences": False},
    "ZOOM_GET_A_MEETING_SUMMARY": {"meetingId": "/ajXp112QmuoKj4854875=="},
    "ZOOM_GET_DAILY_USAGE_REPORT": {"year": 2026, "month": 3},
    "ZOOM_GET_MEETING_RECORDINGS": {"meetingId": PAST, "include_fields": "download_access_token", "ttl": 60},
    "ZOOM_GET_PAST_MEETING_PARTICIPANTS": {"meetingId": PAST, "page_size": 2},
    "ZOOM_LIST_ALL_RECORDINGS": {"userId": "me", "from": "2026-02-15", "to": "2026-03-10", "page_size": 30},
    "ZOOM_LIST_ARCHIVED_FILES": {"query_date_type": "meeting_start_time", "page_size": 30},
    "ZOOM_LIST_DEVICES": {"device_type": -1, "is_enrolled_in_zdm": True, "page_size": 30},
    "ZOOM_LIST_WEBINAR_PARTICIPANTS": {"webinarId": WEBINAR, "page_size": 2},
    "ZOOM_DELETE_MEETING_RECORDINGS": {"meetingId": PAST, "action": "trash"},
}  # fmt: skip


@contextmanager
def open_session() -> Iterator[Session]:
    """Open a session with a new account."""
    with Sandbox() as zoom, COMPONENT.connect(token=zoom.issue_token(), base_url=zoom.api_url) as opened:
        yield opened


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    """Open a session for tests that only read, or only change what they created."""
    with open_session() as opened:
        yield opened


@pytest.fixture(scope="module")
def made(session: Session) -> Mapping[str, int]:
    return create_objects(session)


def create_objects(session: Session) -> Mapping[str, int]:
    """Create a meeting with registration and a webinar for other calls."""
    webinar = {"topic": "Launch", "type": 5, "start_time": "2030-03-20T10:00:00Z", "settings": {"approval_type": 0}}
    raw = {"url": "/users/me/webinars", "method": "POST", "data": webinar, "responseType": "json"}
    meeting = session.run_tool("ZOOM_CREATE_A_MEETING", MEETING)
    return {"MEETING": meeting["data"]["id"], "WEBINAR": session.run("rawRequest", raw).data["data"]["id"]}


def test_every_slug_has_a_call() -> None:
    assert set(CALLS) == {facts["slug"] for facts in FACTS["actions"]}


@pytest.mark.parametrize("slug", CALLS)
def test_a_slug_returns_its_envelope(slug: str) -> None:
    # Each call has an account of its own, so that a deletion or a change does not decide another call.
    with open_session() as session:
        check_envelope(slug, session, create_objects(session))


def check_envelope(slug: str, session: Session, made: Mapping[str, int]) -> None:
    inputs = {name: made.get(value, value) if isinstance(value, str) else value for name, value in CALLS[slug].items()}
    names = {row["name"] for facts in FACTS["actions"] if facts["slug"] == slug for row in facts["inputs"]}
    assert set(inputs) <= names
    envelope = session.run_tool(slug, inputs)
    assert envelope["error"] is None
    assert envelope["successful"] is True
    assert isinstance(envelope["data"], dict)


def test_the_created_meeting_has_the_requested_settings(session: Session, made: Mapping[str, int]) -> None:
    data = session.run_tool("ZOOM_GET_A_MEETING", {"meetingId": made["MEETING"]})["data"]
    assert data["settings"]["breakout_room"]["rooms"][0]["name"] == "room1"
    assert data["settings"]["approved_or_denied_countries_or_regions"]["approved_list"] == ["US", "DE"]
    assert len(data["occurrences"]) == 6


def test_a_list_is_one_page_with_the_token_of_the_next(session: Session) -> None:
    one = session.run_tool("ZOOM_GET_PAST_MEETING_PARTICIPANTS", {"meetingId": PAST, "page_size": 3})["data"]
    two = session.run_tool(
        "ZOOM_GET_PAST_MEETING_PARTICIPANTS",
        {"meetingId": PAST, "page_size": 3, "next_page_token": one["next_page_token"]},
    )["data"]
    assert (len(one["participants"]), len(two["participants"])) == (3, 1)
    assert (one["page_size"], two["next_page_token"]) == (3, "")
    (page,) = session.pages("ZOOM_GET_PAST_MEETING_PARTICIPANTS", {"meetingId": PAST, "page_size": 3})
    assert (len(page.items), bool(page.next_token)) == (3, True)


def test_paging_inputs_return_one_page_of_an_action_too(session: Session) -> None:
    whole = session.run("getPastMeetingParticipants", {"meetingId": PAST}).data
    part = session.run("getPastMeetingParticipants", {"meetingId": PAST, "pageSize": "3"}).data
    assert (len(whole["participants"]), len(part["participants"])) == (4, 3)
    assert part["next_page_token"]
    assert "next_page_token" not in whole
    sized = session.run("getPastMeetingParticipants", {"meetingId": PAST}, page_size=3).data
    assert sized == whole


def test_an_error_is_inside_the_envelope(session: Session) -> None:
    missing = session.run_tool("ZOOM_GET_A_MEETING", {"meetingId": 81234567890})
    assert (missing["data"], missing["successful"]) == ({}, False)
    assert missing["error"].startswith("not_found: ")
    wrong = session.run_tool("ZOOM_LIST_MEETINGS", {"type": "all"})
    assert wrong["error"].startswith("input_error: ")
    assert "userId" in wrong["error"]
    assert "upcoming_meetings" in wrong["error"]
    assert session.run_tool("ZOOM_NO_SUCH_TOOL")["error"].startswith("input_error: action: unknown action")


def test_tools_run_in_an_async_session() -> None:
    async def main(base_url: str, token: str) -> tuple[Any, Any]:
        async with COMPONENT.aconnect(token=token, base_url=base_url) as opened:
            return await opened.run_tool("ZOOM_LIST_DEVICES"), await opened.run_tool("ZOOM_GET_A_WEBINAR")

    with Sandbox() as zoom:
        good, bad = asyncio.run(main(zoom.api_url, zoom.issue_token()))
    assert good["successful"] is True
    assert "webinarId" in bad["error"]
