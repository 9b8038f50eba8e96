"""Tracking fields: listed, made, read, changed, deleted.

https://developers.zoom.us/docs/api/meetings/#tag/tracking-field
"""

from __future__ import annotations

from typing import Any

from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.tracking import faults
from zoom_sandbox.resources.tracking.state import TrackingFields
from zoom_sandbox.shapes import answer_schema, fitting

_ONE = "/tracking_fields/{fieldId}"


@plays("GET", "/tracking_fields")
def list_fields(call: Call) -> Payload:
    """All tracking fields."""
    fields = list(call.world.part(TrackingFields).by_id.values())
    return {"tracking_fields": fields, "total_records": len(fields)}


@plays("POST", "/tracking_fields")
def create_field(call: Call) -> Payload:
    """A new tracking field."""
    if not call.body.get("field"):
        raise faults.no_name()
    own = {"recommended_values": [], "required": False, "visible": True, **_given(call)}
    field = {"id": f"MT_{call.world.ids.user()}", **own}
    call.world.part(TrackingFields).by_id[field["id"]] = field
    return field


@plays("GET", _ONE)
def get_field(call: Call) -> Payload:
    """One tracking field."""
    return call.world.part(TrackingFields).get(call)


@plays("PATCH", _ONE)
def update_field(call: Call) -> None:
    """Change what is given, and nothing else."""
    field = call.world.part(TrackingFields).get(call)
    field |= _given(call)


@plays("DELETE", _ONE)
def delete_field(call: Call) -> None:
    """Delete a tracking field."""
    fields = call.world.part(TrackingFields)
    del fields.by_id[fields.get(call)["id"]]


def _given(call: Call) -> dict[str, Any]:
    given: dict[str, Any] = fitting(call.body, answer_schema("GET", _ONE))
    given.pop("id", None)
    return given
