"""Templates as a list shows them."""

from __future__ import annotations

from zoom_sandbox.plays import Payload
from zoom_sandbox.resources.templates.state import Template

_SHARED = 1  # the type of a template that its owner made


def rows(templates: list[Template]) -> Payload:
    """Templates as a list shows them."""
    shown = [{"id": each.id, "name": each.name, "type": _SHARED} for each in templates]
    return {"templates": shown, "total_records": len(shown)}
