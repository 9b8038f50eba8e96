"""Test the rules across inputs: which values are refused, and which are accepted."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from zoom_component.paths import find_spec_files, get_bundle_dir
from zoom_component.spec.builder import build_specs

ACTIONS = build_specs(find_spec_files(get_bundle_dir())).actions
NEW = {"userId": "me", "hostVideo": False, "preSchedule": False, "approvalType": 2, "registrationType": 1}
WEEKLY = {"recurrence": 2, "endTimes": 1}
MONTHLY = {"recurrence": 3, "endTimes": 1}
FIXED = {"meetingType": 8, "startTime": "2026-12-15T12:02:00Z"}
CHAT = {"userId": "me", "includeDeletedAndEditedMessage": False, "excludeChildMessage": False}
USER = {"action": "create", "email": "a@example.com", "firstName": "A", "lastName": "B", "userType": 1}

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("createMeeting", {**NEW, **WEEKLY}, "requires weekdays"),
    ("updateMeeting", WEEKLY, "requires weekdays"),
    ("createMeeting", {**NEW, "recurrence": 1, "weeklyDay": "1,3"}, "only for a weekly series"),
    ("createMeeting", {**NEW, **MONTHLY}, "requires a day"),
    ("createMeeting", {**NEW, **MONTHLY, "monthlyWeek": -1}, "require each other"),
    ("createMeeting", {**NEW, **MONTHLY, "monthlyWeekDay": 6}, "require each other"),
    (
        "createMeeting",
        {**NEW, **MONTHLY, "monthlyDay": 15, "monthlyWeek": 1, "monthlyWeekDay": 2},
        "either a date or a weekday",
    ),
    ("createMeeting", {**NEW, "recurrence": 1, "monthlyDay": 15}, "only for a monthly series"),
    ("createMeeting", {**NEW, "recurrence": 1, "repeatInterval": 91}, "too long"),
    ("createMeeting", {**NEW, **WEEKLY, "weeklyDay": "2", "repeatInterval": 13}, "too long"),
    ("updateMeeting", {**MONTHLY, "monthlyDay": 1, "repeatInterval": 4}, "too long"),
    ("createMeeting", {**NEW, "meetingType": 2, "recurrence": 1}, "Only a recurring meeting"),
    ("createMeeting", {**NEW, "meetingType": 3, "recurrence": 1}, "Only a recurring meeting with fixed times"),
    ("updateMeeting", {"meetingType": 1, "recurrence": 1}, "Only a recurring meeting with fixed times"),
    ("createMeeting", {**NEW, **FIXED, "meetingType": 3}, "has no start"),
    ("createMeeting", {**NEW, **FIXED, "meetingType": 1}, "starts at once"),
    ("createMeeting", {**NEW, "recurrence": 1}, "Without Type"),
    ("createMeeting", {**NEW, **FIXED}, "requires Type Recurrence"),
    ("createMeeting", {**NEW, "meetingType": 1, "preSchedule": True}, "prescheduled"),
    ("createMeeting", {**NEW, "password": "no spaces"}, "passcode"),
    ("createMeeting", {**NEW, "trackingFields": [{"value": "x"}]}, "requires a name"),
    ("listUsersChatMessages", CHAT, "a channel or a search is required"),
    ("listUsersChatMessages", {**CHAT, "toContact": "me", "searchKey": "x"}, "require each other"),
    ("listUsersChatMessages", {**CHAT, "toContact": "me", "searchType": "file"}, "require each other"),
    ("getPhoneRecordings", {"userId": "me", "from": "2026-01-01"}, "From requires To"),
    ("getUsersPhoneRecordings", {"userId": "me", "from": "2026-01-01"}, "From requires To"),
    ("getAccountsPhoneRecordings", {"from": "2026-01-01"}, "From requires To"),
    ("listUsersRecordings", {"userId": "me", "trash": True, "from": "2026-01-01"}, "trash"),
    ("deleteUser", {"userId": "me", "transferMeeting": True}, "requires a recipient"),
    ("createUser", {**USER, "password": "examplePass1"}, "Only autoCreate"),
    ("createUser", {**USER, "action": "autoCreate", "password": "examplepass1"}, "too simple"),
    ("createUser", {**USER, "action": "autoCreate", "password": "EXAMPLEPASS1"}, "too simple"),
    ("createUser", {**USER, "action": "autoCreate", "password": "examplePass"}, "too simple"),
    ("createUser", {**USER, "action": "autoCreate", "password": "Aa12345678"}, "too simple"),
    ("createUser", {**USER, "action": "autoCreate", "password": "Aa111111111"}, "too simple"),
    ("updateUser", {"userId": "me", "aboutMe": "see https://example.com"}, "plain text"),
    ("updateUser", {"userId": "me", "aboutMe": "I <b>love</b> Zoom"}, "plain text"),
    ("updateUser", {"userId": "me", "phoneNumbers": [{"label": "Desk"}]}, "Mobile, Office"),
    ("updateUser", {"userId": "me", "phoneNumbers": [{}, {}, {}, {}]}, "at most three objects"),
    ("updateUser", {"userId": "me", "customAttributes": [{}] * 6}, "at most five objects"),
    ("addMeetingRegistrant", {"customQuestions": [{"value": "x" * 129}]}, "128 characters"),
    ("rawRequest", {"url": "/users", "method": "POST", "data": {}, "formData": []}, "one body"),
]
ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ("createMeeting", NEW),
    ("createMeeting", {**NEW, "meetingType": 2}),
    ("createMeeting", {**NEW, **FIXED, **WEEKLY, "weeklyDay": "1,3", "repeatInterval": 12}),
    ("createMeeting", {**NEW, **FIXED, **MONTHLY, "monthlyDay": 31, "repeatInterval": 3}),
    ("createMeeting", {**NEW, **FIXED, **MONTHLY, "monthlyWeek": -1, "monthlyWeekDay": 6}),
    ("createMeeting", {**NEW, **FIXED, "recurrence": 1, "repeatInterval": 90}),
    ("createMeeting", {**NEW, "meetingType": 3, "preSchedule": True}),
    ("updateMeeting", {"meetingType": 3, "startTime": None, "recurrence": None}),
    ("updateMeeting", {"startTime": "2026-12-15T12:02:00Z", "recurrence": 1}),
    ("createMeeting", {**NEW, "meetingType": 8, **FIXED, "recurrence": 1, "preSchedule": False}),
    ("updateMeeting", {"meetingId": "1", "topic": "x"}),
    ("updateMeeting", {"meetingId": "1", "meetingType": 8}),
    # Part of a recurrence, for an update that merges.
    ("updateMeeting", {"meetingId": "1", "weeklyDay": "2"}),
    ("updateMeeting", {"meetingId": "1", "repeatInterval": 2}),
    ("updateMeeting", {"meetingId": "1", "trackingFields": None, "password": None}),
    ("listUsersChatMessages", {**CHAT, "toContact": "a@example.com"}),
    ("listUsersChatMessages", {**CHAT, "toChannel": "x", "includeDeletedAndEditedMessage": True}),
    ("listUsersChatMessages", {**CHAT, "searchKey": "x", "searchType": "file"}),
    ("getPhoneRecordings", {"userId": "me", "to": "2026-01-01"}),
    ("listUsersRecordings", {"userId": "me", "trash": False, "from": "2026-01-01"}),
    ("createMeeting", {**NEW, "recurrence": 1, "endDateTime": "2026-12-31T09:00:00Z"}),
    ("listArchivedFiles", {"from": "2026-03-11T00:00:00Z", "to": "2026-03-18T00:00:00+01:00"}),
    ("listUsers", {"includeFields": "host_key"}),
    ("deleteUser", {"userId": "me", "transferMeeting": False}),
    ("deleteUser", {"userId": "me", "transferMeeting": True, "transferEmail": "a@example.com"}),
    ("createUser", USER),
    ("createUser", {**USER, "action": "autoCreate", "password": "examplePass1"}),
    ("updateUser", {"userId": "me", "aboutMe": None, "phoneNumbers": None}),
    ("updateUser", {"userId": "me", "aboutMe": "1 < 2, and I love Zoom!"}),
    ("rawRequest", {"url": "/users", "method": "POST", "formData": [], "fileData": []}),
]


@pytest.mark.parametrize(("key", "values", "phrase"), REFUSED)
def test_invalid_values_are_refused_with_a_remedy(key: str, values: dict[str, Any], phrase: str) -> None:
    messages = _find_violations(key, values)
    assert any(phrase in message for message in messages), messages


@pytest.mark.parametrize(("key", "values"), ACCEPTED)
def test_valid_values_are_accepted(key: str, values: dict[str, Any]) -> None:
    """Accept values that no rule refuses; one that only warns sends the call."""
    assert _find_violations(key, values, {None, "error"}) == []


def test_every_rule_refuses_something() -> None:
    messages = {(key, message) for key, values, _ in REFUSED for message in _find_violations(key, values)}
    twins = {("createMeeting", "updateMeeting"), ("addMeetingRegistrant", "addWebinarRegistrant")}
    for one, other in twins:
        messages |= {(other, message) for key, message in messages if key == one}
    rules = {(key, rule["message"]) for key, action in ACTIONS.items() for rule in action["rules"]}
    assert rules <= messages


def test_no_rule_refuses_a_call_without_inputs() -> None:
    violations = {key: _find_violations(key, {}) for key in ACTIONS if key != "listUsersChatMessages"}
    assert {key: messages for key, messages in violations.items() if messages} == {}


def _find_violations(
    key: str, values: dict[str, Any], severities: Collection[str | None] = (None, "error", "warning")
) -> list[str]:
    return [
        rule["message"]
        for rule in ACTIONS[key]["rules"]
        if rule.get("severity") in severities and not Draft202012Validator(rule["schema"]).is_valid(values)
    ]
