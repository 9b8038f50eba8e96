"""Serialize past instances and their participants."""

from __future__ import annotations

from zoom_sandbox.operations import Payload
from zoom_sandbox.resources.conferences.kinds import MEETING
from zoom_sandbox.resources.past.state import Attendance, PastInstance
from zoom_sandbox.times import format_time


def serialize_meeting(instance: PastInstance) -> Payload:
    """Return a past meeting."""
    return {
        "id": instance.id,
        "uuid": instance.uuid,
        "duration": instance.minutes,
        "start_time": format_time(instance.start),
        "end_time": format_time(instance.end),
        "host_id": instance.host.id,
        "participants_count": len(instance.participants),
        "topic": instance.topic,
        "total_minutes": sum((person.leave_time - person.join_time) // 60 for person in instance.participants),
        "type": MEETING.default_type,
        "user_email": instance.host.email,
        "user_name": instance.host.display_name,
        "has_meeting_summary": "summary" in instance.data,
    }


def serialize_instance(instance: PastInstance) -> Payload:
    """Return one instance as a row."""
    return {"uuid": instance.uuid, "start_time": format_time(instance.start)}


def serialize_attendance(person: Attendance) -> Payload:
    """Return the fields of a participant that the meeting and the report share."""
    return {
        "id": person.id,
        "user_id": str(16_778_240 + person.number),
        "name": person.name,
        "user_email": person.email,
        "join_time": format_time(person.join_time),
        "leave_time": format_time(person.leave_time),
        "duration": person.leave_time - person.join_time,
        "failover": False,
        "status": "in_meeting",
    }


def serialize_participant(person: Attendance) -> Payload:
    """Return a participant of a past meeting."""
    return {
        **serialize_attendance(person),
        "internal_user": person.is_internal,
        **({"registrant_id": person.registrant_id} if person.registrant_id else {}),
    }
