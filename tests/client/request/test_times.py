"""Test times: Z or an offset makes an instant, a local time belongs to its zone, contradictions are refused."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.calls import list_problems, validated_inputs
from tests.support.messages import call_or_message
from tests.support.specs import compile_action

from zoom_component.client.request.constraints import normalize_format
from zoom_component.client.request.times import normalize_date_time, normalize_instant, to_instant
from zoom_component.client.request.values import InvalidValue

MEETING = compile_action(
    """
inputs:
  startTime: {label: Start, target: body, format: date-time, timeZone: timezone}
  timezone: {label: Zone, target: body, format: time-zone}
"""
)


def start(**inputs: str) -> str:
    validated = validated_inputs(MEETING, **inputs)
    assert not validated.problems, validated.problems
    return str(validated.values["startTime"])


@pytest.mark.parametrize(
    ("text", "zone", "sent"),
    [
        ("2026-01-31T09:30:00Z", None, "2026-01-31T09:30:00Z"),
        ("2026-01-31T09:30Z", None, "2026-01-31T09:30:00Z"),
        ("2026-01-31T09:30:00.123456Z", None, "2026-01-31T09:30:00Z"),
        ("2026-01-31T09:30:00+01:00", None, "2026-01-31T08:30:00Z"),
        ("2026-01-31T09:30:00+01:00", "Europe/Berlin", "2026-01-31T08:30:00Z"),
        ("2026-01-31T09:30:00-05:00", "America/New_York", "2026-01-31T14:30:00Z"),
        ("2026-01-31T09:30:00", "America/New_York", "2026-01-31T09:30:00"),
        ("2026-01-31T09:30", None, "2026-01-31T09:30:00"),
        ("2026-07-31T09:30:00Z", "UTC", "2026-07-31T09:30:00Z"),
        ("2026-11-01T01:30:00-05:00", "America/New_York", "2026-11-01T06:30:00Z"),
        ("2026-11-01T01:30:00-04:00", "America/New_York", "2026-11-01T05:30:00Z"),
    ],
)
def test_a_time_is_sent_as_an_instant_or_as_local_time(text: str, zone: str | None, sent: str) -> None:
    assert start(startTime=text, **({"timezone": zone} if zone else {})) == sent


def test_z_with_another_zone_is_refused_with_every_alternative() -> None:
    message = list_problems(MEETING, startTime="2026-01-31T09:30:00Z", timezone="America/New_York")["startTime"]
    assert message.startswith("expected an offset of the time zone America/New_York, got ")
    assert "2026-01-31T09:30:00 for 09:30 in America/New_York" in message
    assert "2026-01-31T04:30:00 for the same instant" in message
    assert "leave out the time zone" in message


def test_an_offset_that_the_zone_does_not_have_that_day_is_refused() -> None:
    problems = list_problems(MEETING, startTime="2026-07-31T09:30:00+01:00", timezone="Europe/Berlin")
    assert "expected an offset of the time zone Europe/Berlin" in problems["startTime"]


def test_a_time_that_daylight_saving_skips_is_refused() -> None:
    message = list_problems(MEETING, startTime="2026-03-08T02:30:00", timezone="America/New_York")["startTime"]
    assert "expected a time that exists in America/New_York" in message
    assert "2026-03-08T03:30:00" in message


def test_a_wrong_zone_is_reported_once_and_not_for_the_time() -> None:
    assert list(list_problems(MEETING, startTime="2026-01-31T09:30:00Z", timezone="New York")) == ["timezone"]


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31",
        "2026-02-30T09:30:00",
        "2026-01-31 09:30:00",
        "2026-01-31T25:00:00",
        "2026-01-31T09:60:00",
        "31.01.2026",
        "2026-01-31T09:30:00+25:00",
        "2026-01-31T09:30:00 Z",
        "now",
        "2026-01-31T09:30:00z",
        "٢٠٢٦-٠١-٣١T٠٩:٣٠:٠٠",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2026-1-31T9:30:00",
        "20260131T093000Z",
        "1769851800",
    ],
)
def test_text_that_is_not_a_time_is_refused(text: str) -> None:
    assert (
        "expected a date and time such as 2026-01-31T09:30:00Z" in list_problems(MEETING, startTime=text)["startTime"]
    )


@given(
    st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2035, 1, 1)),
    st.sampled_from(["America/New_York", "Europe/Berlin", "Asia/Kolkata", "UTC", "Australia/Lord_Howe"]),
)
def test_the_instant_of_a_local_time_converts_back_to_it(moment: datetime, zone: str) -> None:
    from zoneinfo import ZoneInfo

    text = moment.replace(microsecond=0).isoformat()
    sent, message = call_or_message(normalize_date_time, text, zone)
    if message is not None:
        assert "daylight saving time skips" in message
        return
    assert sent == text
    instant = to_instant(sent, zone)
    assert instant is not None
    local = datetime.fromisoformat(instant.replace("Z", "+00:00")).astimezone(ZoneInfo(zone))
    assert local.replace(tzinfo=None).isoformat() == text
    assert normalize_instant(text, zone) == instant


@given(
    st.text(max_size=30)
    | st.from_regex(re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?", re.ASCII), fullmatch=True)
)
@pytest.mark.parametrize("zone", [None, "Pacific/Kiritimati", "America/New_York"])
def test_any_text_is_accepted_or_refused_with_a_message(zone: str | None, text: str) -> None:
    for name, normalize in (("date-time", normalize_date_time), ("instant", normalize_instant)):
        _, message = call_or_message(lambda n=name, f=normalize: f(normalize_format(n, text), zone))
        assert message is None or message.startswith("expected ")


def test_an_instant_needs_a_zone_or_an_offset() -> None:
    assert normalize_instant("2026-01-31T09:30:00+01:00", None) == "2026-01-31T08:30:00Z"
    assert normalize_instant("2026-01-31T09:30:00", "Europe/Berlin") == "2026-01-31T08:30:00Z"
    with pytest.raises(InvalidValue, match="or a time zone with it"):
        normalize_instant("2026-01-31T09:30:00", None)
    assert to_instant("2026-01-31T09:30:00", None) is None
    assert to_instant("2026-01-31T09:30:00", "Nowhere/Land") is None
