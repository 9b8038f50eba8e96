"""Bringing a payload into the shape of its event: Zoom writes one and the same id as text here and as a number there,
and a field that an event does not have must not show in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from zoom_sandbox.times import is_time

Schema = Mapping[str, Any]
_UNFIT: Any = object()
_SAMPLES = {"email": "someone@example.com", "date-time": "2026-03-10T09:00:00Z", "date": "2026-03-10"}


def fit_to_schema(value: Any, schema: Schema, *, fill: bool = False) -> Any:
    """The value without what its schema does not allow; numbers and digits become what is asked for.

    With `fill`, what is required and missing gets a plain value, so that the result is valid. The top level is kept
    whatever it lacks.
    """
    found = _fit(value, schema, fill)
    return ({} if fill else value) if found is _UNFIT else found


def _fit(value: Any, schema: Schema, fill: bool) -> Any:
    if options := schema.get("anyOf"):
        rest = {name: part for name, part in schema.items() if name != "anyOf"}
        fits = (_fit(value, {**rest, **option}, fill) for option in options)
        return next((found for found in fits if found is not _UNFIT), _UNFIT)
    kinds = _kinds(schema)
    if isinstance(value, dict):
        return _object(value, schema, fill) if not kinds or "object" in kinds else _UNFIT
    if isinstance(value, list):
        return _array(value, schema, fill) if not kinds or "array" in kinds else _UNFIT
    found = _typed(value, kinds)
    return found if found is not _UNFIT and _allowed(found, schema) else _UNFIT


def _object(value: dict[str, Any], schema: Schema, fill: bool) -> Any:
    known: Mapping[str, Schema] | None = schema.get("properties")
    if known is None:
        return value
    found = {}
    for name, part in value.items():
        # The facts list single weekdays; Zoom takes and gives several in one text.
        wanted = {"type": "string"} if name == "weekly_days" else known.get(name)
        if wanted is not None and (fitted := _fit(part, wanted, fill)) is not _UNFIT:
            if not _whole(fitted, known[name]) and name not in schema.get("required", ()):
                continue
            found[name] = fitted
    if fill:
        for name in schema.get("required", ()):
            found.setdefault(name, make_minimal_value(known.get(name, {})))
    return found


def _array(value: list[Any], schema: Schema, fill: bool) -> list[Any]:
    item: Schema = schema.get("items") or {}
    fits = (_fit(part, item, fill) for part in value)
    found = [part for part in fits if part is not _UNFIT and _whole(part, item)]
    return found[: schema.get("maxItems", len(found))]


def _whole(value: Any, schema: Schema) -> bool:
    """Whether an object has all that is required of it."""
    return not isinstance(value, dict) or all(name in value for name in schema.get("required", ()))


def _kinds(schema: Schema) -> tuple[str, ...]:
    kind = schema.get("type", ())
    return (kind,) if isinstance(kind, str) else tuple(kind)


def _typed(value: Any, kinds: tuple[str, ...]) -> Any:
    if not kinds:
        return value
    if value is None or isinstance(value, bool):
        return value if ("null" if value is None else "boolean") in kinds else _UNFIT
    if isinstance(value, str):
        if "string" in kinds:
            return value
        return int(value) if "integer" in kinds and re.fullmatch(r"-?[0-9]{1,18}", value) else _UNFIT
    if "number" in kinds or ("integer" in kinds and float(value).is_integer()):
        return value
    return str(value) if "string" in kinds and isinstance(value, int) else _UNFIT


def _allowed(value: Any, schema: Schema) -> bool:
    if "enum" in schema and value not in schema["enum"]:
        return False
    if not isinstance(value, str):
        return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        return False
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return False
    if schema.get("format") == "email":
        return value == "" or bool(re.fullmatch(r"[^@\s]+@[^@\s]+", value))  # Zoom tells "" of a guest
    return schema.get("format") != "date-time" or is_time(value)


def make_minimal_value(schema: Schema) -> Any:
    """The plainest value that a schema allows."""
    if "enum" in schema:
        return schema["enum"][0]
    if options := schema.get("anyOf"):
        return make_minimal_value({**{name: part for name, part in schema.items() if name != "anyOf"}, **options[0]})
    kind = next(iter(_kinds(schema)), "object")
    if kind == "object":
        known = schema.get("properties", {})
        return {name: make_minimal_value(known.get(name, {})) for name in schema.get("required", ())}
    if kind == "array":
        return [make_minimal_value(schema.get("items") or {}) for _ in range(schema.get("minItems", 0))]
    if kind == "string":
        texts = (_SAMPLES.get(schema.get("format", ""), ""), "x" * schema.get("minLength", 0), "")
        return next((text for text in texts if _allowed(text, schema)), "")
    return {"integer": schema.get("minimum", 1), "number": schema.get("minimum", 1), "boolean": False}.get(kind)
