"""Look up deprecated parameters and fields in the facts of the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoom_component.spec.spec import ActionSpec, Input
from zoom_facts import find_operation

__all__ = ["is_deprecated_input"]


def is_deprecated_input(action: ActionSpec, spec: Input) -> bool:
    """Return True if the target of an input is deprecated, or an object around it."""
    operation = find_operation(action.method, action.path) if action.path else None
    location, _, name = (spec.target or "").partition(".")
    if operation is None or not name:
        return False
    if location == "query":
        return any(each["name"] == name and each.get("deprecated") for each in operation.query)
    schema: Mapping[str, Any] = operation.body or {} if location == "body" else {}
    for step in name.split("."):
        schema = (schema.get("properties") or {}).get(step) or {}
        if schema.get("deprecated"):
            return True
    return False
