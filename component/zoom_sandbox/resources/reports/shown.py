"""The rows and counts of reports."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from zoom_sandbox.plays import Call, Payload
from zoom_sandbox.resources.past.shown import attended
from zoom_sandbox.resources.past.state import Attendance, Instance
from zoom_sandbox.resources.users.state import User
from zoom_sandbox.times import day_of, stamp


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


def polled(instance: Instance) -> list[Payload]:
    """Who answered polls when something took place, with the answers."""
    return [
        {**_somebody(instance, name), "question_details": details}
        for name, details in instance.source.get("polled", {}).items()
    ]


def asked(instance: Instance) -> list[Payload]:
    """Who asked something when it took place, with the questions and what was answered."""
    shown = []
    for name, details in instance.source.get("asked", {}).items():
        person = {key: value for key, value in _somebody(instance, name).items() if key in ("name", "email")}
        own = next((each.id for each in instance.people if each.name == name), "")
        shown.append({**person, "user_id": own, "question_details": details})
    return shown


def of_history(instance: Instance, groups: list[str]) -> Payload:
    """A meeting or webinar that took place, among all of the account's."""
    files = instance.source.get("recording", {}).get("files", ())
    return {
        "meeting_uuid": instance.uuid,
        "meeting_id": instance.id,
        "type": instance.kind.word,
        "host_display_name": instance.host.display_name,
        "host_email": instance.host.email,
        "start_time": stamp(instance.start),
        "end_time": stamp(instance.end),
        "topic": instance.topic,
        "participants": len(instance.people),
        "duration": instance.minutes,
        "total_participant_minutes": minutes([instance]),
        "department": (instance.host.more or {}).get("dept", ""),
        "group": groups,
        "source": "Zoom",
        "feature_used": {
            "poll": bool(instance.source.get("polled")),
            "meeting_summary": "summary" in instance.source,
            "record_to_cloud": bool(files),
            "registration": any(person.registrant for person in instance.people),
        },
    }


def storage(size: int) -> str:
    """So many bytes as Zoom writes them: `3 MB`."""
    for unit, power in (("GB", 30), ("MB", 20), ("KB", 10)):
        if size >= 1 << power:
            return f"{size / (1 << power):.2f} {unit}"
    return f"{size} B" if size else "0"


def _somebody(instance: Instance, name: str) -> Payload:
    """A person who was there, by name; a guest who gave no email has none."""
    first, _, last = name.partition(" ")
    email = next((each.email for each in instance.people if each.name == name and each.email), "")
    return {"name": name, "first_name": first, "last_name": last, **({"email": email} if email else {})}
