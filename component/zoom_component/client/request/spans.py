"""Split a range of days or times into the windows that an operation answers, and compare an answer with its window.

A window includes both of its ends. Windows of days follow each other by a day and windows of times by a second, so
no item is left out and none comes twice.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from zoom_component.client.request.values import format_value
from zoom_component.errors import InputError, Problem
from zoom_component.spec.spec import SpanSpec

__all__ = [
    "MAX_WINDOWS",
    "TimeRange",
    "Window",
    "describe_narrowing",
    "find_range",
    "find_span_warnings",
    "format_resume",
    "is_window_token",
    "list_windows",
    "parse_resume",
    "set_window",
]

MAX_WINDOWS = 1000  # a year that was mistyped would otherwise make requests for days
_RESUME = re.compile(r"(\d{4}-[\d:TZ-]{5,16})\.\.(\d{4}-[\d:TZ-]{5,16})/(.*)", re.DOTALL | re.ASCII)
Query = Sequence[tuple[str, str]]


class Window(NamedTuple):
    """Hold the first and the last day or time of one request, as they are sent."""

    first: str
    last: str


class TimeRange(NamedTuple):
    """Hold a range, both ends included, as days at 00:00 or as times. `unit` is a day or a second.

    `suffix` is what ends a time: "Z", or "" for times without a time zone.
    """

    first: datetime
    last: datetime
    unit: timedelta
    suffix: str = ""

    def format(self, moment: datetime) -> str:
        """Return a day or a time of the range as it is sent."""
        return moment.date().isoformat() if self.unit.days else f"{moment.isoformat()}{self.suffix}"


def find_range(span: SpanSpec, query: Iterable[tuple[str, str]], now: float) -> TimeRange | None:
    """Return the range that a query asks for; None without a first day or time, or for a text of another form.

    Without a last one, the range ends at `now`, in epoch seconds.
    """
    values = dict(query)
    first, last = values.get(span.from_param, ""), values.get(span.to_param, "")
    days = len(first) == 10 and len(last) in (0, 10)
    today = datetime.fromtimestamp(now, UTC).replace(microsecond=0)
    start = _parse(first)
    if not first or start is None:
        return None
    end = _parse(last, is_end=True) if last else (today, True)
    if end is None:
        return None
    if days:
        return TimeRange(_get_day(start[0]), _get_day(end[0]), timedelta(days=1))
    suffix = "Z" if start[1] or end[1] else ""
    return TimeRange(start[0].replace(tzinfo=None), end[0].replace(tzinfo=None), timedelta(seconds=1), suffix)


def _parse(text: str, *, is_end: bool = False) -> tuple[datetime, bool] | None:
    """Return a day or a time in UTC, and whether its zone is known. A day that ends a range is its last second."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) == 10 and is_end:
        moment += timedelta(hours=23, minutes=59, seconds=59)
    if moment.tzinfo is None:
        return moment.replace(microsecond=0), False
    return moment.astimezone(UTC).replace(microsecond=0), True


def _get_day(moment: datetime) -> datetime:
    return datetime(moment.year, moment.month, moment.day)


def list_windows(span: SpanSpec, asked: TimeRange) -> list[Window]:
    """Return the windows of a range in order. A range that fits the limit is one window.

    Raises InputError for a range of more than MAX_WINDOWS windows.
    """
    windows: list[Window] = []
    for first, last in _split(span, asked):
        if len(windows) == MAX_WINDOWS:
            limit = describe_limit(span)
            message = f"expected a range of at most {MAX_WINDOWS:,} requests; each of them covers {limit} at most"
            raise InputError([Problem(span.first, f"{message}. Ask for a shorter range")])
        windows.append(Window(asked.format(first), asked.format(last)))
    return windows


def _split(span: SpanSpec, asked: TimeRange) -> Iterator[tuple[datetime, datetime]]:
    first = asked.first
    while True:
        end = _add_limit(first, span.months, span.days)
        if end is None or asked.last <= end:
            yield first, asked.last
            return
        yield first, end - asked.unit
        first = end


def _add_limit(moment: datetime, months: int, days: int) -> datetime | None:
    """Return the time that lies so many months or days later; None without a limit, or beyond the last year."""
    if not months and not days:
        return None
    try:
        return shift_months(moment, months) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None


