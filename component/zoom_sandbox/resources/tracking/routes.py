"""Handle tracking fields.

https://developers.zoom.us/docs/api/meetings/#tag/tracking-field
"""

from __future__ import annotations

from typing import Any

from zoom_sandbox.errors import api_error
from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.resources.tracking.state import TrackingFields
from zoom_sandbox.response_schemas import drop_unknown_fields, response_schema

operations = Operations()

_ONE = "/tracking_fields/{fieldId}"


@operations.handles("GET", "/tracking_fields")
def list_fields(call: OperationCall) -> Payload:
    """Return all tracking fields."""
    fields = list(call.account.store(TrackingFields).by_id.values())
    return {"tracking_fields": fields, "total_records": len(fields)}


@operations.handles("POST", "/tracking_fields")
def create_field(call: OperationCall) -> Payload:
    """Create a tracking field."""
    if not call.body.get("field"):
        raise api_error("tracking.nameMissing")
    fields = {"recommended_values": [], "required": False, "visible": True, **_parse_field(call)}
    field = {"id": f"MT_{call.account.ids.next_user_id()}", **fields}
    call.account.store(TrackingFields).by_id[field["id"]] = field
    return field


@operations.handles("GET", _ONE)
def get_field(call: OperationCall) -> Payload:
    """Return a tracking field."""
    return call.account.store(TrackingFields).get(call)


@operations.handles("PATCH", _ONE)
def update_field(call: OperationCall) -> None:
    """Update the fields that the body has."""
    field = call.account.store(TrackingFields).get(call)
    field |= _parse_field(call)


@operations.handles("DELETE", _ONE)
def delete_field(call: OperationCall) -> None:
    """Delete a tracking field."""
    fields = call.account.store(TrackingFields)
    del fields.by_id[fields.get(call)["id"]]


def _parse_field(call: OperationCall) -> dict[str, Any]:
    fields: dict[str, Any] = drop_unknown_fields(call.body, response_schema("GET", _ONE))
    fields.pop("id", None)
    return fields
