"""Test public reports about dates and times: what came in, and what is right."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from zoom_component import Component, SessionOptions
from zoom_component.client.calls import Plan
from zoom_component.errors import InputError
from zoom_sandbox import Sandbox

COMPONENT = Component.load()
NEW_YORK = "America/New_York"


def plan(**inputs: Any) -> Plan:
    return COMPONENT.plan("createMeeting", {"userId": "me", "topic": "Daily", **inputs})


def sent(**inputs: Any) -> dict[str, Any]:
    body = plan(**inputs).request.body
    return {name: body[name] for name in ("start_time", "timezone", "type", "recurrence") if name in body}


def problems(key: str = "createMeeting", **inputs: Any) -> dict[str, str]:
    with pytest.raises(InputError) as info:
        COMPONENT.plan(key, {"userId": "me", **inputs} if key != "updateMeeting" else inputs)
    return {problem.input: problem.message for problem in info.value.problems}


@pytest.mark.parametrize("digits", ["0000000", "1234567", "123456789", "9999999", "0", "000000000000"])
@pytest.mark.parametrize("mark", [".", ","])
def test_fractions_of_any_length_are_cut(digits: str, mark: str) -> None:
    """Accept the seven digits of Microsoft Graph, Power Automate and .NET.

    https://github.com/microsoftgraph/microsoft-graph-docs/issues/67,
    https://github.com/microsoftgraph/msgraph-sdk-dotnet/issues/2196
    """
    text = f"2030-03-04T09:30:00{mark}{digits}"
    assert sent(startTime=text, timezone=NEW_YORK) == {"start_time": "2030-03-04T09:30:00", "timezone": NEW_YORK}
    assert sent(startTime=f"{text}Z") == {"start_time": "2030-03-04T09:30:00Z"}
    assert sent(startTime=f"{text}+01:00") == {"start_time": "2030-03-04T08:30:00Z"}


@pytest.mark.parametrize(
    ("value", "start"),
    [
        (datetime(2030, 1, 1, 9, tzinfo=UTC), "2030-01-01T09:00:00Z"),
        (datetime(2030, 1, 1, 9), "2030-01-01T09:00:00"),
        (datetime(2030, 1, 1, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2))), "2030-01-01T07:00:00Z"),
        (datetime(2030, 1, 1, 9, tzinfo=ZoneInfo("Asia/Tokyo")), "2030-01-01T00:00:00Z"),
    ],
)
def test_times_of_python_are_accepted(value: datetime, start: str) -> None:
    """Accept Python's own times and dates, as docs/python.md says.

    https://github.com/MacsiDigital/laravel-zoom/issues/17, https://github.com/Jericho/ZoomNet/issues/143
    """
    assert sent(startTime=value)["start_time"] == start
    with Sandbox() as zoom, COMPONENT.connect(token=zoom.issue_token(), base_url=zoom.api_url) as session:
        session.run("createMeeting", {"userId": "me", "startTime": value, "timezone": ZoneInfo("Europe/Berlin")})
        body = json.loads(zoom.requests[-1].body)
        assert (body["start_time"], body["timezone"]) == (start, "Europe/Berlin")


def test_dates_of_python_are_accepted() -> None:
    days = {"from": date(2030, 1, 1), "to": datetime(2030, 1, 31)}
    query = dict(COMPONENT.plan("listUsersRecordings", {"userId": "me", **days}).request.query)
    assert (query["from"], query["to"]) == ("2030-01-01", "2030-01-31")
    query = dict(COMPONENT.plan("listMeetings", {"userId": "me", **days}).request.query)
    assert query["from"] == "2030-01-01"


def test_what_zoom_returns_is_accepted_with_a_warning_that_tells_the_local_time() -> None:
    """Accept a start with Z and a time zone, the form of Zoom's own answers.

    https://github.com/calcom/cal.diy/pull/7820, https://github.com/adcontextprotocol/adcp/pull/779
    """
    outcome = plan(startTime="2030-01-15T14:00:00Z", timezone=NEW_YORK)
    assert outcome.request.body["start_time"] == "2030-01-15T14:00:00Z"
    assert outcome.instants == {"startTime": "2030-01-15T14:00:00Z"}
    (warning,) = outcome.warnings
    assert "2030-01-15T09:00:00 in America/New_York" in warning


@pytest.mark.parametrize(
    ("local", "zone", "first", "second"),
    [
        ("2030-11-03T01:30:00", NEW_YORK, "2030-11-03T05:30:00Z", "2030-11-03T01:30:00-05:00"),
        ("2030-10-27T02:30:00", "Europe/Berlin", "2030-10-27T00:30:00Z", "2030-10-27T02:30:00+01:00"),
        ("2030-04-07T01:45:00", "Australia/Lord_Howe", "2030-04-06T14:45:00Z", "2030-04-07T01:45:00+10:30"),
    ],
)
def test_a_repeated_hour_means_the_first_of_two_and_says_so(local: str, zone: str, first: str, second: str) -> None:
    """Warn of a local time that comes twice when the clocks go back.

    https://github.com/WordPress/wordcamp.org/issues/804, https://github.com/calcom/cal.diy/pull/19589
    """
    outcome = plan(startTime=local, timezone=zone)
    assert outcome.instants == {"startTime": first}
    (warning,) = outcome.warnings
    assert f"the first one is meant, {first}" in warning
    assert warning.endswith(f"use {second}")
    assert plan(startTime=second, timezone=zone).warnings == ()


@pytest.mark.parametrize(
    ("start", "end", "zone"),
    [
        ("2030-01-10T00:00:00Z", "2030-01-01T00:00:00Z", None),
        ("2030-01-10T09:00:00", "2030-01-10T08:00:00", NEW_YORK),
        ("2030-01-10T09:00:00-05:00", "2030-01-10T13:59:00Z", None),
        ("2030-01-10T09:00:00", "2030-01-09T00:00:00Z", None),
        (datetime(2030, 1, 10, tzinfo=UTC), datetime(2030, 1, 9, tzinfo=UTC), None),
    ],
)
def test_a_series_that_ends_before_it_begins_is_refused(start: Any, end: Any, zone: str | None) -> None:
    """Refuse before the call what Zoom refuses without naming a field.

    https://github.com/opf/openproject/pull/17817, https://github.com/cornellh4i/ithaca-recovery/pull/506
    """
    times = {"startTime": start, "endDateTime": end, **({"timezone": zone} if zone else {})}
    messages = problems(meetingType=8, recurrence=1, **times)
    assert messages.keys() == {"endDateTime"}
    assert messages["endDateTime"].startswith("expected a time after startTime (2030-01-10T")
    assert problems("updateMeeting", meetingId="85746065001", meetingType=8, recurrence=1, **times) == messages


def test_a_series_that_ends_after_it_begins_is_sent() -> None:
    recurrence = sent(
        meetingType=8,
        recurrence=1,
        startTime="2030-01-10T09:00:00",
        endDateTime="2030-01-10T23:00:00Z",
        timezone=NEW_YORK,
    )["recurrence"]
    assert recurrence == {"type": 1, "end_date_time": "2030-01-10T23:00:00Z"}


@pytest.mark.parametrize(
    ("ago", "is_warned"), [(timedelta(days=7), True), (timedelta(minutes=2), True), (timedelta(0), False)]
)
def test_a_start_in_the_past_is_warned_of(ago: timedelta, is_warned: bool) -> None:
    """Warn of a start that Zoom replaces by the time of the call, so that each occurrence gets its minute.

    https://github.com/jrchamp/moodle-mod_zoom/issues/341, https://github.com/cornellh4i/ithaca-recovery/pull/506
    """
    now = datetime(2030, 5, 15, 12, 0, 30, tzinfo=UTC)
    series = {"meetingType": 8, "recurrence": 2, "weeklyDay": 3, "endTimes": 4, "userId": "me"}
    options = SessionOptions(clock=now.timestamp)
    with (
        Sandbox() as zoom,
        COMPONENT.connect(token=zoom.issue_token(), base_url=zoom.api_url, options=options) as session,
    ):
        for start in ((now - ago), f"{(now - ago):%Y-%m-%dT%H:%M}Z", f"{(now - ago):%Y%m%dT%H%M%SZ}"):
            inputs = {**series, "startTime": start}
            warnings = session.run("createMeeting", inputs).warnings
            assert warnings == session.plan("createMeeting", inputs).warnings
            assert [warning for warning in warnings if "is in the past; Zoom replaces it" in warning] == list(warnings)
            assert bool(warnings) is is_warned


def test_a_plan_without_a_session_compares_with_the_clock_of_the_machine() -> None:
    (warning,) = plan(startTime="2001-03-04T12:00:00", meetingType=2).warnings
    assert warning.startswith("startTime: 2001-03-04T12:00:00 is in the past; ")
    call = COMPONENT.call("createMeeting", {"userId": "me", "startTime": "2001-03-04T12:00:00"}, now=0)
    assert call.inputs.warnings == []
    past = {"startTime": "2001-03-04T12:00:00Z", "endDateTime": "2001-04-04T12:00:00Z"}
    warnings = plan(meetingType=8, recurrence=1, **past).warnings
    assert [warning.partition(":")[0] for warning in warnings] == ["startTime", "endDateTime"]


@pytest.mark.parametrize("key", ["createMeeting", "updateMeeting"])
@pytest.mark.parametrize(
    ("inputs", "at"),
    [
        ({"meetingType": 3, "recurrence": 1}, "recurrence"),
        ({"meetingType": "3", "recurrence": "2", "weeklyDay": "2"}, "recurrence"),
        ({"meetingType": 1, "recurrence": 1}, "recurrence"),
        ({"meetingType": 2, "recurrence": 1}, "recurrence"),
        ({"meetingType": 3, "startTime": "2030-01-10T09:00:00Z"}, "startTime"),
        ({"meetingType": 3, "startTime": datetime(2030, 1, 10, 9), "timezone": "UTC"}, "startTime"),
    ],
)
def test_a_meeting_without_a_fixed_time_has_no_recurrence_and_no_start(
    key: str, inputs: dict[str, Any], at: str
) -> None:
    """Refuse what turned meetings into daily ones, and never advise it.

    https://github.com/jrchamp/moodle-mod_zoom/issues/523, https://github.com/Jericho/ZoomNet/issues/227
    """
    path = {"meetingId": "85746065001"} if key == "updateMeeting" else {}
    messages = problems(key, **path, **inputs)
    assert messages.keys() == {at}
    assert "Set Type to 8 or 3" not in messages[at]


def test_a_start_of_an_instant_meeting_is_warned_of() -> None:
    """Accept a start of an instant meeting, because Zoom returns one, and warn that Zoom ignores it."""
    (warning,) = plan(meetingType=1, startTime="2030-01-10T09:00:00Z").warnings
    assert warning.startswith("startTime: An instant meeting (Type 1) starts at once")
    (warning,) = plan(recurrence=1).warnings
    assert warning.startswith("recurrence: Without Type, Zoom makes a scheduled meeting")
    assert plan(meetingType=3).warnings == plan(meetingType=1).warnings == ()
