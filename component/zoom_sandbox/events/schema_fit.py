"""Fit a payload to the schema of its event.

Zoom sends the same id as text in one event and as a number in another, and an event may not carry fields that its
schema does not have.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from zoom_sandbox.times import is_time

Schema = Mapping[str, Any]
_INVALID: Any = object()
_SAMPLES = {"email": "someone@example.com", "date-time": "2026-03-10T09:00:00Z", "date": "2026-03-10"}


def fit_to_schema(value: Any, schema: Schema, *, fill: bool = False) -> Any:
    """Return the value without what its schema does not allow; numbers and digits get the type of the schema.

    With `fill`, a required field that is missing gets a minimal value, so that the result is valid. The top level
    stays even if it is incomplete.
    """
    result = _fit(value, schema, fill)
    return ({} if fill else value) if result is _INVALID else result


def make_minimal_value(schema: Schema) -> Any:
    """Return the simplest value that a schema allows."""
    if "enum" in schema:
        return schema["enum"][0]
    if options := schema.get("anyOf"):
        return make_minimal_value({**_without_any_of(schema), **options[0]})
    kind = next(iter(_types(schema)), "object")
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: make_minimal_value(properties.get(name, {})) for name in schema.get("required", ())}
    if kind == "array":
        return [make_minimal_value(schema.get("items") or {}) for _ in range(schema.get("minItems", 0))]
    if kind == "string":
        texts = (_SAMPLES.get(schema.get("format", ""), ""), "x" * schema.get("minLength", 0), "")
        return next((text for text in texts if _is_allowed(text, schema)), "")
    return {"integer": schema.get("minimum", 1), "number": schema.get("minimum", 1), "boolean": False}.get(kind)


def _fit(value: Any, schema: Schema, fill: bool) -> Any:
    if options := schema.get("anyOf"):
        rest = _without_any_of(schema)
        results = (_fit(value, {**rest, **option}, fill) for option in options)
        return next((result for result in results if result is not _INVALID), _INVALID)
    types = _types(schema)
    if isinstance(value, dict):
        return _fit_object(value, schema, fill) if not types or "object" in types else _INVALID
    if isinstance(value, list):
        return _fit_array(value, schema, fill) if not types or "array" in types else _INVALID
    scalar = _convert(value, types)
    return scalar if scalar is not _INVALID and _is_allowed(scalar, schema) else _INVALID


def _fit_object(value: dict[str, Any], schema: Schema, fill: bool) -> Any:
    properties: Mapping[str, Schema] | None = schema.get("properties")
    if properties is None:
        return value
    fields = {}
    for name, part in value.items():
        # The facts list single weekdays; Zoom accepts and returns several in one text.
        part_schema = {"type": "string"} if name == "weekly_days" else properties.get(name)
        if part_schema is not None and (result := _fit(part, part_schema, fill)) is not _INVALID:
            if not _is_complete(result, properties[name]) and name not in schema.get("required", ()):
                continue
            fields[name] = result
    if fill:
        for name in schema.get("required", ()):
            fields.setdefault(name, make_minimal_value(properties.get(name, {})))
    return fields


def _fit_array(value: list[Any], schema: Schema, fill: bool) -> list[Any]:
    item_schema: Schema = schema.get("items") or {}
    results = (_fit(item, item_schema, fill) for item in value)
    items = [item for item in results if item is not _INVALID and _is_complete(item, item_schema)]
    return items[: schema.get("maxItems", len(items))]


def _is_complete(value: Any, schema: Schema) -> bool:
    """Return whether an object has every required field; any other value is complete."""
    return not isinstance(value, dict) or all(name in value for name in schema.get("required", ()))


def _types(schema: Schema) -> tuple[str, ...]:
    kind = schema.get("type", ())
    return (kind,) if isinstance(kind, str) else tuple(kind)


def _without_any_of(schema: Schema) -> dict[str, Any]:
    return {name: part for name, part in schema.items() if name != "anyOf"}


def _convert(value: Any, types: tuple[str, ...]) -> Any:
    """Return a scalar in one of the types, or _INVALID."""
    if not types:
        return value
    if value is None or isinstance(value, bool):
        return value if ("null" if value is None else "boolean") in types else _INVALID
    if isinstance(value, str):
        if "string" in types:
            return value
        return int(value) if "integer" in types and re.fullmatch(r"-?[0-9]{1,18}", value) else _INVALID
    if "number" in types or ("integer" in types and float(value).is_integer()):
        return value
    return str(value) if "string" in types and isinstance(value, int) else _INVALID


def _is_allowed(value: Any, schema: Schema) -> bool:
    if "enum" in schema and value not in schema["enum"]:
        return False
    if not isinstance(value, str):
        return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        return False
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return False
    if schema.get("format") == "email":
        return value == "" or bool(re.fullmatch(r"[^@\s]+@[^@\s]+", value))  # Zoom sends "" for a guest
    return schema.get("format") != "date-time" or is_time(value)
