"""Restrict the range of a query to the span of time that Zoom answers. spec/zoom/spans.json has the spans."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from zoom_facts import Operation, OperationSpan, Period, find_operation_span
from zoom_sandbox.errors import validation_error
from zoom_sandbox.times import end_of_day, format_time, is_day, is_time, parse_time, start_of_day, to_utc_day


def limit_span(operation: Operation, query: Mapping[str, Any], now: float) -> dict[str, Any]:
    """Return the query with the range that Zoom answers: a longer one begins later. `now` is in epoch seconds.

    Raises ApiError (400/300) where Zoom refuses the range.
    """
    span = find_operation_span(operation.id)
    changed = dict(query)
    if span is None or span.from_param not in query:
        return changed
    start = _parse(query[span.from_param], is_end=False)
    end = _parse(query[span.to_param], is_end=True) if span.to_param in query else int(now)
    if start is None or end is None:
        return changed
    earliest = max(_find_start_of_span(span, query, start, end), _find_oldest(span, start, now))
    if earliest > start:
        has_days = is_day(query[span.from_param])
        changed[span.from_param] = to_utc_day(earliest).isoformat() if has_days else format_time(earliest)
    return changed


def _find_start_of_span(span: OperationSpan, query: Mapping[str, Any], start: int, end: int) -> int:
    """Return when a range begins at the earliest. Raises ApiError if a longer one is refused."""
    if span.limit is None:
        return start
    is_day_range = is_day(query.get(span.to_param, "")) or span.to_param not in query
    last = start_of_day(to_utc_day(end)) if is_day_range and is_day(query[span.from_param]) else end
    earliest = _go_back(last, span.limit)
    if start < earliest and span.beyond == "refused":
        raise validation_error((span.from_param, f"At most {_describe(span.limit)} before `{span.to_param}`."))
    return max(start, earliest)


def _find_oldest(span: OperationSpan, start: int, now: float) -> int:
    """Return when the oldest data begins. Raises ApiError if an earlier start is refused."""
    if span.back is None:
        return start
    oldest = start_of_day(to_utc_day(_go_back(int(now), span.back)))
    if start < oldest and span.older == "refused":
        raise validation_error((span.from_param, f"Only data of the recent {_describe(span.back)} is provided."))
    return max(start, oldest)


def _parse(text: str, *, is_end: bool) -> int | None:
    if is_day(text):
        day = datetime.fromisoformat(text).date()
        return end_of_day(day) if is_end else start_of_day(day)
    return parse_time(text) if is_time(text) else None


def _go_back(seconds: int, period: Period) -> int:
    """Return the time so many months (the same day, or the last day of a shorter month) and days before."""
    moment = datetime.fromtimestamp(seconds, UTC)
    year, month = divmod(moment.year * 12 + moment.month - 1 - period.months, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return int((moment.replace(year=year, month=month + 1, day=day) - timedelta(days=period.days)).timestamp())


def _describe(period: Period) -> str:
    count, word = (period.months, "month") if period.months else (period.days, "day")
    return f"{count} {word}{'s' if count > 1 else ''}"
