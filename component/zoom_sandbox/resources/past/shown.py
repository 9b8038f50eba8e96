"""What took place, and who was there, as Zoom answers it."""

from __future__ import annotations

from zoom_sandbox.plays import Payload
from zoom_sandbox.resources.gatherings.kinds import MEETING
from zoom_sandbox.resources.past.state import Attendance, Instance
from zoom_sandbox.times import stamp


def full(instance: Instance) -> Payload:
    """A meeting that took place."""
    return {
        "id": instance.id,
        "uuid": instance.uuid,
        "duration": instance.minutes,
        "start_time": stamp(instance.start),
        "end_time": stamp(instance.end),
        "host_id": instance.host.id,
        "participants_count": len(instance.people),
        "topic": instance.topic,
        "total_minutes": sum((person.left - person.joined) // 60 for person in instance.people),
        "type": MEETING.default_type,
        "user_email": instance.host.email,
        "user_name": instance.host.display_name,
        "has_meeting_summary": "summary" in instance.source,
    }


def row(instance: Instance) -> Payload:
    """One time of several."""
    return {"uuid": instance.uuid, "start_time": stamp(instance.start)}


def attended(person: Attendance) -> Payload:
    """Somebody who was there, as both the meeting and the report tell of them."""
    return {
        "id": person.id,
        "user_id": str(16_778_240 + person.number),
        "name": person.name,
        "user_email": person.email,
        "join_time": stamp(person.joined),
        "leave_time": stamp(person.left),
        "duration": person.left - person.joined,
        "failover": False,
        "status": "in_meeting",
    }


def participant(person: Attendance) -> Payload:
    """Somebody who was there, as the meeting tells of them."""
    return {
        **attended(person),
        "internal_user": person.internal,
        **({"registrant_id": person.registrant} if person.registrant else {}),
    }
