"""Test that the examples of the documents are accepted together, as the documents give them.

The examples are those of tests/zoom_facts/component.json. REFUSED has the few that Zoom or the document itself rules
out; each has its row in docs/departures.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.support.session_modes import create_sandbox

from zoom_component import Component, SessionOptions
from zoom_component.errors import InputError, RateLimited
from zoom_component.spec.spec import ABSENT

COMPONENT = Component.load()
ROOT = Path(__file__).resolve().parents[2]
DOCUMENT: Mapping[str, Any] = json.loads((ROOT / "tests/zoom_facts/component.json").read_text(encoding="utf-8"))
DEPARTURES = (ROOT / "docs/departures.md").read_text(encoding="utf-8")
# Values for required inputs without an example, and companions that the documents ask for in a note.
COMPANIONS: dict[str, dict[str, Any]] = {
    "addWebinarRegistrant": {"webinarId": "89347503"},
    "createMeeting": {"recurrence": "2"},
    "createUser": {"action": "autoCreate", "userType": "1"},
    "getUsersPhoneRecordings": {"userId": "me"},
    "listUsersChatMessages": {"searchType": "message"},
    "listUsersRecordings": {"userId": "me"},
    "rawRequest": {"method": "POST"},
    "updateMeeting": {"recurrence": "2"},
}
# The inputs whose examples are refused beside the others. A series has one rhythm and one end, and the document gives
# examples for all of them.
REFUSED: dict[str, set[str]] = {
    "createMeeting": {"endDateTime", "monthlyDay", "monthlyWeekDay", "password"},
    "updateMeeting": {"endDateTime", "monthlyDay", "monthlyWeekDay", "password"},
    "getAccountsPhoneRecordings": {"from", "to"},
    "getPhoneRecordings": {"from", "to"},
    "getUsersPhoneRecordings": {"from", "to"},
    "listMeetings": {"from", "to"},
    "rawRequest": {"formData", "fileData"},
}


def list_examples(key: str) -> dict[str, Any]:
    """Return the documented examples of an action, and the companions that it needs."""
    rows = next(action for action in DOCUMENT["actions"] if action["key"] == key)["inputs"] or []
    examples = {row["key"]: row["example"] for row in rows if row["example"] is not None}
    return {**examples, **COMPANIONS.get(key, {})}


def find_refused(key: str, inputs: Mapping[str, Any]) -> set[str]:
    """Return the inputs that a call refuses."""
    try:
        COMPONENT.plan(key, inputs)
    except InputError as error:
        return {problem.input for problem in error.problems}
    return set()


@pytest.mark.parametrize("key", [action["key"] for action in DOCUMENT["actions"]])
def test_the_documented_examples_are_accepted_together(key: str) -> None:
    check_examples(key, list_examples(key))


def check_examples(key: str, examples: Mapping[str, Any]) -> None:
    """Check that all examples but those in REFUSED are accepted together, and that each of these is refused."""
    left_out = REFUSED.get(key, set()) & set(examples)
    rest = {name: value for name, value in examples.items() if name not in left_out}
    assert find_refused(key, rest) == set()
    for name in left_out:
        assert find_refused(key, {**rest, name: examples[name]})


WITHOUT_EXAMPLES = {action["key"] for action in DOCUMENT["actions"] if action["inputs"] is None}


@pytest.mark.parametrize(
    ("key", "name"),
    [(key, name) for key in sorted(set(REFUSED) - WITHOUT_EXAMPLES) for name in sorted(REFUSED[key])],
)
def test_a_refused_example_has_a_departure(key: str, name: str) -> None:
    rows = [line for line in DEPARTURES.splitlines() if re.search(rf"`({key}\.)?{name}`", line)]
    assert any(re.search(rf"`{key}[.`]", row) for row in rows), f"docs/departures.md has no row for {key}.{name}"


@pytest.mark.parametrize("key", COMPONENT.catalogue.action_keys())
def test_the_examples_of_every_input_are_accepted_together(key: str) -> None:
    # Among them the advanced inputs, which only the toolkit catalogue or the older document has.
    inputs = COMPONENT.get_action(key).inputs.values()
    examples = {spec.key: spec.example for spec in inputs if spec.example not in (ABSENT, None)}
    check_examples(key, {**examples, **COMPANIONS.get(key, {})})


def test_the_lifetime_of_a_download_token_is_taken_with_the_documented_fields() -> None:
    # The document's example of Include Fields is the ID of a file, and Time To Live goes along with it.
    query = dict(COMPONENT.plan("getMeetingRecordings", list_examples("getMeetingRecordings")).request.query)
    assert query == {"include_fields": "a2f19f96-9294-4f51-8134-6f0eea108eb2", "ttl": "86400"}
    with pytest.raises(InputError, match="ttl: requires includeFields"):
        COMPONENT.plan("getMeetingRecordings", {"meetingId": "84512345678", "ttl": "60"})


@pytest.mark.parametrize("given", [{}, {"includeDeletedAndEditedMessage": "false"}, {"toContact": "a@example.com"}])
def test_a_search_of_chat_messages_does_not_send_what_it_excludes(given: dict[str, Any]) -> None:
    # The notes of Search Key and Search Type rule out Include Deleted And Edited Message, whatever its value:
    # https://developers.zoom.us/docs/api/team-chat/#tag/chat-messages
    search = {"userId": "me", "searchKey": "hello", "searchType": "message"}
    query = dict(COMPONENT.plan("listUsersChatMessages", {**search, **given}).request.query)
    assert "include_deleted_and_edited_message" not in query
    assert (query["search_key"], query["search_type"]) == ("hello", "message")
    with pytest.raises(InputError, match="conflicts with searchKey"):
        COMPONENT.plan("listUsersChatMessages", {**search, "includeDeletedAndEditedMessage": "true"})


def test_a_raw_request_keeps_repeated_names_of_a_query() -> None:
    zoom = create_sandbox()
    inputs = {
        "url": "/users?status=active&tag=a&tag=b",
        "method": "GET",
        "queryParams": [{"key": "tag", "value": "c"}, {"key": "tag", "value": "d"}, {"key": "", "value": ""}],
    }
    options = SessionOptions(count_daily=False)
    connect: dict[str, Any] = {
        "base_url": "http://127.0.0.1/v2",
        "transport": zoom.create_transport(),
        "options": options,
    }
    with COMPONENT.connect(token=zoom.issue_token(), **connect) as session:
        session.run("rawRequest", inputs)
    assert [value for name, value in zoom.requests[-1].query if name == "tag"] == ["a", "b", "c", "d"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_raw_request_retries_a_rate_limit_when_asked_to(method: str) -> None:
    # After a 429 nothing was done, so any method may be sent again: https://developers.zoom.us/docs/api/rate-limits/
    zoom = create_sandbox()
    zoom.add_fault(method, "/users/{userId}/meetings", status=429, body={"code": 429, "message": "slow"}, calls=[1, 2])
    inputs = {"url": "/users/me/meetings", "method": method, "retryDelayMS": "10", "data": '{"topic": "Daily"}'}
    options = SessionOptions(count_daily=False)
    connect: dict[str, Any] = {
        "base_url": "http://127.0.0.1/v2",
        "transport": zoom.create_transport(),
        "options": options,
    }
    with COMPONENT.connect(token=zoom.issue_token(), **connect) as session:
        with pytest.raises(RateLimited):
            session.run("rawRequest", inputs)
        assert len(zoom.requests) == 1
        session.run("rawRequest", {**inputs, "maxRetries": "3"})
    assert len(zoom.requests) == 3
