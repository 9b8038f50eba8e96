"""What a report is about: its month or its days, and what took place in them."""

from __future__ import annotations

from datetime import date, timedelta

from zoom_sandbox.plays import Call
from zoom_sandbox.resources.past.state import Instance, Past, newest
from zoom_sandbox.resources.reports import faults
from zoom_sandbox.resources.users.state import User
from zoom_sandbox.times import day_ends, day_of, midnight

_LONGEST = timedelta(days=31)


def month_of(call: Call) -> tuple[int, int]:
    """The year and month that a report is about: the current ones unless told otherwise."""
    today = day_of(call.world.now())
    year, month = call.query.get("year", today.year), call.query.get("month", today.month)
    if not 1 <= month <= 12 or not 2000 <= year <= 9999:
        raise faults.bad_month()
    if (year, month) > (today.year, today.month):
        raise faults.month_to_come()
    return year, month


def span(call: Call) -> tuple[date, date]:
    """The days that a report is about: at most a month."""
    begin, close = date.fromisoformat(call.query["from"]), date.fromisoformat(call.query["to"])
    if not timedelta() <= close - begin <= _LONGEST:
        raise faults.bad_span()
    return begin, close


def held(call: Call, begin: date, close: date, *, by_end: bool = False) -> list[Instance]:
    """What took place (or ended) from a day to another, the newest first."""
    first, last = midnight(begin), day_ends(close)
    instances = call.world.part(Past).instances
    return sorted((each for each in instances if first <= (each.end if by_end else each.start) <= last), key=newest)


def concerns(instance: Instance, wanted: str, user: User) -> bool:
    """Whether a person hosted it (`past`, with others `pastOne`) or took part in it (`pastJoined`)."""
    if wanted == "pastJoined":
        return any(person.id == user.id for person in instance.people)
    return instance.host is user and (wanted == "past" or len(instance.people) > 1)
