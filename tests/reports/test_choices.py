"""Test the reports about choices: another case, and labels in place of values.

Sources: MacsiDigital/laravel-zoom#83, prschmid/zoomus#54 and JosephMcEvoy/PSZoom#81 (`ssocreate`).
"""

from __future__ import annotations

from typing import Any

import pytest

from zoom_component import Component
from zoom_component.client.request.inputs import validate_inputs
from zoom_component.errors import InputError

COMPONENT = Component.load()
NEEDED: dict[str, dict[str, Any]] = {
    "createUser": {"action": "create", "email": "a@example.com", "firstName": "A", "lastName": "B", "userType": "1"},
    "listUsers": {},
    "addMeetingRegistrant": {"meetingId": "84512345678", "email": "a@example.com", "firstName": "A", "lastName": "B"},
    "createMeeting": {"userId": "me", "startTime": "2030-01-01T09:00:00Z"},
    "updateMeeting": {"meetingId": "84512345678"},
    "rawRequest": {"url": "/users"},
    "getUser": {"userId": "me"},
    "ZOOM_LIST_DEVICES": {},
}


@pytest.mark.parametrize(
    ("key", "name", "value", "sent"),
    [
        ("createUser", "action", "ssocreate", "ssoCreate"),
        ("createUser", "action", "CUSTCREATE", "custCreate"),
        ("createUser", "userType", "licensed", 2),
        ("createUser", "userType", " Basic\u00a0", 1),
        ("listUsers", "status", "Active", "active"),
        ("addMeetingRegistrant", "language", "en-us", "en-US"),
        ("addMeetingRegistrant", "language", "tr-tr", "Tr-TR"),
        ("createMeeting", "meetingType", "Scheduled Meeting", 2),
        ("createMeeting", "audio", "voip only", "voip"),
        ("createMeeting", "approvalType", "None Required", 2),
        ("createMeeting", "autoRecording", "CLOUD", "cloud"),
        ("updateMeeting", "audio", "Third party audio conference", "thirdParty"),
        ("updateMeeting", "meetingType", "\uff12", 2),
        ("rawRequest", "method", "get", "GET"),
        ("getUser", "loginType", "google oauth", 1),
        ("ZOOM_LIST_DEVICES", "device_status", "online", 1),
    ],
)
def test_a_label_and_any_case_are_taken(key: str, name: str, value: str, sent: Any) -> None:
    inputs = {"method": "GET", **NEEDED[key], name: value} if key == "rawRequest" else {**NEEDED[key], name: value}
    assert COMPONENT.plan(key, inputs).values[name] == sent


@pytest.mark.parametrize("key", COMPONENT.catalogue.action_keys())
def test_every_label_and_value_of_every_action_is_taken_in_any_case(key: str) -> None:
    action = COMPONENT.get_action(key)
    for spec in action.inputs.values():
        for value, label in (spec.model or {}).items():
            expected = validate_inputs(action, {spec.key: value}).values[spec.key]
            names = [value.upper(), value.lower()]
            if sum(each.casefold() == label.casefold() for each in (spec.model or {}).values()) == 1:
                names += [label, label.upper(), f"\u00a0{label.lower()}\u200b"]
            for name in names:
                assert validate_inputs(action, {spec.key: name}).values[spec.key] == expected


def test_a_refusal_lists_every_value_with_its_label() -> None:
    with pytest.raises(InputError) as caught:
        COMPONENT.plan("createUser", {**NEEDED["createUser"], "zoomOneType": "Business"})
    message = str(caught.value)
    for value, label in (COMPONENT.get_action("createUser").inputs["zoomOneType"].model or {}).items():
        assert f"{value} ({label})" in message


@pytest.mark.parametrize(("name", "value"), [("email", "A Example"), ("email", "a@example"), ("email", "Ada a@b.co")])
def test_other_inputs_keep_their_checks(name: str, value: str) -> None:
    with pytest.raises(InputError, match=f"{name}: expected an email address"):
        COMPONENT.plan("createUser", {**NEEDED["createUser"], name: value})
