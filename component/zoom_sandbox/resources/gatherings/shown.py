"""A gathering as Zoom answers it: in full, and as a row of a list."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from zoom_sandbox.plays import Call
from zoom_sandbox.resources.gatherings.kinds import MEETING
from zoom_sandbox.resources.gatherings.record import Gathering, Occurrence
from zoom_sandbox.resources.users.state import Users
from zoom_sandbox.times import stamp

_ROW_TYPES = {10: 2}  # a list has no type 10: such a meeting is listed as the scheduled meeting that it is


def full(call: Call, gathering: Gathering, occurrences: list[Occurrence]) -> dict[str, Any]:
    """The whole gathering with some of its occurrences."""
    kind = gathering.kind
    host = call.world.part(Users).find(gathering.host_id)
    answer: dict[str, Any] = {
        "uuid": gathering.uuid,
        "id": gathering.id,
        "host_id": gathering.host_id,
        "host_email": host.email if host else "",
        "topic": gathering.topic,
        "type": gathering.type,
        "duration": gathering.duration,
        "timezone": gathering.timezone,
        "agenda": gathering.agenda,
        "created_at": gathering.created,
        "start_url": f"https://zoom.us/s/{gathering.id}?zak=sandbox",
        "join_url": join_url(gathering),
        "password": gathering.password,
        "settings": gathering.settings,
        "creation_source": "open_api",
        **(_meeting_only(gathering) if kind == MEETING else _webinar_only(gathering)),
        **gathering.more,
    }
    if gathering.start is not None:
        answer["start_time"] = stamp(gathering.start)
    if gathering.takes_registrants:
        answer["registration_url"] = f"https://zoom.us/{kind.word.lower()}/register/{_mark(gathering)}"
    if gathering.recurrence is not None:
        answer["recurrence"] = gathering.recurrence
        answer["occurrences"] = [occurrence_row(each) for each in occurrences]
    return answer


def one_occurrence(call: Call, gathering: Gathering, occurrence: Occurrence) -> dict[str, Any]:
    """The whole gathering as it is at one of its occurrences."""
    answer = full(call, gathering, [occurrence])
    answer["start_time"] = stamp(occurrence.start)
    answer["duration"] = occurrence.duration
    answer["agenda"] = gathering.agenda if occurrence.agenda is None else occurrence.agenda
    answer["settings"] = {**gathering.settings, **occurrence.settings}
    return answer


def row(gathering: Gathering) -> dict[str, Any]:
    """A gathering as a list shows it."""
    shown: dict[str, Any] = {
        "uuid": gathering.uuid,
        "id": gathering.id,
        "host_id": gathering.host_id,
        "topic": gathering.topic,
        "type": _ROW_TYPES.get(gathering.type, gathering.type),
        "duration": gathering.duration,
        "timezone": gathering.timezone,
        "agenda": gathering.agenda,
        "created_at": gathering.created,
        "join_url": join_url(gathering),
    }
    if gathering.start is not None:
        shown["start_time"] = stamp(gathering.start)
    return shown


def occurrence_row(occurrence: Occurrence) -> dict[str, Any]:
    """An occurrence as Zoom shows it."""
    return {
        "occurrence_id": occurrence.id,
        "start_time": stamp(occurrence.start),
        "duration": occurrence.duration,
        "status": occurrence.status,
    }


def join_url(gathering: Gathering) -> str:
    """The address at which people join."""
    return f"https://zoom.us/j/{gathering.id}?pwd={_mark(gathering)}"


def _meeting_only(gathering: Gathering) -> dict[str, Any]:
    return {
        "status": gathering.status,
        "pre_schedule": False,
        "h323_password": gathering.password,
        "pstn_password": gathering.password,
        "encrypted_password": _mark(gathering),
    }


def _webinar_only(gathering: Gathering) -> dict[str, Any]:
    return {"h323_passcode": gathering.password, "encrypted_passcode": _mark(gathering)}


def _mark(gathering: Gathering) -> str:
    """A token in the gathering's addresses, the same each time, and no part of its uuid, which is no secret."""
    return sha256(gathering.uuid.encode()).hexdigest()[:22]
