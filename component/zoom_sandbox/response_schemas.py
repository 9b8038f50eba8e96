"""Remove the fields that an operation's response schema does not have from stored data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from zoom_facts import find_operation


@lru_cache(maxsize=256)
def response_schema(method: str, path: str, status: str = "200") -> Mapping[str, Any]:
    """Return the schema of an operation's response, or an empty one when none is published."""
    operation = find_operation(method, path)
    return (operation.responses.get(status) if operation else None) or {}


def drop_unknown_fields(value: Any, schema: Mapping[str, Any]) -> Any:
    """Return the value without the fields that the schema does not have, at every depth."""
    if isinstance(value, dict) and "properties" in schema:
        properties = schema["properties"]
        return {name: drop_unknown_fields(part, properties[name]) for name, part in value.items() if name in properties}
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        return [drop_unknown_fields(item, schema["items"]) for item in value]
    return value
