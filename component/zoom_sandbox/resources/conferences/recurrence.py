"""Parse recurrence rules, and list the times at which a meeting or webinar repeats: daily, weekly or monthly.

https://developers.zoom.us/docs/api/meetings/#tag/meetings/post/users/{userId}/meetings (recurrence)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zoom_sandbox.errors import FieldError, field_error
from zoom_sandbox.times import find_time_zone, parse_time

DAILY, WEEKLY, MONTHLY = 1, 2, 3
MAX_OCCURRENCES = 60  # the maximum of end_times in the facts; a rule with an end date or without an end stops there too
_MAX_INTERVALS = {DAILY: 99, WEEKLY: 50, MONTHLY: 10}


@dataclass(frozen=True, slots=True)
class RecurrenceRule:
    """Hold a rule with its defaults. Weekdays count from Sunday = 1; `until` is epoch seconds."""

    type: int
    interval: int = 1
    weekly_days: tuple[int, ...] = (1,)
    monthly_day: int = 1
    monthly_week: int | None = None
    monthly_week_day: int = 1
    times: int = 1
    until: int | None = None


def find_problems(recurrence: Mapping[str, Any]) -> list[FieldError]:
    """Return the problems of a `recurrence` object that its schema cannot find."""
    problems: list[FieldError] = []
    limit = _MAX_INTERVALS[recurrence["type"]]
    if not 1 <= recurrence.get("repeat_interval", 1) <= limit:
        problems.append(field_error("conferences.repeatIntervalInvalid", limit=limit))
    if "end_times" in recurrence and "end_date_time" in recurrence:
        problems.append(field_error("conferences.twoEnds"))
    if recurrence.get("end_times", 1) < 0:
        problems.append(field_error("conferences.endTimesInvalid", limit=MAX_OCCURRENCES))
    if not 1 <= recurrence.get("monthly_day", 1) <= 31:
        problems.append(field_error("conferences.monthlyDayInvalid"))
    if ("monthly_week" in recurrence) != ("monthly_week_day" in recurrence):
        problems.append(field_error("conferences.monthlyWeekIncomplete"))
    return problems


def parse_rule(recurrence: Mapping[str, Any]) -> RecurrenceRule:
    """Return the rule of a `recurrence` object without problems. With `end_times` 0, it has no end of its own."""
    until, times = recurrence.get("end_date_time"), recurrence.get("end_times", 1)
    return RecurrenceRule(
        type=recurrence["type"],
        interval=recurrence.get("repeat_interval", 1),
        weekly_days=tuple(int(day) for day in str(recurrence.get("weekly_days", "1")).split(",")),
        monthly_day=recurrence.get("monthly_day", 1),
        monthly_week=recurrence.get("monthly_week"),
        monthly_week_day=recurrence.get("monthly_week_day", 1),
        times=MAX_OCCURRENCES if until or not times else times,
        until=parse_time(until) if until else None,
    )


def list_starts(rule: RecurrenceRule, first: int, zone: str) -> list[int]:
    """Return the epoch seconds of every occurrence, from the moment `first` on.

    The wall time of `first` in the zone stays the same, also across a change to or from daylight saving time.
    """
    time_zone = find_time_zone(zone)
    local = datetime.fromtimestamp(first, time_zone)
    starts: list[int] = []
    for day in _iter_days(rule, local.replace(tzinfo=None)):
        start = int(day.replace(tzinfo=time_zone).timestamp())
        if rule.until is not None and start > rule.until:
            break
        starts.append(start)
    return starts


def _iter_days(rule: RecurrenceRule, first: datetime) -> Iterator[datetime]:
    """Iterate over the wall times of a rule, without a time zone."""
    # dateutil takes a while to import, and few sandboxes have recurring meetings.
    from dateutil import rrule

    weekdays = (rrule.SU, rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA)
    options: dict[str, Any] = {}
    if rule.type == WEEKLY:
        options["byweekday"] = [weekdays[day - 1] for day in rule.weekly_days]
    elif rule.type == MONTHLY and rule.monthly_week is None:
        options["bymonthday"] = rule.monthly_day
    elif rule.type == MONTHLY:
        options["byweekday"] = weekdays[rule.monthly_week_day - 1](rule.monthly_week)
    frequency = {DAILY: rrule.DAILY, WEEKLY: rrule.WEEKLY, MONTHLY: rrule.MONTHLY}[rule.type]
    yield from rrule.rrule(frequency, dtstart=first, interval=rule.interval, count=rule.times, wkst=rrule.SU, **options)
