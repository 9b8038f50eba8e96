"""Test the reports about forms: "" and [] for fields that nobody filled in, null from strict models, and defaults.

Sources: swagger-api/swagger-ui#5303 (a form sends empty values), and the designer of Prismatic, whose published
examples list every input of a step with "" (https://github.com/prismatic-io/examples).
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.session_modes import BOTH_MODES, AsyncMode, SyncMode, create_sandbox

from zoom_component import Component
from zoom_component.errors import InputError

COMPONENT = Component.load()
MEETING_ID = "84512345678"
UNTOUCHED = {
    "topic": "",
    "meetingType": "",
    "startTime": "",
    "duration": "",
    "timezone": "",
    "password": "",
    "agenda": "",
    "recurrence": "",
    "weeklyDay": "",
    "endDateTime": "",
    "hostVideo": "",
    "approvalType": "",
    "settingsExtraFields": "",
    "availableDialInCountries": [""],
    "trackingFields": "",
    "alternativeHosts": "",
}


def body_of(key: str, **inputs: Any) -> Any:
    """Return the body that a call would send."""
    return COMPONENT.plan(key, inputs).request.body


def test_a_create_by_a_form_is_like_one_by_a_program() -> None:
    filled = {"userId": "me", "topic": "Daily", "duration": "45"}
    assert body_of("createMeeting", **{**UNTOUCHED, **filled}) == body_of("createMeeting", **filled)


def test_a_form_fills_in_defaults_too() -> None:
    # End Times has the default 1 and needs a recurrence: a form was refused on its first try.
    defaults = {"endTimes": "1", "hostVideo": "false", "approvalType": "2", "registrationType": "1", "audio": "both"}
    assert body_of("createMeeting", userId="me", **defaults) == body_of("createMeeting", userId="me")
    until = {"recurrence": "1", "meetingType": "8", "startTime": "2030-01-01T09:00:00Z"}
    end = {"endDateTime": "2030-02-01T09:00:00Z"}
    body = body_of("createMeeting", userId="me", **until, **end, **defaults)
    assert body["recurrence"] == {"type": 1, "end_date_time": "2030-02-01T09:00:00Z"}


@pytest.mark.parametrize("empty", ["", " ", "\u00a0\u3000", "\ufeff", [], [""], ["", ""], [None]], ids=repr)
@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("listMeetings", "from"),
        ("listUsers", "status"),
        ("listUsersChatMessages", "searchKey"),
        ("getMeeting", "ocurrenceId"),
        ("deleteUser", "transferEmail"),
        ("createMeeting", "availableDialInCountries"),
        ("createMeeting", "trackingFields"),
        ("updateMeeting", "duration"),
        ("updateMeeting", "startTime"),
        ("updateMeeting", "hostVideo"),
        ("updateMeeting", "audio"),
        ("updateMeeting", "timezone"),
        ("updateMeeting", "occurrenceIdQuery"),
        ("updateMeeting", "availableDialInCountries"),
        ("updateUser", "phoneNumbers"),
        ("updateUser", "customAttributes"),
        ("ZOOM_UPDATE_A_MEETING", "settings__host__video"),
        ("ZOOM_LIST_DEVICES", "device_status"),
    ],
)
def test_an_empty_field_is_not_given(key: str, name: str, empty: Any) -> None:
    needed = {"userId": "me", "meetingId": MEETING_ID, "toContact": "a@example.com"}
    action = COMPONENT.get_action(key)
    inputs = {name: value for name, value in needed.items() if name in action.inputs}
    assert COMPONENT.plan(key, {**inputs, name: empty}).request == COMPONENT.plan(key, inputs).request


@BOTH_MODES
def test_empty_plain_text_clears_on_an_update(mode: type[SyncMode | AsyncMode]) -> None:
    zoom = create_sandbox()
    created = mode(zoom).run("createMeeting", {"userId": "me", "topic": "Daily", "agenda": "Old"}).data
    mode(zoom).run("updateMeeting", {"meetingId": created["id"], "agenda": "\u00a0", "duration": "", "topic": "New"})
    assert zoom.requests[-1].json() == {"agenda": "", "topic": "New"}
    stored = mode(zoom).run("getMeeting", {"meetingId": created["id"]}).data
    assert (stored.get("agenda", ""), stored["topic"]) == ("", "New")


def test_null_means_not_given_except_on_an_update() -> None:
    names = ("topic", "duration", "recurrence", "endTimes", "endDateTime", "settingsExtraFields", "audio")
    nulls = dict.fromkeys(names)
    assert body_of("createMeeting", userId="me", **nulls) == body_of("createMeeting", userId="me")
    assert body_of("updateMeeting", meetingId=MEETING_ID, **nulls) == {
        "topic": None,
        "duration": None,
        "recurrence": {"type": None, "end_times": None, "end_date_time": None},
        "settings": {"audio": None},
    }


def test_null_neither_opens_nor_contradicts() -> None:
    series = {"meetingId": MEETING_ID, "recurrence": "1", "endTimes": "5"}
    recurrence = body_of("updateMeeting", **series, endDateTime=None, weeklyDay=None)["recurrence"]
    assert recurrence == {"type": 1, "end_times": 5, "end_date_time": None, "weekly_days": None}
    with pytest.raises(InputError, match="endTimes: requires recurrence"):
        body_of("updateMeeting", meetingId=MEETING_ID, endTimes="5", recurrence=None)


@pytest.mark.parametrize("empty", ["", "  ", None, [], {}, "{}", "[]", "null", '""', [""]], ids=repr)
def test_a_code_input_that_is_cleared_is_absent(empty: Any) -> None:
    for name in ("settingsExtraFields", "trackingFields"):
        assert body_of("createMeeting", userId="me", **{name: empty}) == body_of("createMeeting", userId="me")


@pytest.mark.parametrize("empty", ["", " ", "\u200b", None, [], [""]], ids=repr)
def test_a_required_field_that_is_empty_is_reported(empty: Any) -> None:
    for key, name in (("getMeeting", "meetingId"), ("updateMeeting", "meetingId"), ("createMeeting", "userId")):
        with pytest.raises(InputError, match=f"{name}: is required, got "):
            body_of(key, **{name: empty})


def test_extra_fields_win_over_named_inputs() -> None:
    # The reference component spreads Settings Extra Fields over the settings of its own inputs.
    inputs = {"userId": "me", "hostVideo": "true", "audio": "voip", "settingsExtraFields": '{"host_video": false}'}
    plan = COMPONENT.plan("createMeeting", inputs)
    assert plan.request.body["settings"]["host_video"] is False
    assert plan.request.body["settings"]["audio"] == "voip"
    assert plan.warnings == ("hostVideo: ignored, because settingsExtraFields has another value for host_video",)
