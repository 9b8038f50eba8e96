"""Test the parsing and formatting of durations and times."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.events.listeners.conftest import NOW

from zoom_component.events.listeners.durations import format_duration, parse_duration, parse_time


@pytest.mark.parametrize(
    ("text", "seconds"),
    [(0, 0), (1.5, 1.5), ("90", 90), ("30s", 30), ("5m", 300), ("2h", 7200), ("1.5h", 5400), ("1w", 604_800)],
)  # fmt: skip
def test_a_duration_is_a_number_with_a_unit(text: float | str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "value", ["", "h", "-1", -1, "1y", "1 h", "1h30m", True, None, [], "9" * 400, float("nan"), 1e300]
)
def test_another_duration_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="expected a number of seconds, or a number with the unit s, m, h, d or w"):
        parse_duration(value)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2h", NOW - 7200),
        ("2026-03-10T11:00:00Z", NOW),
        ("2026-03-10T12:00:00+01:00", NOW),
        ("2026-03-10T11:00:00", NOW),
        ("2026-03-10", NOW - 11 * 3600),
    ],
)
def test_a_time_is_a_date_or_a_duration_ago(text: str, seconds: float) -> None:
    assert parse_time(text, NOW) == seconds


@pytest.mark.parametrize("text", ["", "yesterday", "12", "2026-13-01"])
def test_another_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected how long ago"):
        parse_time(text, NOW)


@given(st.text(max_size=30))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    for read in (parse_duration, lambda each: parse_time(each, NOW)):
        with contextlib.suppress(ValueError):
            assert isinstance(read(text), float)


@pytest.mark.parametrize(
    ("span", "text"),
    [(-1, "0.0s"), (0.44, "0.4s"), (12, "12s"), (60, "1m"), (3725, "1h 2m"), (280_800, "3d 6h"), (86_401, "1d")],
)  # fmt: skip
def test_a_duration_is_formatted_in_its_two_largest_units(span: float, text: str) -> None:
    assert format_duration(span) == text
