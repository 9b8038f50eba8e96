"""Serialize templates."""

from __future__ import annotations

from zoom_sandbox.operations import Payload
from zoom_sandbox.resources.templates.state import ConferenceTemplate

_TEMPLATE_TYPE = 1  # the type of a template that its owner made


def serialize_templates(templates: list[ConferenceTemplate]) -> Payload:
    """Return the list of templates."""
    rows = [{"id": each.id, "name": each.name, "type": _TEMPLATE_TYPE} for each in templates]
    return {"templates": rows, "total_records": len(rows)}
