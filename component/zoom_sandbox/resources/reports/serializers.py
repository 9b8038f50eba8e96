"""Serialize the rows and counts of reports."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from zoom_sandbox.operations import OperationCall, Payload
from zoom_sandbox.resources.past.serializers import serialize_attendance
from zoom_sandbox.resources.past.state import Attendance, PastInstance
from zoom_sandbox.resources.users.state import User
from zoom_sandbox.times import format_time, to_utc_day


def serialize_day(day: date, instances: list[PastInstance], creation_times: list[str]) -> Payload:
    """Return the counts of a day; `creation_times` are those of the account's users."""
    hosted = [instance for instance in instances if to_utc_day(instance.start) == day]
    return {
        "date": day.isoformat(),
        "meetings": len(hosted),
        "participants": sum(len(instance.participants) for instance in hosted),
        "meeting_minutes": sum_minutes(hosted),
        "new_users": sum(created.startswith(day.isoformat()) for created in creation_times),
    }


def sum_minutes(instances: Iterable[PastInstance]) -> int:
    """Return the minutes of all participants together."""
    return sum(
        (person.leave_time - person.join_time) // 60 for instance in instances for person in instance.participants
    )


def serialize_user(user: User, hosted: list[PastInstance]) -> Payload:
    """Return a user with the counts of the hosted instances."""
    return {
        "id": user.id,
        "email": user.email,
        "user_name": user.display_name,
        "type": user.type,
        "dept": (user.extra_fields or {}).get("dept", ""),
        "meetings": len(hosted),
        "participants": sum(len(instance.participants) for instance in hosted),
        "meeting_minutes": sum_minutes(hosted),
    }


def serialize_instance(instance: PastInstance) -> Payload:
    """Return a past meeting or webinar."""
    return {
        "uuid": instance.uuid,
        "id": instance.id,
        "type": instance.kind.default_type,
        "topic": instance.topic,
        "user_name": instance.host.display_name,
        "user_email": instance.host.email,
        "dept": (instance.host.extra_fields or {}).get("dept", ""),
        "start_time": format_time(instance.start),
        "end_time": format_time(instance.end),
        "duration": instance.minutes,
        "total_minutes": sum_minutes([instance]),
        "participants_count": len(instance.participants),
    }


def serialize_user_meeting(instance: PastInstance, user: User, type_: str) -> Payload:
    """Return a past meeting of a user; for `pastJoined`, with the times of the user."""
    payload = {name: value for name, value in serialize_instance(instance).items() if name != "dept"}
    files = instance.data.get("recording", {}).get("files", ())
    payload |= {
        "source": "Zoom",
        "host_name": instance.host.display_name,
        "has_recording": bool(files),
        "has_chat": any(row["file_type"] == "CHAT" for row in files),
        "participants_count_my_account": sum(person.is_internal for person in instance.participants),
    }
    if type_ == "pastJoined":
        own = next(person for person in instance.participants if person.id == user.id)
        payload |= {"join_time": format_time(own.join_time), "leave_time": format_time(own.leave_time)}
    return payload


def serialize_participant(person: Attendance, call: OperationCall) -> Payload:
    """Return a participant as reports show them."""
    payload = serialize_attendance(person)
    if call.query.get("include_fields") == "registrant_id":
        payload["registrant_id"] = person.registrant_id
    return payload


def serialize_poll_answers(instance: PastInstance) -> list[Payload]:
    """Return the people who answered polls, with their answers."""
    return [
        {**_serialize_person(instance, name), "question_details": details}
        for name, details in instance.data.get("polled", {}).items()
    ]


def serialize_questions(instance: PastInstance) -> list[Payload]:
    """Return the people who asked questions, with their questions and the answers."""
    payload = []
    for name, details in instance.data.get("asked", {}).items():
        person = {key: value for key, value in _serialize_person(instance, name).items() if key in ("name", "email")}
        own = next((each.id for each in instance.participants if each.name == name), "")
        payload.append({**person, "user_id": own, "question_details": details})
    return payload


def serialize_history(instance: PastInstance, groups: list[str]) -> Payload:
    """Return a past meeting or webinar as a row of the history."""
    files = instance.data.get("recording", {}).get("files", ())
    return {
        "meeting_uuid": instance.uuid,
        "meeting_id": instance.id,
        "type": instance.kind.name,
        "host_display_name": instance.host.display_name,
        "host_email": instance.host.email,
        "start_time": format_time(instance.start),
        "end_time": format_time(instance.end),
        "topic": instance.topic,
        "participants": len(instance.participants),
        "duration": instance.minutes,
        "total_participant_minutes": sum_minutes([instance]),
        "department": (instance.host.extra_fields or {}).get("dept", ""),
        "group": groups,
        "source": "Zoom",
        "feature_used": {
            "poll": bool(instance.data.get("polled")),
            "meeting_summary": "summary" in instance.data,
            "record_to_cloud": bool(files),
            "registration": any(person.registrant_id for person in instance.participants),
        },
    }


def format_size(size: int) -> str:
    """Return a number of bytes as Zoom writes it: `3 MB`."""
    for unit, power in (("GB", 30), ("MB", 20), ("KB", 10)):
        if size >= 1 << power:
            return f"{size / (1 << power):.2f} {unit}"
    return f"{size} B" if size else "0"


def _serialize_person(instance: PastInstance, name: str) -> Payload:
    """Return a participant by name, with the email if it is known."""
    first, _, last = name.partition(" ")
    email = next((each.email for each in instance.participants if each.name == name and each.email), "")
    return {"name": name, "first_name": first, "last_name": last, **({"email": email} if email else {})}
