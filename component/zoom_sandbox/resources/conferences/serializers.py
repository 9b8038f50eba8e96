"""A gathering as Zoom answers it: in full, and as a row of a list."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.conferences.kinds import MEETING
from zoom_sandbox.resources.conferences.models import Conference, Occurrence
from zoom_sandbox.resources.users.state import Users
from zoom_sandbox.times import format_time

_ROW_TYPES = {10: 2}  # a list has no type 10: such a meeting is listed as the scheduled meeting that it is


def serialize_full(call: OperationCall, gathering: Conference, occurrences: list[Occurrence]) -> dict[str, Any]:
    """The whole gathering with some of its occurrences."""
    kind = gathering.kind
    host = call.account.store(Users).find(gathering.host_id)
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
        "created_at": gathering.created_at,
        "start_url": f"https://zoom.us/s/{gathering.id}?zak=sandbox",
        "join_url": build_join_url(gathering),
        "password": gathering.password,
        "settings": gathering.settings,
        "creation_source": "open_api",
        **(_serialize_meeting_fields(gathering) if kind == MEETING else _serialize_webinar_fields(gathering)),
        **gathering.extra_fields,
    }
    if gathering.start is not None:
        answer["start_time"] = format_time(gathering.start)
    if gathering.has_registration:
        answer["registration_url"] = f"https://zoom.us/{kind.name.lower()}/register/{_url_token(gathering)}"
    if gathering.recurrence is not None:
        answer["recurrence"] = gathering.recurrence
        answer["occurrences"] = [serialize_occurrence(each) for each in occurrences]
    return answer


def serialize_at_occurrence(call: OperationCall, gathering: Conference, occurrence: Occurrence) -> dict[str, Any]:
    """The whole gathering as it is at one of its occurrences."""
    answer = serialize_full(call, gathering, [occurrence])
    answer["start_time"] = format_time(occurrence.start)
    answer["duration"] = occurrence.duration
    answer["agenda"] = gathering.agenda if occurrence.agenda is None else occurrence.agenda
    answer["settings"] = {**gathering.settings, **occurrence.settings}
    return answer


def serialize_row(gathering: Conference) -> dict[str, Any]:
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
        "created_at": gathering.created_at,
        "join_url": build_join_url(gathering),
    }
    if gathering.start is not None:
        shown["start_time"] = format_time(gathering.start)
    return shown


def serialize_occurrence(occurrence: Occurrence) -> dict[str, Any]:
    """An occurrence as Zoom shows it."""
    return {
        "occurrence_id": occurrence.id,
        "start_time": format_time(occurrence.start),
        "duration": occurrence.duration,
        "status": occurrence.status,
    }


def build_join_url(gathering: Conference) -> str:
    """The address at which people join."""
    return f"https://zoom.us/j/{gathering.id}?pwd={_url_token(gathering)}"


def _serialize_meeting_fields(gathering: Conference) -> dict[str, Any]:
    return {
        "status": gathering.status,
        "pre_schedule": False,
        "h323_password": gathering.password,
        "pstn_password": gathering.password,
        "encrypted_password": _url_token(gathering),
    }


def _serialize_webinar_fields(gathering: Conference) -> dict[str, Any]:
    return {"h323_passcode": gathering.password, "encrypted_passcode": _url_token(gathering)}


def _url_token(gathering: Conference) -> str:
    """A token in the gathering's addresses, the same each time, and no part of its uuid, which is no secret."""
    return sha256(gathering.uuid.encode()).hexdigest()[:22]
