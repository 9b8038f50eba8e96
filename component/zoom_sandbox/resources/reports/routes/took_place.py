"""Reports: of days, of people, of what each hosted, of one meeting or webinar and who was there.

https://developers.zoom.us/docs/api/meetings/#tag/reports
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from zoom_sandbox.pages import by_number, page
from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.gatherings.kinds import MEETING, WEBINAR, Kind
from zoom_sandbox.resources.groups.state import groups_of
from zoom_sandbox.resources.past.state import Instance, Past, newest
from zoom_sandbox.resources.reports.held import concerns, held, month_of, span
from zoom_sandbox.resources.reports.shown import (
    minutes,
    of_day,
    of_one,
    of_user,
    of_user_meeting,
    participant,
)
from zoom_sandbox.resources.users.state import Users


@plays("GET", "/report/daily")
def daily(call: Call) -> Payload:
    """Meetings, people and minutes of each day of a month: the current one unless told otherwise."""
    year, month = month_of(call)
    instances, joined = call.world.part(Past).instances, call.world.part(Users).joined()
    last = monthrange(year, month)[1]
    dates = [of_day(date(year, month, number), instances, joined) for number in range(1, last + 1)]
    return {"year": year, "month": month, "dates": dates}


@plays("GET", "/report/users")
def users(call: Call) -> Payload:
    """The account's active users (who hosted in some days) or inactive ones, with their counts, by pages."""
    begin, close = span(call)
    instances = held(call, begin, close)
    hosts: dict[str, list[Instance]] = {}
    for instance in instances:
        hosts.setdefault(instance.host.id, []).append(instance)
    active = call.query.get("type", "active") == "active"
    group = call.query.get("group_id")
    found = [
        user
        for user in call.world.part(Users).listing("active", "")
        if (user.id in hosts) == active and (group is None or group in groups_of(user))
    ]
    shown = [instance for user in found for instance in hosts.get(user.id, ())]
    answer = page(call, sorted(found, key=by_number), by_number, lambda user: of_user(user, hosts.get(user.id, [])))
    totals = {
        "total_meetings": len(shown),
        "total_participants": sum(len(instance.people) for instance in shown),
        "total_meeting_minutes": minutes(shown),
    }
    return {"from": begin.isoformat(), "to": close.isoformat(), **totals, **answer}


@plays("GET", "/report/users/{userId}/meetings")
def user_meetings(call: Call) -> Payload:
    """What a person hosted in some days (with others: `pastOne`) or took part in (`pastJoined`), the newest first."""
    user = call.world.part(Users).get(call)
    begin, close = span(call)
    wanted = call.query["type"]
    found = [each for each in held(call, begin, close) if concerns(each, wanted, user)]
    answer = page(call, found, newest, lambda instance: of_user_meeting(instance, user, wanted))
    return {"from": begin.isoformat(), "to": close.isoformat(), **answer}


@plays("GET", "/report/meetings/{meetingId}")
def meeting(call: Call) -> Payload:
    """A meeting that took place."""
    return of_one(call.world.part(Past).get(call, MEETING))


@plays("GET", "/report/meetings/{meetingId}/participants")
def meeting_participants(call: Call) -> Payload:
    """Who was in a meeting, by pages."""
    return _participants(call, MEETING)


@plays("GET", "/report/webinars/{webinarId}")
def webinar(call: Call) -> Payload:
    """A webinar that took place."""
    return of_one(call.world.part(Past).get(call, WEBINAR))


@plays("GET", "/report/webinars/{webinarId}/participants")
def webinar_participants(call: Call) -> Payload:
    """Who was in a webinar, by pages."""
    return _participants(call, WEBINAR)


def _participants(call: Call, kind: Kind) -> Payload:
    people = call.world.part(Past).get(call, kind).people
    return page(call, people, by_number, lambda person: participant(person, call))