def shift_months(moment: datetime, months: int) -> datetime:
    """Return the same day of another month, or that month's last day if it is shorter. Raises ValueError."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def describe_limit(span: SpanSpec) -> str:
    """Return the limit in words, such as "1 month"."""
    return describe_period(span.months, span.days)


def describe_period(months: int, days: int) -> str:
    """Return a length of time in words, such as "7 days"."""
    count, word = (months, "month") if months else (days, "day")
    return f"{count} {word}{'s' if count > 1 else ''}"


def find_span_warnings(span: SpanSpec, asked: TimeRange, now: float, reason: str) -> list[str]:
    """Return the warnings about a range before it is asked for.

    `reason` is why the range is not split, "" if it is. Raises InputError for a range of too many windows.
    """
    warnings = []
    if (span.months or span.days) and len(list_windows(span, asked)) > 1 and reason:
        limit = describe_limit(span)
        warnings.append(f"{span.first}: the service answers {limit} of this list at most, and {reason}")
    earliest = find_earliest(span, now)
    if earliest is not None and asked.first.date() < earliest:
        period = describe_period(span.back_months, span.back_days)
        effect = "refuses an earlier start" if span.refuses_older else "answers nothing that is older"
        warnings.append(
            f"{span.first}: the service goes back {period}, to {earliest.isoformat()}, and {effect}; "
            f"the range begins on {asked.first.date().isoformat()}"
        )
    return warnings


def find_earliest(span: SpanSpec, now: float) -> date | None:
    """Return the first day that a range may begin with; None for any."""
    if not span.back_months and not span.back_days:
        return None
    today = datetime.fromtimestamp(now, UTC)
    return (shift_months(today, -span.back_months) - timedelta(days=span.back_days)).date()


def set_window(span: SpanSpec, query: Query, window: Window) -> list[tuple[str, str]]:
    """Return the query with another range, at the place of the one that it has."""
    values = {span.from_param: window.first, span.to_param: window.last}
    names = [name for name, _ in query]
    changed = [(name, values.get(name, value)) for name, value in query]
    return changed if span.to_param in names else [*changed, (span.to_param, window.last)]


def format_resume(window: Window, token: str) -> str:
    """Return the token to resume at: the window, and the page inside it, "" for its first page."""
    return f"{window.first}..{window.last}/{token}"


def is_window_token(text: str) -> bool:
    """Return whether a token to resume at names a window."""
    return _RESUME.fullmatch(text) is not None


def parse_resume(span: SpanSpec, asked: TimeRange, text: str) -> tuple[list[Window], str]:
    """Return the windows that remain from a token on, and the page inside the first of them.

    Raises InputError for a token that does not name a window of the range.
    """
    match = _RESUME.fullmatch(text)
    first, last = (_parse(match[1]), _parse(match[2])) if match else (None, None)
    if match is None or first is None or last is None:
        first_window = list_windows(span, asked)[0]
        expected = format_resume(first_window, "TOKEN")
        raise InputError([Problem("resume", f"expected a token such as {expected}, got {format_value(text)}")])
    window = asked._replace(first=first[0].replace(tzinfo=None), last=last[0].replace(tzinfo=None))
    if not asked.first <= window.first <= window.last <= asked.last or len(list_windows(span, window)) > 1:
        message = f"expected a window between {asked.format(asked.first)} and {asked.format(asked.last)}"
        raise InputError([Problem("resume", f"{message}, got {format_value(text)}; use the range of the first call")])
    windows = [Window(match[1], match[2])]
    if window.last < asked.last:
        windows += list_windows(span, asked._replace(first=window.last + asked.unit))
    return windows, match[3]


def describe_narrowing(window: Window, data: Mapping[str, Any], names: tuple[str, str], now: float) -> str:
    """Return a sentence if an answer's own range is narrower than the window that was asked for, else "".

    An answer that ends at `now` (epoch seconds) covers a range that ends in the future.
    """
    first, last = (data.get(name) for name in names)
    is_late = isinstance(first, str) and _is_earlier(window.first, first)
    is_short = isinstance(last, str) and _is_earlier(last, window.last) and not _ends_today(last, now)
    if not is_late and not is_short:
        return ""
    asked = f"{window.first or 'any time'} to {window.last or 'now'}"
    answered = f"{first if isinstance(first, str) else '...'} to {last if isinstance(last, str) else '...'}"
    return f"the answer covers {answered} only, although {asked} was asked for; items of the rest are missing"


def _ends_today(text: str, now: float) -> bool:
    moment = _parse(text)
    return moment is not None and moment[0].date() >= datetime.fromtimestamp(now, UTC).date()


def _is_earlier(one: str, other: str) -> bool:
    """Return whether a day or time lies before another; compare days where either is a day. False for other texts."""
    first, second = _parse(one), _parse(other)
    if first is None or second is None:
        return False
    if len(one) == 10 or len(other) == 10 or first[1] != second[1]:
        return first[0].date() < second[0].date()
    return first[0] < second[0]
