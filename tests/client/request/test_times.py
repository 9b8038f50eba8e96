"""Test times: an instant is shown in its zone, a local time belongs to its zone, contradictions are refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.support.calls import list_problems, validated_inputs
from tests.support.specs import compile_action, compile_input

from zoom_component.client.request.inputs import validate_inputs
from zoom_component.client.request.times import normalize_instant, to_instant
from zoom_component.client.request.values import InvalidValue
from zoom_facts.time_zones import list_time_zones

MEETING = compile_action(
    """
inputs:
  startTime: {label: Start, target: body, format: date-time, timeZone: timezone, pastWarning: it starts at once.}
  timezone: {label: Zone, target: body, format: time-zone}
  endTime: {label: End, target: body, format: instant, timeZone: timezone, notBefore: startTime}
"""
)
UPDATE = MEETING._replace(effect="update")


def start(**inputs: Any) -> str:
    validated = validated_inputs(MEETING, **inputs)
    assert not validated.problems, validated.problems
    return str(validated.values["startTime"])


def list_warnings(**inputs: Any) -> list[str]:
    validated = validated_inputs(MEETING, **inputs)
    assert not validated.problems, validated.problems
    return validated.warnings


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
    inputs = {"startTime": text, **({"timezone": zone} if zone else {})}
    assert start(**inputs) == sent
    assert list_warnings(**inputs) == []


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("2026-01-31T09:30:00.1234567Z", "2026-01-31T09:30:00Z"),
        ("2026-01-31T09:30:00.0000000", "2026-01-31T09:30:00"),
        ("2026-01-31T09:30:59.999999999", "2026-01-31T09:30:59"),
        ("2026-01-31T09:30:00,5Z", "2026-01-31T09:30:00Z"),
        ("2026-01-31t09:30:00z", "2026-01-31T09:30:00Z"),
        ("2026-01-31 09:30:00", "2026-01-31T09:30:00"),
        ("2026-01-31 09:30:00+01:00", "2026-01-31T08:30:00Z"),
        ("2026-01-31 09:30:00 +0100", "2026-01-31T08:30:00Z"),
        ("2026-01-31 09:30:00 +0100 CET", "2026-01-31T08:30:00Z"),
        ("2026-01-31 09:30:00 UTC", "2026-01-31T09:30:00Z"),
        ("2026-01-31\u202f09:30", "2026-01-31T09:30:00"),
        ("2026-01-31T09:30:00+0100", "2026-01-31T08:30:00Z"),
        ("2026-01-31T09:30:00+01", "2026-01-31T08:30:00Z"),
        ("2026-01-31T09:30:00-00:00", "2026-01-31T09:30:00Z"),
        ("2026-01-31T09:30:00\u221205:00", "2026-01-31T14:30:00Z"),
        ("2026-01-31T09:30:00+00:53:28", "2026-01-31T08:36:32Z"),
        ("2026-01-31T09:30+01:00[Europe/Berlin]", "2026-01-31T08:30:00Z"),
        ("2026-01-31T08:30:00Z[Europe/Berlin]", "2026-01-31T08:30:00Z"),
        ("2026-01-31T08:30:00Z[UTC]", "2026-01-31T08:30:00Z"),
        ("2026-01-31T09:30:00+01:00[europe/berlin][u-ca=iso8601]", "2026-01-31T08:30:00Z"),
        ("20260131T093000Z", "2026-01-31T09:30:00Z"),
        ("20260131T093000", "2026-01-31T09:30:00"),
        ("20260131T0930+0100", "2026-01-31T08:30:00Z"),
        ("  2026-01-31T09:30:00Z\n", "2026-01-31T09:30:00Z"),
    ],
)
def test_forms_of_other_systems_are_accepted(text: str, sent: str) -> None:
    assert start(startTime=text) == sent


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31",
        "2026-02-30T09:30:00",
        "2026-01-31T25:00:00",
        "2026-01-31T24:00:00",
        "2026-01-31T09:60:00",
        "2026-01-31T09:30:60",
        "2026-01-31T09",
        "2026-01-31T0930",
        "20260131 093000",
        "20260131T09:30:00",
        "2026-0131T09:30:00",
        "31.01.2026",
        "01/31/2026 09:30",
        "2026-01-31T09:30:00+25:00",
        "2026-01-31T09:30:00+01:60",
        "2026-01-31T09:30:00 AM",
        "2026-01-31T09:30:00 CET",
        "2026-01-31T09:30:00Z+01:00",
        "2026-01-31T09:30:00.Z",
        "2026-01-31T09:30:00[]",
        "now",
        "٢٠٢٦-٠١-٣١T٠٩:٣٠:٠٠",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2026-1-31T9:30:00",
        "1769851800",
        "2026-01-31T09:30:00." + "0" * 5000,
    ],
)
def test_text_that_is_not_a_time_is_refused(text: str) -> None:
    assert (
        "expected a date and time such as 2026-01-31T09:30:00Z" in list_problems(MEETING, startTime=text)["startTime"]
    )


def test_an_instant_with_a_zone_is_accepted_with_a_warning_that_tells_the_local_time() -> None:
    inputs = {"startTime": "2026-01-31T09:30:00Z", "timezone": "America/New_York"}
    assert start(**inputs) == "2026-01-31T09:30:00Z"
    assert list_warnings(**inputs) == [
        "startTime: 2026-01-31T09:30:00Z is 2026-01-31T04:30:00 in America/New_York, the zone that it is shown in; for "
        "09:30 in that zone, use 2026-01-31T09:30:00"
    ]
    (warning,) = list_warnings(startTime="2026-07-31T09:30:00+01:00", timezone="Europe/Berlin")
    assert "is 2026-07-31T10:30:00 in Europe/Berlin" in warning


def test_the_end_of_a_series_is_an_instant_in_any_zone_without_a_warning() -> None:
    assert list_warnings(endTime="2026-07-31T09:30:00Z", timezone="Europe/Berlin") == []


def test_an_offset_that_contradicts_the_zone_in_brackets_is_refused() -> None:
    message = list_problems(MEETING, startTime="2026-01-31T09:30:00+05:00[Europe/Berlin]")["startTime"]
    assert message.startswith("expected an offset that Europe/Berlin has at that time, got ")
    assert "use 2026-01-31T05:30:00+01:00 for that instant, or 2026-01-31T09:30:00 for the local time" in message
    message = list_problems(MEETING, startTime="2026-01-31T09:30:00[Europe/Berln]")["startTime"]
    assert message.endswith("did you mean Europe/Berlin?")


def test_the_zone_in_brackets_decides_the_instant_and_the_other_one_shows_it() -> None:
    inputs = {"startTime": "2026-01-31T09:30:00[Europe/Berlin]", "timezone": "America/New_York"}
    assert start(**inputs) == "2026-01-31T08:30:00Z"
    (warning,) = list_warnings(**inputs)
    assert "is 2026-01-31T03:30:00 in America/New_York" in warning


def test_a_time_that_daylight_saving_skips_is_refused() -> None:
    message = list_problems(MEETING, startTime="2026-03-08T02:30:00", timezone="America/New_York")["startTime"]
    assert "expected a time that exists in America/New_York" in message
    assert "2026-03-08T03:30:00" in message


@pytest.mark.parametrize(
    ("fold", "sent", "name", "other"),
    [
        (0, "2026-11-01T05:30:00Z", "first", "2026-11-01T01:30:00-05:00"),
        (1, "2026-11-01T06:30:00Z", "second", "2026-11-01T01:30:00-04:00"),
    ],
)
def test_a_time_that_comes_twice_is_sent_as_an_instant_with_a_warning(
    fold: int, sent: str, name: str, other: str
) -> None:
    inputs = {"startTime": datetime(2026, 11, 1, 1, 30, fold=fold), "timezone": "America/New_York"}
    assert start(**inputs) == sent
    assert list_warnings(**inputs) == [
        "startTime: 2026-11-01T01:30:00 comes twice in America/New_York, because the clocks go back; the "
        f"{name} one is meant, {sent}; for the {'second' if fold == 0 else 'first'} one, use {other}"
    ]
    assert start(startTime=other, timezone="America/New_York") != sent
    assert validated_inputs(MEETING, endTime="2026-11-01T01:30:00", timezone="America/New_York").warnings


def test_a_wrong_zone_is_reported_once_and_not_for_the_time() -> None:
    assert list(list_problems(MEETING, startTime="2026-01-31T09:30:00Z", timezone="New York")) == ["timezone"]


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (datetime(2030, 1, 1, 9, tzinfo=UTC), "2030-01-01T09:00:00Z"),
        (datetime(2030, 1, 1, 9, 0, 0, 999_999), "2030-01-01T09:00:00"),
        (datetime(2030, 1, 1, 9, tzinfo=timezone(timedelta(hours=-3, minutes=-30))), "2030-01-01T12:30:00Z"),
        (datetime(2030, 1, 1, 9, tzinfo=ZoneInfo("Asia/Kolkata")), "2030-01-01T03:30:00Z"),
        (datetime(2030, 11, 3, 1, 30, fold=1, tzinfo=ZoneInfo("America/New_York")), "2030-11-03T06:30:00Z"),
        (datetime(2030, 3, 31, 2, 30, tzinfo=ZoneInfo("Europe/Berlin")), "2030-03-31T01:30:00Z"),
    ],
)
def test_python_times_are_accepted(value: datetime, sent: str) -> None:
    assert start(startTime=value) == sent


def test_python_zones_and_dates_are_accepted_where_they_fit() -> None:
    assert validated_inputs(MEETING, timezone=ZoneInfo("Europe/Berlin")).values["timezone"] == "Europe/Berlin"
    assert validated_inputs(MEETING, timezone=UTC).values["timezone"] == "UTC"
    assert "did you mean" in list_problems(MEETING, timezone=timezone(timedelta(hours=6)))["timezone"]
    assert "expected a date and time" in list_problems(MEETING, startTime=date(2030, 1, 1))["startTime"]
    assert "expected a date and time" in list_problems(MEETING, startTime=datetime.max)["startTime"]
    assert (
        "expected a date and time"
        in list_problems(MEETING, startTime=datetime.max.replace(tzinfo=ZoneInfo("Europe/Berlin")))["startTime"]
    )
    assert list_problems(MEETING, startTime=ZoneInfo("UTC"), timezone=datetime(2030, 1, 1)).keys() == {
        "startTime",
        "timezone",
    }


class PytzZone(tzinfo):
    """Mimic a zone of pytz that `localize` was not called of: its offset is from before there were zones."""

    zone = "Europe/Berlin"

    def utcoffset(self, moment: datetime | None) -> timedelta:
        return timedelta(minutes=53)

    def tzname(self, moment: datetime | None) -> str:
        return "LMT"

    def dst(self, moment: datetime | None) -> timedelta:
        return timedelta(0)

    def localize(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=timezone(timedelta(hours=1)))


def test_a_zone_of_pytz_that_was_not_localized_is_refused() -> None:
    value = datetime(2030, 1, 1, 9, tzinfo=PytzZone())
    assert start(startTime=PytzZone().localize(value)) == "2030-01-01T08:00:00Z"
    assert validated_inputs(MEETING, timezone=PytzZone()).values["timezone"] == "Europe/Berlin"
    assert "expected an offset that Europe/Berlin has" in list_problems(MEETING, startTime=value)["startTime"]


@pytest.mark.parametrize("value", ["2030-07-01T09:00+02:00[Europe/Berlin]", "2030-07-01T09:00[Europe/Berlin]"])
def test_a_create_sends_the_zone_that_a_time_names(value: str) -> None:
    for each in (value, datetime(2030, 7, 1, 9, tzinfo=ZoneInfo("Europe/Berlin"))):
        result = validated_inputs(MEETING, startTime=each)
        assert result.values["timezone"] == "Europe/Berlin"
        assert result.warnings == ["timezone: Europe/Berlin is sent, because startTime names it"]
        sent = str(result.values["startTime"])
        assert to_instant(sent, "Europe/Berlin") == "2030-07-01T07:00:00Z"
        assert "timezone" not in validated_inputs(UPDATE, startTime=each).values
        assert validated_inputs(UPDATE, startTime=each).values["startTime"] == "2030-07-01T07:00:00Z"
        assert validated_inputs(MEETING, startTime=each, timezone="UTC").values["timezone"] == "UTC"


def test_utc_is_not_sent_as_a_zone_by_itself() -> None:
    for value in (datetime(2030, 7, 1, 9, tzinfo=ZoneInfo("UTC")), "2030-07-01T09:00:00Z[Etc/UTC]"):
        assert validated_inputs(MEETING, startTime=value).values == {"startTime": "2030-07-01T09:00:00Z"}


def test_a_time_in_the_past_is_warned_of_when_the_time_is_known() -> None:
    now = datetime(2026, 1, 31, 9, 30, 30, tzinfo=UTC).timestamp()

    def warn(**inputs: Any) -> list[str]:
        return validate_inputs(MEETING, inputs, now=now).warnings

    past = "2026-01-31T09:29:59Z"
    assert warn(startTime=past) == [f"startTime: {past} is in the past; it starts at once."]
    assert warn(startTime="2026-01-31T09:30:00Z") == []
    assert warn(startTime="2026-01-31T04:29:00", timezone="America/New_York")
    assert not warn(startTime="2026-01-31T04:30:00", timezone="America/New_York")
    # Without a zone, a local time is past when it is past in the last zone of the earth.
    assert warn(startTime="2026-01-30T21:00:00")
    assert not warn(startTime="2026-01-30T22:00:00")
    assert validate_inputs(MEETING, {"startTime": "2000-01-01T00:00:00Z"}).warnings == []


@pytest.mark.parametrize(
    ("first", "last", "zone", "is_refused"),
    [
        ("2030-01-10T00:00:00Z", "2030-01-09T23:59:59Z", None, True),
        ("2030-01-10T00:00:00Z", "2030-01-10T00:00:00Z", None, False),
        ("2030-01-10T00:00:00+05:00", "2030-01-09T18:59:59Z", None, True),
        ("2030-01-10T00:00:00+05:00", "2030-01-09T19:00:00Z", None, False),
        ("2030-01-10T09:00:00", "2030-01-10T08:00:00", "America/New_York", True),
        ("2030-01-10T09:00:00", "2030-01-10T13:59:59Z", "America/New_York", True),
        ("2030-01-10T09:00:00", "2030-01-10T14:00:00Z", "America/New_York", False),
        ("2030-01-10T09:00:00", "2030-01-09T18:59:59Z", None, True),
        ("2030-01-10T09:00:00", "2030-01-09T19:00:00Z", None, False),
    ],
)
def test_a_series_that_ends_before_it_starts_is_refused(
    first: str, last: str, zone: str | None, is_refused: bool
) -> None:
    inputs = {"startTime": first, "endTime": last, **({"timezone": zone} if zone else {})}
    problems = list_problems(MEETING, **inputs)
    assert bool(problems) is is_refused
    assert not is_refused or problems["endTime"].startswith("expected a time after startTime (")


def test_an_instant_needs_a_zone_or_an_offset() -> None:
    assert normalize_instant("2026-01-31T09:30:00+01:00", None) == "2026-01-31T08:30:00Z"
    assert normalize_instant("2026-01-31T09:30:00", "Europe/Berlin") == "2026-01-31T08:30:00Z"
    with pytest.raises(InvalidValue, match="or a time zone with it"):
        normalize_instant("2026-01-31T09:30:00", None)
    assert to_instant("2026-01-31T09:30:00", None) is None
    assert to_instant("2026-01-31T09:30:00", "Nowhere/Land") is None


@pytest.mark.parametrize(
    ("words", "value", "sent"),
    [
        ("format: date", date(2030, 1, 1), "2030-01-01"),
        ("format: date", datetime(2030, 1, 1), "2030-01-01"),
        ("format: date", datetime(2030, 1, 1, tzinfo=UTC), "2030-01-01"),
        ("format: date", "2030-01-01T00:00:00.000Z", "2030-01-01"),
        ("format: date-or-time", date(2030, 1, 1), "2030-01-01"),
        ("format: date-or-time", datetime(2030, 1, 1, 9, tzinfo=ZoneInfo("Europe/Berlin")), "2030-01-01T08:00:00Z"),
        ("format: date-or-time", "2030-01-01 09:00:00+01", "2030-01-01T08:00:00Z"),
        ("format: date-or-time", "2030-01-01T09:00", "2030-01-01T09:00:00"),
        ("format: year-month", date(2030, 1, 1), "2030-01"),
    ],
)
def test_dates_are_accepted_as_dates(words: str, value: Any, sent: str) -> None:
    action = MEETING._replace(inputs={"value": compile_input(words)})
    assert validated_inputs(action, value=value).values == {"value": sent}


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("format: date", datetime(2030, 1, 1, 9)),
        ("format: date", "2030-01-01T09:00:00Z"),
        ("format: date", "2030-01-01T00:00:00+01:00"),
        ("format: year-month", date(2030, 1, 2)),
    ],
)
def test_a_date_does_not_lose_its_time(words: str, value: Any) -> None:
    action = MEETING._replace(inputs={"value": compile_input(words)})
    assert list_problems(action, value=value)


def test_every_zone_shows_and_reads_times() -> None:
    for zone in list_time_zones():
        times = {"startTime": "2030-01-10T12:00:00", "endTime": "2030-02-01T12:00:00Z"}
        assert not list_problems(MEETING, timezone=zone, **times), zone
