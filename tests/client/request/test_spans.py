"""Test how a range of time is split into windows, and how an answer is compared with its window."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoom_component.client.request.spans import (
    MAX_WINDOWS,
    Window,
    describe_narrowing,
    find_range,
    find_span_warnings,
    format_resume,
    list_windows,
    parse_resume,
    set_window,
    shift_months,
)
from zoom_component.errors import InputError
from zoom_component.spec.spec import SpanSpec

MONTH = SpanSpec("from", "to", "from", "to", months=1, back_months=6)
WEEK = SpanSpec("start", "end", "from", "to", days=7)
NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC).timestamp()


def split(span: SpanSpec, first: str, last: str = "") -> list[tuple[str, str]]:
    """Return the windows of a range."""
    asked = find_range(span, [("from", first), ("to", last)], NOW)
    assert asked is not None
    return [(window.first, window.last) for window in list_windows(span, asked)]


@pytest.mark.parametrize(
    ("first", "last", "windows"),
    [
        ("2026-01-05", "2026-01-11", ["2026-01-05..2026-01-11"]),
        ("2026-01-05", "2026-02-05", ["2026-01-05..2026-02-05"]),
        ("2026-01-05", "2026-02-06", ["2026-01-05..2026-02-04", "2026-02-05..2026-02-06"]),
        ("2026-01-01", "2026-03-31", ["2026-01-01..2026-01-31", "2026-02-01..2026-02-28", "2026-03-01..2026-03-31"]),
        ("2024-01-31", "2024-03-30", ["2024-01-31..2024-02-28", "2024-02-29..2024-03-28", "2024-03-29..2024-03-30"]),
        ("2026-10-15", "", ["2026-10-15..2026-11-14", "2026-11-15..2026-12-01"]),
        ("2026-11-20", "", ["2026-11-20..2026-12-01"]),
        ("2027-05-01", "", ["2027-05-01..2026-12-01"]),  # in the future, so it is one request as it is
    ],
)
def test_days_are_split_by_the_month(first: str, last: str, windows: list[str]) -> None:
    assert [f"{one}..{other}" for one, other in split(MONTH, first, last)] == windows


@pytest.mark.parametrize(
    ("first", "last", "windows"),
    [
        (
            "2026-03-11T00:00:00Z",
            "2026-03-18T00:00:00Z",
            ["2026-03-11T00:00:00Z..2026-03-18T00:00:00Z"],
        ),
        (
            "2026-03-11T00:00:00Z",
            "2026-03-18T00:00:01Z",
            ["2026-03-11T00:00:00Z..2026-03-17T23:59:59Z", "2026-03-18T00:00:00Z..2026-03-18T00:00:01Z"],
        ),
        (  # a day beside a time: a day begins at 00:00 and ends at 23:59:59
            "2026-03-11",
            "2026-03-20T12:00:00+02:00",
            ["2026-03-11T00:00:00Z..2026-03-17T23:59:59Z", "2026-03-18T00:00:00Z..2026-03-20T10:00:00Z"],
        ),
        (
            "2026-03-11T08:00:00",
            "2026-03-19",
            ["2026-03-11T08:00:00..2026-03-18T07:59:59", "2026-03-18T08:00:00..2026-03-19T23:59:59"],
        ),
        (
            "2026-11-22T09:30:00Z",
            "",
            ["2026-11-22T09:30:00Z..2026-11-29T09:29:59Z", "2026-11-29T09:30:00Z..2026-12-01T09:30:00Z"],
        ),
    ],
)
def test_times_are_split_to_the_second(first: str, last: str, windows: list[str]) -> None:
    assert [f"{one}..{other}" for one, other in split(WEEK, first, last)] == windows


@pytest.mark.parametrize(
    "query", [[], [("to", "2026-01-01")], [("from", "soon")], [("from", "2026-01-01"), ("to", "x")]]
)
def test_without_a_first_day_or_for_another_text_there_is_no_range(query: list[tuple[str, str]]) -> None:
    assert find_range(MONTH, query, NOW) is None


@settings(max_examples=300, deadline=None)
@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 900), st.sampled_from([{"months": 1}, {"days": 3}]))
def test_windows_of_days_cover_a_range_without_gap_or_double(first: date, days: int, limit: dict[str, Any]) -> None:
    last, span = first + timedelta(days=days), SpanSpec("from", "to", "from", "to", **limit)
    windows = [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in split(span, str(first), str(last))]
    covered = [one + timedelta(days=at) for one, other in windows for at in range((other - one).days + 1)]
    assert covered == [first + timedelta(days=at) for at in range(days + 1)]
    for one, other in windows:
        start = datetime(one.year, one.month, one.day)
        end = shift_months(start, span.months) + timedelta(days=span.days)
        assert other <= end.date()


@settings(max_examples=300, deadline=None)
@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)), st.integers(0, 90 * 86_400))
def test_windows_of_times_follow_each_other_by_a_second(first: datetime, seconds: int) -> None:
    first = first.replace(microsecond=0)
    last = first + timedelta(seconds=seconds)
    windows = [
        (datetime.fromisoformat(a), datetime.fromisoformat(b))
        for a, b in split(WEEK, f"{first.isoformat()}Z", f"{last.isoformat()}Z")
    ]
    assert (windows[0][0], windows[-1][1]) == (first.replace(tzinfo=UTC), last.replace(tzinfo=UTC))
    for (_, end), (start, _) in itertools.pairwise(windows):
        assert start - end == timedelta(seconds=1)
    assert all(timedelta() <= end - start <= timedelta(days=7) for start, end in windows)


def test_a_range_of_too_many_requests_is_an_input_error() -> None:
    with pytest.raises(InputError, match=f"from: expected a range of at most {MAX_WINDOWS:,} requests"):
        split(MONTH, "1900-01-01", "2900-01-01")
    assert len(split(MONTH, "1950-01-01", "2026-12-31")) < MAX_WINDOWS
    assert split(MONTH, "9999-12-20", "9999-12-31") == [("9999-12-20", "9999-12-31")]


def test_a_window_takes_the_place_of_the_range_in_a_query() -> None:
    window = Window("2026-01-01", "2026-01-31")
    query = [("a", "1"), ("from", "x"), ("to", "y"), ("b", "2")]
    assert set_window(MONTH, query, window) == [("a", "1"), ("from", "2026-01-01"), ("to", "2026-01-31"), ("b", "2")]
    assert set_window(MONTH, [("from", "x")], window) == [("from", "2026-01-01"), ("to", "2026-01-31")]


def test_a_token_to_resume_at_names_its_window() -> None:
    asked = find_range(MONTH, [("from", "2026-01-01"), ("to", "2026-03-31")], NOW)
    assert asked is not None
    token = format_resume(Window("2026-02-01", "2026-02-28"), "a/b..c=")
    assert token == "2026-02-01..2026-02-28/a/b..c="
    windows, page = parse_resume(MONTH, asked, token)
    assert windows == [("2026-02-01", "2026-02-28"), ("2026-03-01", "2026-03-31")]
    assert page == "a/b..c="
    assert parse_resume(MONTH, asked, "2026-03-01..2026-03-31/") == ([("2026-03-01", "2026-03-31")], "")


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("abc", 'resume: expected a token such as 2026-01-01..2026-01-31/TOKEN, got "abc"'),
        ("2026-99-01..2026-02-28/x", "resume: expected a token such as"),
        ("2025-02-01..2025-02-28/x", "resume: expected a window between 2026-01-01 and 2026-03-31"),
        ("2026-01-01..2026-03-31/x", "resume: expected a window between 2026-01-01 and 2026-03-31"),
        ("2026-02-28..2026-02-01/x", "resume: expected a window between 2026-01-01 and 2026-03-31"),
    ],
)
def test_a_token_of_another_range_is_an_input_error(token: str, message: str) -> None:
    asked = find_range(MONTH, [("from", "2026-01-01"), ("to", "2026-03-31")], NOW)
    assert asked is not None
    with pytest.raises(InputError, match=message.replace(".", "[.]")):
        parse_resume(MONTH, asked, token)


def test_a_range_that_begins_too_early_or_is_not_split_is_a_warning() -> None:
    def warn(first: str, last: str, reason: str = "") -> list[str]:
        asked = find_range(MONTH, [("from", first), ("to", last)], NOW)
        assert asked is not None
        return find_span_warnings(MONTH, asked, NOW, reason)

    assert warn("2026-06-01", "2026-11-30") == []
    (early,) = warn("2026-05-31", "2026-06-30")
    assert early == (
        "from: the service goes back 6 months, to 2026-06-01, and answers nothing that is older; the range begins on "
        "2026-05-31"
    )
    (single,) = warn("2026-10-01", "2026-11-30", "the call asks for one page, so the rest is not asked for")
    assert single.startswith("from: the service answers 1 month of this list at most, and the call asks for one page")
    assert warn("2026-11-01", "2026-11-30", "the call asks for one page, so the rest is not asked for") == []


@pytest.mark.parametrize(
    ("window", "answer", "is_narrower"),
    [
        (("2026-10-31", "2027-03-30"), ("2027-02-28", "2027-03-30"), True),
        (("2026-10-31", "2026-11-29"), ("2026-10-31", "2026-11-20"), True),
        (("2026-10-31", "2026-11-29"), ("2026-10-31", "2026-11-29"), False),
        (("2026-10-31", "2026-11-29"), ("2026-10-30", "2026-11-30"), False),
        (("2026-10-31", "2026-11-29"), ("2026-10-31T00:00:00Z", "2026-11-29T23:59:59Z"), False),
        (("2026-11-20", "2026-12-31"), ("2026-11-20", "2026-12-01"), False),  # the answer ends now
        (("2026-03-11T00:00:00Z", "2026-03-18T00:00:00Z"), ("2026-03-11T00:00:01Z", "2026-03-18T00:00:00Z"), True),
        (("2026-03-11T02:00:00+02:00", "2026-03-18T00:00:00Z"), ("2026-03-11T00:00:00Z", ""), False),
        (("2026-10-31", ""), ("2026-11-01", None), True),
        (("2026-10-31", "2026-11-29"), (None, 7), False),
        (("2026-10-31", "2026-11-29"), ("not a day", "neither"), False),
    ],
)
def test_an_answer_is_compared_with_its_window(window: Any, answer: Any, is_narrower: bool) -> None:
    data = dict(zip(("from", "to"), answer, strict=True))
    assert bool(describe_narrowing(Window(*window), data, ("from", "to"), NOW)) is is_narrower


@pytest.mark.parametrize(
    ("asked", "answered", "is_narrower"),
    [
        (("2026-01-01", "2026-01-31"), ("2026-01-01T23:59:00Z", "2026-01-31"), False),
        (("2026-01-01T00:00:00Z", "2026-01-31"), ("2026-01-01", "2026-01-31"), False),
        (("2026-01-01", "2026-01-31"), ("2026-01-02T00:00:00Z", "2026-01-31"), True),
        (("2026-01-01", "2026-01-31T23:00:00Z"), ("2026-01-01", "2026-01-31"), False),
        (("2026-01-01", "2026-01-31T23:00:00Z"), ("2026-01-01", "2026-01-31T22:00:00Z"), True),
    ],
)
def test_a_day_and_a_time_of_it_are_the_same(
    asked: tuple[str, str], answered: tuple[str, str], is_narrower: bool
) -> None:
    data = dict(zip(("from", "to"), answered, strict=True))
    assert bool(describe_narrowing(Window(*asked), data, ("from", "to"), 2e9)) is is_narrower
