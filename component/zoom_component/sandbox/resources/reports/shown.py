"""The rows and counts of reports."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from zoom_component.sandbox.plays import Call, Payload
from zoom_component.sandbox.resources.past.shown import attended
from zoom_component.sandbox.resources.past.state import Attendance, Instance
from zoom_component.sandbox.resources.users.state import User
from zoom_component.sandbox.times import day_of, stamp


def of_day(day: date, instances: list[Instance], joined: list[str]) -> Payload:
    """The counts of a day; `joined` is when each of the account's people came."""
    held = [instance for instance in instances if day_of(instance.start) == day]
    return {
        "date": day.isoformat(),
        "meetings": len(held),
        "participants": sum(len(instance.people) for instance in held),
        "meeting_minutes": minutes(held),
        "new_users": sum(created.startswith(day.isoformat()) for created in joined),
    }


def minutes(instances: Iterable[Instance]) -> int:
    """The minutes of all people together."""
    return sum((person.left - person.joined) // 60 for instance in instances for person in instance.people)


def of_user(user: User, hosted: list[Instance]) -> Payload:
    """A person with the counts of what the person hosted."""
    return {
        "id": user.id,
        "email": user.email,
        "user_name": user.display_name,
        "type": user.type,
        "dept": (user.more or {}).get("dept", ""),
        "meetings": len(hosted),
        "participants": sum(len(instance.people) for instance in hosted),
        "meeting_minutes": minutes(hosted),
    }


def of_one(instance: Instance) -> Payload:
    """A meeting or webinar that took place."""
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
        "total_minutes": minutes([instance]),
        "participants_count": len(instance.people),
    }


def of_user_meeting(instance: Instance, user: User, wanted: str) -> Payload:
    """The same among those of a person; with `pastJoined`, from when to when the person was there."""
    shown = {name: value for name, value in of_one(instance).items() if name != "dept"}
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


def participant(person: Attendance, call: Call) -> Payload:
    """Somebody who was there, as the report tells of them."""
    shown = attended(person)
    if call.query.get("include_fields") == "registrant_id":
        shown["registrant_id"] = person.registrant
    return shown
