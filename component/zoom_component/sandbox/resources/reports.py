"""Reports, counted from what took place. https://developers.zoom.us/docs/api/meetings/#tag/reports"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

from zoom_component.sandbox.pages import by_number, page
from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.refusal import invalid
from zoom_component.sandbox.resources.gatherings import MEETING, WEBINAR, Kind
from zoom_component.sandbox.resources.past import Attendance, Instance, Past, attended, newest
from zoom_component.sandbox.resources.users import User, Users
from zoom_component.sandbox.times import day_ends, day_of, midnight, stamp

_LONGEST = timedelta(days=31)


@plays("GET", "/report/daily")
def daily(call: Call) -> Payload:
    """Meetings, people and minutes of each day of a month: the current one unless told otherwise."""
    today = day_of(call.world.now())
    year, month = call.query.get("year", today.year), call.query.get("month", today.month)
    if not 1 <= month <= 12 or not 2000 <= year <= 9999:
        raise invalid(("month", "A month from 1 to 12 of a year such as 2026 is expected."))
    if (year, month) > (today.year, today.month):
        raise invalid(("month", "The month lies in the future."))
    instances, joined = call.world.part(Past).instances, call.world.part(Users).joined()
    last = monthrange(year, month)[1]
    dates = [_day(date(year, month, number), instances, joined) for number in range(1, last + 1)]
    return {"year": year, "month": month, "dates": dates}


@plays("GET", "/report/users")
def users(call: Call) -> Payload:
    """The account's active users (who hosted in some days) or inactive ones, with their counts, by pages."""
    begin, close = _span(call)
    held = _held(call, begin, close)
    hosts: dict[str, list[Instance]] = {}
    for instance in held:
        hosts.setdefault(instance.host.id, []).append(instance)
    active = call.query.get("type", "active") == "active"
    group = call.query.get("group_id")
    found = [
        user
        for user in call.world.part(Users).listing("active", "")
        if (user.id in hosts) == active and (group is None or group in (user.more or {}).get("group_ids", ()))
    ]
    shown = [instance for user in found for instance in hosts.get(user.id, ())]
    answer = page(call, sorted(found, key=by_number), by_number, lambda user: _user(user, hosts.get(user.id, [])))
    totals = {
        "total_meetings": len(shown),
        "total_participants": sum(len(instance.people) for instance in shown),
        "total_meeting_minutes": _minutes(shown),
    }
    return {"from": begin.isoformat(), "to": close.isoformat(), **totals, **answer}


@plays("GET", "/report/users/{userId}/meetings")
def user_meetings(call: Call) -> Payload:
    """What a person hosted in some days (with others: `pastOne`) or took part in (`pastJoined`), the newest first."""
    user = call.world.part(Users).get(call)
    begin, close = _span(call)
    wanted = call.query["type"]
    found = [each for each in _held(call, begin, close) if _is(each, wanted, user)]
    answer = page(call, found, newest, lambda instance: _meeting(instance, user, wanted))
    return {"from": begin.isoformat(), "to": close.isoformat(), **answer}


@plays("GET", "/report/meetings/{meetingId}")
def meeting(call: Call) -> Payload:
    """A meeting that took place."""
    return _one(call.world.part(Past).get(call, MEETING))


@plays("GET", "/report/meetings/{meetingId}/participants")
def meeting_participants(call: Call) -> Payload:
    """Who was in a meeting, by pages."""
    return _participants(call, MEETING)


@plays("GET", "/report/webinars/{webinarId}")
def webinar(call: Call) -> Payload:
    """A webinar that took place."""
    return _one(call.world.part(Past).get(call, WEBINAR))


@plays("GET", "/report/webinars/{webinarId}/participants")
def webinar_participants(call: Call) -> Payload:
    """Who was in a webinar, by pages."""
    return _participants(call, WEBINAR)


def _day(day: date, instances: list[Instance], joined: list[str]) -> Payload:
    held = [instance for instance in instances if day_of(instance.start) == day]
    return {
        "date": day.isoformat(),
        "meetings": len(held),
        "participants": sum(len(instance.people) for instance in held),
        "meeting_minutes": _minutes(held),
        "new_users": sum(created.startswith(day.isoformat()) for created in joined),
    }


def _span(call: Call) -> tuple[date, date]:
    """The days that a report is about: at most a month."""
    begin, close = date.fromisoformat(call.query["from"]), date.fromisoformat(call.query["to"])
    if not timedelta() <= close - begin <= _LONGEST:
        raise invalid(("from", "At most a month that ends at `to` is expected."))
    return begin, close


def _held(call: Call, begin: date, close: date) -> list[Instance]:
    """What took place from a day to another, the newest first."""
    instances = call.world.part(Past).instances
    return sorted((each for each in instances if midnight(begin) <= each.start <= day_ends(close)), key=newest)


def _is(instance: Instance, wanted: str, user: User) -> bool:
    if wanted == "pastJoined":
        return any(person.id == user.id for person in instance.people)
    return instance.host is user and (wanted == "past" or len(instance.people) > 1)


def _minutes(instances: Iterable[Instance]) -> int:
    """The minutes of all people together."""
    return sum((person.left - person.joined) // 60 for instance in instances for person in instance.people)


def _user(user: User, hosted: list[Instance]) -> Payload:
    return {
        "id": user.id,
        "email": user.email,
        "user_name": user.display_name,
        "type": user.type,
        "dept": (user.more or {}).get("dept", ""),
        "meetings": len(hosted),
        "participants": sum(len(instance.people) for instance in hosted),
        "meeting_minutes": _minutes(hosted),
    }


def _one(instance: Instance) -> Payload:
    return {
        "uuid": instance.uuid,
        "id": instance.id,
        "type": instance.kind.default_type,
        "topic": instance.topic,
        "user_name": instance.host.display_name,
        "user_email": instance.host.email,
        "dept": (instance.host.more or {}).get("dept", ""),
        "start_time": stamp(instance.start),
        "end_time": stamp(instance.end),
        "duration": instance.minutes,
        "total_minutes": _minutes([instance]),
        "participants_count": len(instance.people),
    }


def _meeting(instance: Instance, user: User, wanted: str) -> Payload:
    shown = {name: value for name, value in _one(instance).items() if name != "dept"}
    files = instance.source.get("recording", {}).get("files", ())
    shown |= {
        "source": "Zoom",
        "host_name": instance.host.display_name,
        "has_recording": bool(files),
        "has_chat": any(row["file_type"] == "CHAT" for row in files),
        "participants_count_my_account": sum(person.internal for person in instance.people),
    }
    if wanted == "pastJoined":
        own = next(person for person in instance.people if person.id == user.id)
        shown |= {"join_time": stamp(own.joined), "leave_time": stamp(own.left)}
    return shown


def _participants(call: Call, kind: Kind) -> Payload:
    people = call.world.part(Past).get(call, kind).people
    return page(call, people, by_number, lambda person: _participant(person, call))


def _participant(person: Attendance, call: Call) -> Payload:
    shown = attended(person)
    if call.query.get("include_fields") == "registrant_id":
        shown["registrant_id"] = person.registrant
    return shown
