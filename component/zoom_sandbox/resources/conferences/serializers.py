"""Serialize conferences and their occurrences."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.conferences.kinds import MEETING
from zoom_sandbox.resources.conferences.models import Conference, Occurrence
from zoom_sandbox.resources.users.state import Users
from zoom_sandbox.times import format_time

_ROW_TYPES = {10: 2}  # lists have no type 10: they show such a meeting as a scheduled one


def serialize_full(call: OperationCall, conference: Conference, occurrences: list[Occurrence]) -> dict[str, Any]:
    """Return the whole conference with some of its occurrences."""
    kind = conference.kind
    host = call.account.store(Users).find(conference.host_id)
    answer: dict[str, Any] = {
        "uuid": conference.uuid,
        "id": conference.id,
        "host_id": conference.host_id,
        "host_email": host.email if host else "",
        "topic": conference.topic,
        "type": conference.type,
        "duration": conference.duration,
        "timezone": conference.timezone,
        "agenda": conference.agenda,
        "created_at": conference.created_at,
        "start_url": f"https://zoom.us/s/{conference.id}?zak=sandbox",
        "join_url": build_join_url(conference),
        "password": conference.password,
        "settings": conference.settings,
        "creation_source": "open_api",
        **(_serialize_meeting_fields(conference) if kind == MEETING else _serialize_webinar_fields(conference)),
        **conference.extra_fields,
    }
    if conference.start is not None:
        answer["start_time"] = format_time(conference.start)
    if conference.has_registration:
        answer["registration_url"] = f"https://zoom.us/{kind.name.lower()}/register/{_url_token(conference)}"
    if conference.recurrence is not None:
        answer["recurrence"] = conference.recurrence
        answer["occurrences"] = [serialize_occurrence(each) for each in occurrences]
    return answer


def serialize_at_occurrence(call: OperationCall, conference: Conference, occurrence: Occurrence) -> dict[str, Any]:
    """Return the whole conference as it is at one of its occurrences."""
    answer = serialize_full(call, conference, [occurrence])
    answer["start_time"] = format_time(occurrence.start)
    answer["duration"] = occurrence.duration
    answer["agenda"] = conference.agenda if occurrence.agenda is None else occurrence.agenda
    answer["settings"] = {**conference.settings, **occurrence.settings}
    return answer


def serialize_row(conference: Conference) -> dict[str, Any]:
    """Return a conference as lists show it."""
    payload: dict[str, Any] = {
        "uuid": conference.uuid,
        "id": conference.id,
        "host_id": conference.host_id,
        "topic": conference.topic,
        "type": _ROW_TYPES.get(conference.type, conference.type),
        "duration": conference.duration,
        "timezone": conference.timezone,
        "agenda": conference.agenda,
        "created_at": conference.created_at,
        "join_url": build_join_url(conference),
    }
    if conference.start is not None:
        payload["start_time"] = format_time(conference.start)
    return payload


def serialize_occurrence(occurrence: Occurrence) -> dict[str, Any]:
    """Return an occurrence."""
    return {
        "occurrence_id": occurrence.id,
        "start_time": format_time(occurrence.start),
        "duration": occurrence.duration,
        "status": occurrence.status,
    }


def build_join_url(conference: Conference) -> str:
    """Return the URL at which participants join."""
    return f"https://zoom.us/j/{conference.id}?pwd={_url_token(conference)}"


def _serialize_meeting_fields(conference: Conference) -> dict[str, Any]:
    return {
        "status": conference.status,
        "pre_schedule": False,
        "h323_password": conference.password,
        "pstn_password": conference.password,
        "encrypted_password": _url_token(conference),
    }


def _serialize_webinar_fields(conference: Conference) -> dict[str, Any]:
    return {"h323_passcode": conference.password, "encrypted_passcode": _url_token(conference)}


def _url_token(conference: Conference) -> str:
    """Return the token of the conference's URLs: always the same, and not a part of the uuid, which is not secret."""
    return sha256(conference.uuid.encode()).hexdigest()[:22]
