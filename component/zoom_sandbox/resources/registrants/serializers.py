"""Serialize registrants, and the receipts of registrations."""

from __future__ import annotations

from typing import Any

from zoom_sandbox.resources.conferences.models import APPROVED, Conference, Registrant
from zoom_sandbox.resources.conferences.serializers import build_join_url, serialize_occurrence
from zoom_sandbox.response_schemas import drop_unknown_fields
from zoom_sandbox.times import format_time


def serialize_registrant(conference: Conference, registrant: Registrant, schema: Any) -> dict[str, Any]:
    """Return a registrant; only an approved one has a join URL."""
    payload = {
        **registrant.fields,
        "id": registrant.id,
        "email": registrant.email,
        "status": registrant.status,
        "create_time": registrant.created_at,
        "participant_pin_code": registrant.pin,
    }
    if registrant.status == APPROVED:
        payload["join_url"] = _build_registrant_url(conference, registrant)
    schemas = schema["properties"]
    # Requests allow some values that responses do not: those are omitted.
    return {
        name: drop_unknown_fields(value, schemas[name])
        for name, value in payload.items()
        if name in schemas and ("enum" not in schemas[name] or value in schemas[name]["enum"])
    }


def serialize_receipt(conference: Conference, registrant: Registrant) -> dict[str, Any]:
    """Return the receipt of a registration."""
    payload: dict[str, Any] = {
        "id": conference.id,
        "registrant_id": registrant.id,
        "topic": conference.topic,
    }
    if conference.kind.instant is not None:
        payload["participant_pin_code"] = registrant.pin
    if registrant.status == APPROVED:
        payload["join_url"] = _build_registrant_url(conference, registrant)
    if conference.start is not None:
        payload["start_time"] = format_time(conference.start)
    if conference.recurrence is not None:
        occurrences = [each for each in conference.occurrences if each.id in registrant.occurrences]
        payload["occurrences"] = [serialize_occurrence(each) for each in occurrences]
    return payload


def serialize_brief_receipt(conference: Conference, registrant: Registrant) -> dict[str, Any]:
    """Return the receipt of one of many registrations."""
    payload: dict[str, Any] = {
        "email": registrant.email,
        "registrant_id": registrant.id,
        "participant_pin_code": registrant.pin,
    }
    if registrant.status == APPROVED:
        payload["join_url"] = _build_registrant_url(conference, registrant)
    return payload


def _build_registrant_url(conference: Conference, registrant: Registrant) -> str:
    """Return the URL at which a registrant joins."""
    return f"{build_join_url(conference)}&tk={registrant.id}"


def build_approved_url(conference: Conference, registrant: Registrant) -> str:
    """Return the URL at which a registrant joins; "" for one who is not approved."""
    return _build_registrant_url(conference, registrant) if registrant.status == APPROVED else ""
