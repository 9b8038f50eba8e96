"""Reports, counted from what took place. https://developers.zoom.us/docs/api/meetings/#tag/reports"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.refusal import invalid
from zoom_component.sandbox.resources.past import Instance, Past
from zoom_component.sandbox.times import day_of


@plays("GET", "/report/daily")
def daily(call: Call) -> Payload:
    """Meetings, people and minutes of each day of a month: the current one unless told otherwise."""
    today = day_of(call.world.now())
    year, month = call.query.get("year", today.year), call.query.get("month", today.month)
    if not 1 <= month <= 12 or not 2000 <= year <= 9999:
        raise invalid(("month", "A month from 1 to 12 of a year such as 2026 is expected."))
    if (year, month) > (today.year, today.month):
        raise invalid(("month", "The month lies in the future."))
    instances = call.world.part(Past).instances
    last = monthrange(year, month)[1]
    dates = [_day(date(year, month, number), instances) for number in range(1, last + 1)]
    return {"year": year, "month": month, "dates": dates}


def _day(day: date, instances: list[Instance]) -> Payload:
    held = [instance for instance in instances if day_of(instance.start) == day]
    people = [person for instance in held for person in instance.people]
    return {
        "date": day.isoformat(),
        "meetings": len(held),
        "participants": len(people),
        "meeting_minutes": sum((person.left - person.joined) // 60 for person in people),
        "new_users": 0,
    }
