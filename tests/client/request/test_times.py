"""One rule for times: Z or an offset names an instant, a local time is read in its zone, contradictions are refused."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.calls import list_problems, validated_inputs
from tests.support.messages import call_or_message
from tests.support.specs import compile_action

from zoom_component.client.request.formats import normalize_date_time, normalize_format, normalize_instant, to_instant
from zoom_component.client.request.values import InvalidValue

MEETING = compile_action(
    """
inputs:
  startTime: {label: Start, target: body, format: date-time, timeZone: timezone}
  timezone: {label: Zone, target: body, format: time-zone}
"""
)


def start(**inputs: str) -> str:
    found = validated_inputs(MEETING, **inputs)
    assert not found.problems, found.problems
    return str(found.values["startTime"])


@pytest.mark.parametrize(
    ("given_time", "zone", "sent"),
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
def test_a_time_is_sent_as_an_instant_or_as_local_time(given_time: str, zone: str | None, sent: str) -> None:
    assert start(startTime=given_time, **({"timezone": zone} if zone else {})) == sent


def test_z_beside_another_zone_is_refused_with_every_way_out() -> None:
    said = list_problems(MEETING, startTime="2026-01-31T09:30:00Z", timezone="America/New_York")["startTime"]
    assert "contradict" in said
    assert "2026-01-31T09:30:00 for 09:30 in America/New_York" in said
    assert "2026-01-31T04:30:00 for that instant" in said
    assert "leave the time zone out" in said


def test_an_offset_that_the_zone_does_not_have_that_day_is_refused() -> None:
    assert (
        "contradict"
        in list_problems(MEETING, startTime="2026-07-31T09:30:00+01:00", timezone="Europe/Berlin")["startTime"]
    )


def test_a_time_that_the_clocks_skip_is_refused() -> None:
    said = list_problems(MEETING, startTime="2026-03-08T02:30:00", timezone="America/New_York")["startTime"]
    assert "America/New_York does not have" in said
    assert "2026-03-08T03:30:00" in said


def test_a_wrong_zone_is_told_once_and_not_again_for_the_time() -> None:
    assert list(list_problems(MEETING, startTime="2026-01-31T09:30:00Z", timezone="New York")) == ["timezone"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
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
def test_what_is_no_time(text: str) -> None:
    assert "accepted: a date and time as 2026-01-31T09:30:00Z" in list_problems(MEETING, startTime=text)["startTime"]


@given(
    st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2035, 1, 1)),
    st.sampled_from(["America/New_York", "Europe/Berlin", "Asia/Kolkata", "UTC", "Australia/Lord_Howe"]),
)
def test_the_instant_of_a_local_time_reads_back_as_that_local_time(moment: datetime, zone: str) -> None:
    from zoneinfo import ZoneInfo

    text = moment.replace(microsecond=0).isoformat()
    sent, refused = call_or_message(normalize_date_time, text, zone)
    if refused is not None:
        assert "the clocks go forward" in refused
        return
    assert sent == text
    found = to_instant(sent, zone)
    assert found is not None
    there = datetime.fromisoformat(found.replace("Z", "+00:00")).astimezone(ZoneInfo(zone))
    assert there.replace(tzinfo=None).isoformat() == text
    assert normalize_instant(text, zone) == found


@given(
    st.text(max_size=30)
    | st.from_regex(re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?", re.ASCII), fullmatch=True)
)
@pytest.mark.parametrize("zone", [None, "Pacific/Kiritimati", "America/New_York"])
def test_no_text_raises_anything_but_a_sentence(zone: str | None, text: str) -> None:
    for name, settling in (("date-time", normalize_date_time), ("instant", normalize_instant)):
        _, refused = call_or_message(lambda name=name, settling=settling: settling(normalize_format(name, text), zone))
        assert refused is None or refused.startswith("came ")


def test_an_instant_needs_a_zone_or_an_offset() -> None:
    assert normalize_instant("2026-01-31T09:30:00+01:00", None) == "2026-01-31T08:30:00Z"
    assert normalize_instant("2026-01-31T09:30:00", "Europe/Berlin") == "2026-01-31T08:30:00Z"
    with pytest.raises(InvalidValue, match="give the time zone too"):
        normalize_instant("2026-01-31T09:30:00", None)
    assert to_instant("2026-01-31T09:30:00", None) is None
    assert to_instant("2026-01-31T09:30:00", "Nowhere/Land") is None
