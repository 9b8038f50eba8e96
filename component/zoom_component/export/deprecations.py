"""What the API has deprecated, by the facts: an action's operation, and the places that its inputs are sent to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoom_component.facts import find
from zoom_component.language.spec import ActionSpec, Input

__all__ = ["deprecated_input", "deprecated_operation"]


def deprecated_operation(action: ActionSpec) -> bool:
    """Whether the operation of an action is."""
    operation = find(action.method, action.path) if action.path else None
    return operation is not None and operation.deprecated


def deprecated_input(action: ActionSpec, spec: Input) -> bool:
    """Whether the place that an input is sent to is, or a group around it."""
    operation = find(action.method, action.path) if action.path else None
    where, _, name = (spec.send or "").partition(".")
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
