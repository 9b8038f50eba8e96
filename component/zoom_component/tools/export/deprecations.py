"""What the API has deprecated, by the facts, of the places that inputs are sent to; actions tell it of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoom_component.spec.spec import ActionSpec, Input
from zoom_facts import find_operation

__all__ = ["is_deprecated_input"]


def is_deprecated_input(action: ActionSpec, spec: Input) -> bool:
    """Whether the place that an input is sent to is, or a group around it."""
    operation = find_operation(action.method, action.path) if action.path else None
    where, _, name = (spec.target or "").partition(".")
    if operation is None or not name:
        return False
    if where == "query":
        return any(known["name"] == name and known.get("deprecated") for known in operation.query)
    found: Mapping[str, Any] = operation.body or {} if where == "body" else {}
    for step in name.split("."):
        found = (found.get("properties") or {}).get(step) or {}
        if found.get("deprecated"):
            return True
    return False
