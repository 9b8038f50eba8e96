"""From a recurrence rule to instants: daily, weekly, monthly, in the gathering's time zone, whatever its clocks do.

https://developers.zoom.us/docs/api/meetings/#tag/meetings/post/users/{userId}/meetings (recurrence)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from zoom_sandbox.errors import FieldError, field_error
from zoom_sandbox.times import find_time_zone, parse_time

DAILY, WEEKLY, MONTHLY = 1, 2, 3
MAX_OCCURRENCES = 60  # the facts' maximum of end_times; a rule with an end date stops there too
_MAX_INTERVALS = {DAILY: 99, WEEKLY: 50, MONTHLY: 10}
_LAST = -1


@dataclass(frozen=True, slots=True)
class RecurrenceRule:
    """A rule, its defaults filled in. Weekdays count from Sunday = 1; `until` is epoch seconds."""

    type: int
    interval: int = 1
    weekly_days: tuple[int, ...] = (1,)
    monthly_day: int = 1
    monthly_week: int | None = None
    monthly_week_day: int = 1
    times: int = 1
    until: int | None = None


def find_problems(recurrence: Mapping[str, Any]) -> list[FieldError]:
    """What is wrong with a `recurrence` object beyond its schema: each as (field, sentence)."""
    problems: list[FieldError] = []
    limit = _MAX_INTERVALS[recurrence["type"]]
    if not 1 <= recurrence.get("repeat_interval", 1) <= limit:
        problems.append(field_error("conferences.repeatIntervalInvalid", limit=limit))
    if "end_times" in recurrence and "end_date_time" in recurrence:
        problems.append(field_error("conferences.twoEnds"))
    if recurrence.get("end_times", 1) < 1:
        problems.append(field_error("conferences.endTimesInvalid", limit=MAX_OCCURRENCES))
    if not 1 <= recurrence.get("monthly_day", 1) <= 31:
        problems.append(field_error("conferences.monthlyDayInvalid"))
    if ("monthly_week" in recurrence) != ("monthly_week_day" in recurrence):
        problems.append(field_error("conferences.monthlyWeekIncomplete"))
    return problems


def parse_rule(recurrence: Mapping[str, Any]) -> RecurrenceRule:
    """The rule that a `recurrence` object without faults means."""
    until = recurrence.get("end_date_time")
    return RecurrenceRule(
        type=recurrence["type"],
        interval=recurrence.get("repeat_interval", 1),
        weekly_days=tuple(int(day) for day in str(recurrence.get("weekly_days", "1")).split(",")),
        monthly_day=recurrence.get("monthly_day", 1),
        monthly_week=recurrence.get("monthly_week"),
        monthly_week_day=recurrence.get("monthly_week_day", 1),
        times=MAX_OCCURRENCES if until else recurrence.get("end_times", 1),
        until=parse_time(until) if until else None,
    )


def list_starts(rule: RecurrenceRule, first: int, zone: str) -> list[int]:
    """The epoch seconds of every occurrence, from the first instant `first` on.

    The wall time of `first` in the zone is kept, so a change to summer time moves the instant and not the clock hand.
    """
    place = find_time_zone(zone)
    local = datetime.fromtimestamp(first, place)
    found: list[int] = []
    for day in _days(rule, local.date()):
        if len(found) == rule.times:
            break
        moment = int(datetime.combine(day, local.time(), place).timestamp())
        if rule.until is not None and moment > rule.until:
            break
        found.append(moment)
    return found


def _days(rule: RecurrenceRule, first: date) -> Iterator[date]:
    """The days that the rule names, from `first` on, without end."""
    if rule.type == DAILY:
        return _daily(rule, first)
    if rule.type == WEEKLY:
        return _weekly(rule, first)
    return _monthly(rule, first)


def _daily(rule: RecurrenceRule, first: date) -> Iterator[date]:
    day = first
    while True:
        yield day
        day += timedelta(days=rule.interval)


def _weekly(rule: RecurrenceRule, first: date) -> Iterator[date]:
    # Weeks begin on Sunday; every interval-th week counts from the week of the first day.
    sunday = first - timedelta(days=first.isoweekday() % 7)
    while True:
        for weekday in sorted(set(rule.weekly_days)):
            day = sunday + timedelta(days=weekday - 1)
            if day >= first:
                yield day
        sunday += timedelta(weeks=rule.interval)


def _monthly(rule: RecurrenceRule, first: date) -> Iterator[date]:
    months = first.year * 12 + first.month - 1
    while True:
        day = _in_month(rule, months // 12, months % 12 + 1)
        if day is not None and day >= first:
            yield day
        months += rule.interval


def _in_month(rule: RecurrenceRule, year: int, month: int) -> date | None:
    """The rule's day in a month; None where the month has no such day, as the 31st of April."""
    if rule.monthly_week is None:
        try:
            return date(year, month, rule.monthly_day)
        except ValueError:
            return None
    if rule.monthly_week == _LAST:
        last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        return last - timedelta(days=(last.isoweekday() - (rule.monthly_week_day - 1)) % 7)
    begin = date(year, month, 1)
    offset = (rule.monthly_week_day - 1 - begin.isoweekday()) % 7
    return begin + timedelta(days=offset + 7 * (rule.monthly_week - 1))
