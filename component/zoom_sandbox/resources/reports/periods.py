"""Parse the period of a report, and find the past instances in it."""

from __future__ import annotations

from datetime import date

from zoom_sandbox.errors import api_error
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.past.state import PastInstance, PastInstances, newest_first
from zoom_sandbox.resources.users.state import User
from zoom_sandbox.times import end_of_day, start_of_day, to_utc_day


def parse_month(call: OperationCall) -> tuple[int, int]:
    """Return the year and month of a report, by default the current ones."""
    today = to_utc_day(call.account.now())
    year, month = call.query.get("year", today.year), call.query.get("month", today.month)
    if not 1 <= month <= 12 or not 2000 <= year <= 9999:
        raise api_error("reports.monthInvalid")
    if (year, month) > (today.year, today.month):
        raise api_error("reports.monthInFuture")
    return year, month


def parse_days(call: OperationCall) -> tuple[date, date]:
    """Return the first and last day of a report, which are within its span. Raises ApiError for a wrong order."""
    start, end = date.fromisoformat(call.query["from"]), date.fromisoformat(call.query["to"])
    if end < start:
        raise api_error("reports.daysInvalid")
    return start, end


def find_instances(call: OperationCall, start: date, end: date, *, by_end: bool = False) -> list[PastInstance]:
    """Return the instances that started (or ended) between two days, the newest first."""
    first, last = start_of_day(start), end_of_day(end)
    instances = call.account.store(PastInstances).instances
    return sorted(
        (each for each in instances if first <= (each.end if by_end else each.start) <= last), key=newest_first
    )


def involves_user(instance: PastInstance, type_: str, user: User) -> bool:
    """Return whether a user hosted an instance (`past`, with others `pastOne`) or took part (`pastJoined`)."""
    if type_ == "pastJoined":
        return any(person.id == user.id for person in instance.participants)
    return instance.host is user and (type_ == "past" or len(instance.participants) > 1)
