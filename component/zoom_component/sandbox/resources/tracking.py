"""Tracking fields: what the account wants to know of each meeting.

https://developers.zoom.us/docs/api/meetings/#tag/tracking-field
"""

from __future__ import annotations

from typing import Any

from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.refusal import invalid
from zoom_component.sandbox.shapes import answer_schema, fitting
from zoom_component.sandbox.world import World

_ONE = "/tracking_fields/{fieldId}"


class TrackingFields:
    """The account's tracking fields by id, as Zoom shows them."""

    def __init__(self, world: World) -> None:
        self.by_id: dict[str, dict[str, Any]] = {}

    def get(self, call: Call) -> dict[str, Any]:
        """The field that the path names. Refuses 404/5110."""
        key = call.ids["fieldId"]
        if key not in self.by_id:
            raise call.refuse(f"Tracking field does not exist: {key}.", (404, 5110))
        return self.by_id[key]


@plays("GET", "/tracking_fields")
def list_fields(call: Call) -> Payload:
    """All tracking fields."""
    fields = list(call.world.part(TrackingFields).by_id.values())
    return {"tracking_fields": fields, "total_records": len(fields)}


@plays("POST", "/tracking_fields")
def create_field(call: Call) -> Payload:
    """A new tracking field."""
    if not call.body.get("field"):
        raise invalid(("field", "This field is required."))
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
