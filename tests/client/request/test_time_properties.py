"""Test properties of times: no form loses the instant, no order contradicts it, and what is sent is sent again."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.support.calls import validated_inputs
from tests.support.messages import call_or_message
from tests.support.specs import compile_action

from zoom_component.client.request.constraints import normalize_format
from zoom_component.client.request.times import is_before, normalize_date_time, normalize_instant, to_instant
from zoom_facts.time_zones import find_time_zone

MEETING = compile_action(
    """
inputs:
  startTime: {label: Start, target: body, format: date-time, timeZone: timezone}
  timezone: {label: Zone, target: body, format: time-zone}
"""
)
ZONES = ["America/New_York", "Europe/Berlin", "Asia/Kolkata", "UTC", "Australia/Lord_Howe"]
MOMENTS = st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2099, 1, 1))
FORMS = st.sampled_from(["date", "local", "instant"])
SOME_ZONES = st.sampled_from([None, *ZONES])
EARTH = [timezone(timedelta(hours=hours)) for hours in (-12, 0, 14)]
Span = tuple[datetime, datetime]


def start(**inputs: Any) -> str:
    validated = validated_inputs(MEETING, **inputs)
    assert not validated.problems, validated.problems
    return str(validated.values["startTime"])


def write(moment: datetime, form: str, zone: str | None) -> tuple[str, list[Span]]:
    """Return a text of a moment, and the first and the last instant that it means in each place where it may be."""
    if form == "instant":
        return f"{moment.isoformat()}Z", [(moment.replace(tzinfo=UTC), moment.replace(tzinfo=UTC))]
    if form == "date":
        day = datetime(moment.year, moment.month, moment.day)
        last = day + timedelta(days=1)
        return f"{moment.date()}", [(day.replace(tzinfo=place), last.replace(tzinfo=place)) for place in EARTH]
    places = [find_time_zone(zone)] if zone else EARTH
    return moment.isoformat(), [(moment.replace(tzinfo=place), moment.replace(tzinfo=place)) for place in places]


@given(MOMENTS, st.timedeltas(timedelta(days=-2), timedelta(days=2)), FORMS, FORMS, SOME_ZONES, SOME_ZONES)
def test_the_order_never_contradicts_the_instants(
    moment: datetime, gap: timedelta, form: str, other_form: str, zone: str | None, other_zone: str | None
) -> None:
    one, spans = write(moment.replace(microsecond=0), form, zone)
    other, other_spans = write((moment + gap).replace(microsecond=0), other_form, other_zone)
    if len(spans) > 1 and len(other_spans) > 1:
        # Both are in the same place, though nobody knows in which.
        length = min(len(one), len(other))
        expected = one[:length] < other[:length]
    else:
        expected = all(last < first for _, last in spans for first, _ in other_spans)
    assert is_before(one, other, zone, other_zone) is expected


@given(st.datetimes(min_value=datetime(2, 1, 2), max_value=datetime(9998, 12, 30), timezones=st.timezones()))
def test_every_instant_of_python_survives(moment: datetime) -> None:
    expected = moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()
    assert to_instant(start(startTime=moment), str(getattr(moment.tzinfo, "key", ""))) == f"{expected}Z"
    assert start(startTime=moment.isoformat(), timezone="Asia/Tokyo") == f"{expected}Z"


@given(MOMENTS, st.integers(-23 * 60 - 59, 23 * 60 + 59), st.text("0123456789", max_size=12), st.sampled_from("Tt "))
def test_every_form_of_an_instant_is_the_same_instant(
    moment: datetime, minutes: int, fraction: str, separator: str
) -> None:
    moment = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    expected = f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"
    text, offset = moment.replace(tzinfo=None).isoformat(separator), moment.strftime("%z")
    fractions = [f".{fraction}", f",{fraction}"] if fraction else [""]
    for each in fractions:
        for form in (offset, f"{offset[:3]}:{offset[3:]}", f" {offset}", *([offset[:3]] if minutes % 60 == 0 else [])):
            assert start(startTime=f"{text}{each}{form}") == expected


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2035, 1, 1)), st.sampled_from(ZONES))
@example(datetime(2026, 3, 8, 2, 30), "America/New_York")
def test_the_instant_of_a_local_time_converts_back_to_it(moment: datetime, zone: str) -> None:
    text = moment.replace(microsecond=0).isoformat()
    sent, message = call_or_message(normalize_date_time, text, zone)
    if message is not None:
        assert "daylight saving time skips" in message
        return
    instant = to_instant(sent, zone)
    assert instant is not None
    assert sent in (text, instant)
    local = datetime.fromisoformat(instant.replace("Z", "+00:00")).astimezone(find_time_zone(zone))
    assert local.replace(tzinfo=None).isoformat() == text
    assert normalize_instant(text, zone) == instant
    assert normalize_date_time(sent, zone) == sent


@given(
    st.text(max_size=30)
    | st.from_regex(re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?", re.ASCII), fullmatch=True)
)
@pytest.mark.parametrize("zone", [None, "Pacific/Kiritimati", "America/New_York"])
def test_any_text_is_accepted_or_refused_with_a_message(zone: str | None, text: str) -> None:
    for name, normalize in (("date-time", normalize_date_time), ("instant", normalize_instant)):
        sent, message = call_or_message(lambda n=name, f=normalize: f(normalize_format(n, text), zone))
        assert message is None or message.startswith("expected ")
        assert message is not None or normalize(normalize_format(name, sent), zone) == sent
