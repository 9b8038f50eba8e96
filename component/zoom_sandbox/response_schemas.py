"""Cutting what a client sent to the shape of an answer, so that a stored field never shows where Zoom has none."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from zoom_facts import find_operation


@lru_cache(maxsize=256)
def response_schema(method: str, path: str, status: str = "200") -> Mapping[str, Any]:
    """The schema of an operation's answer; empty where none is published."""
    operation = find_operation(method, path)
    return (operation.responses.get(status) if operation else None) or {}


def drop_unknown_fields(value: Any, schema: Mapping[str, Any]) -> Any:
    """The value without the keys that the schema does not know, at every depth."""
    if isinstance(value, dict) and "properties" in schema:
        known = schema["properties"]
        return {name: drop_unknown_fields(part, known[name]) for name, part in value.items() if name in known}
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        return [drop_unknown_fields(part, schema["items"]) for part in value]
    return value
