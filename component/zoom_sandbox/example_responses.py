"""Build an example response from an operation's schema: deterministic, valid, with the caller's ids and values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zoom_facts import Operation
from zoom_sandbox.messages import Response, json_response
from zoom_sandbox.times import is_day, is_time

Schema = Mapping[str, Any]
_MISSING = object()
_PYTHON_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
    "array": list,
    "null": type(None),
}
_SAMPLES = {"date": "2026-03-10", "date-time": "2026-03-10T09:00:00Z", "email": "person@example.com"}
_SAMPLES |= {"uri": "https://zoom.us/", "uuid": "5d5ba1c2-6f0a-4a1e-9a31-2f4d1a2b0c01"}


@dataclass(frozen=True, slots=True)
class CallerValues:
    """Hold what the caller sent, for the example to repeat.

    Path parameters are used at any depth, query values at the top level, body values at their own place.
    """

    path_params: Mapping[str, str]
    query: Mapping[str, Any]
    body: Mapping[str, Any]


def build_example_response(operation: Operation, values: CallerValues) -> Response:
    """Return the documented success of an operation: its status, and a body if the operation has one."""
    status = _choose_status(operation)
    if 300 <= status < 400:
        return Response(status, {"location": "https://zoom.us/"})
    schema = operation.responses[str(status)]
    if schema is None:
        return Response(status)
    return json_response(status, _ExampleBuilder(operation, values).build(schema, "", values.body, is_top=True))


def _choose_status(operation: Operation) -> int:
    """Return the first success status with a body, else 204, else the first one."""
    redirects = tuple(int(status) for status in operation.responses if status.startswith("3"))
    statuses = operation.success_statuses or redirects
    with_body = [status for status in statuses if operation.responses[str(status)] is not None]
    return (with_body or [status for status in statuses if status == 204] or list(statuses))[0]


class _ExampleBuilder:
    """Build the example of one response."""

    def __init__(self, operation: Operation, values: CallerValues) -> None:
        self._operation, self._values = operation, values
        params = values.path_params
        self._ids = {_normalize_name(name): value for name, value in params.items() if value != "me"}
        last_segment = operation.path.rpartition("/")[2]
        own_id = params.get(last_segment[1:-1], "me")
        self._own_id = {} if own_id == "me" else {"id": own_id}

    def build(self, schema: Schema, name: str, body: Any, *, is_top: bool = False) -> Any:
        """Return a value that is valid for the schema; `body` is what the caller sent at the same place."""
        if "anyOf" in schema:
            return self.build(schema["anyOf"][0], name, body, is_top=is_top)
        kind = _type_of(schema)
        if kind == "array":
            return self._build_array(schema, name, body)
        if kind == "object":
            return self._build_object(schema, body, is_top=is_top)
        return next(value for value in self._candidates(schema, name, body, kind) if _is_valid(value, schema, kind))

    def _build_object(self, schema: Schema, body: Any, *, is_top: bool) -> Any:
        sent = body if isinstance(body, dict) else {}
        properties = schema.get("properties", {})
        example = {name: self.build(part, name, sent.get(name, _MISSING)) for name, part in properties.items()}
        if is_top:
            self._set_top_level_fields(example, properties, sent)
        return example

    def _set_top_level_fields(self, example: dict[str, Any], properties: Schema, sent: Mapping[str, Any]) -> None:
        """Set the own id, the values of the query, and the counts of a listing with one page."""
        for name, value in {**self._values.query, **self._own_id}.items():
            if name not in properties or name in sent or (kind := _type_of(properties[name])) in ("object", "array"):
                continue
            converted = _convert(value, kind)
            if _is_valid(converted, properties[name], kind):
                example[name] = converted
        pagination = self._operation.pagination
        items = example.get(pagination["items_field"]) if pagination else None
        if isinstance(items, list):
            counts = {"next_page_token": "", "page_count": 1, "page_number": 1, "total_records": len(items)}
            for name, value in counts.items():
                if name in properties and _is_valid(value, properties[name]):
                    example[name] = value

    def _build_array(self, schema: Schema, name: str, body: Any) -> list[Any]:
        items = schema.get("items", {})
        sent = list(body) if isinstance(body, list) and body else [_MISSING]
        sent += [_MISSING] * (schema.get("minItems", 0) - len(sent))
        max_items = 1 if schema.get("uniqueItems") else schema.get("maxItems", len(sent))
        return [self.build(items, name, part) for part in sent[:max_items]]

    def _candidates(self, schema: Schema, name: str, body: Any, kind: str) -> Iterator[Any]:
        if body is not _MISSING:
            yield _convert(body, kind)
        if _normalize_name(name) in self._ids:
            yield _convert(self._ids[_normalize_name(name)], kind)
        yield from schema.get("examples", ())
        yield from schema.get("enum", ())
        if "default" in schema:
            yield schema["default"]
        yield from _fallback_values(schema, kind)


def _fallback_values(schema: Schema, kind: str) -> Iterator[Any]:
    if kind == "string":
        yield _SAMPLES.get(schema.get("format", ""), "sample"[: schema.get("maxLength", 6)])
        yield "s" * schema.get("minLength", 1)
        yield ""
    elif kind == "boolean":
        yield False
    elif kind in ("integer", "number"):
        yield schema.get("minimum", schema.get("maximum", 1))
    yield None


def _type_of(schema: Schema) -> str:
    """Return the type of a schema; one without a type allows everything, and gets an object."""
    kind = schema.get("type", "array" if "items" in schema else "object")
    return str(kind[0] if isinstance(kind, list) else kind)


def _convert(value: Any, kind: str) -> Any:
    """Return a text as an integer, or an integer as text, when the schema has that type; else the value itself."""
    if kind == "integer" and isinstance(value, str) and re.fullmatch(r"-?\d{1,19}", value):
        return int(value)
    return str(value) if kind == "string" and isinstance(value, int) and not isinstance(value, bool) else value


def _is_valid(value: Any, schema: Schema, kind: str = "") -> bool:
    expected = _PYTHON_TYPES[kind or _type_of(schema)]
    if value is None:
        return True  # the last of the fallback values, when no other is valid
    if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    return _is_valid_text(value, schema) if isinstance(value, str) else _is_valid_number(value, schema)


def _is_valid_text(text: str, schema: Schema) -> bool:
    has_valid_length = schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text))
    is_format = {"date": is_day, "date-time": is_time}.get(schema.get("format", ""))
    return (
        has_valid_length and bool(re.search(schema.get("pattern", ""), text)) and (is_format is None or is_format(text))
    )


def _is_valid_number(number: Any, schema: Schema) -> bool:
    return bool(schema.get("minimum", number) <= number <= schema.get("maximum", number))


def _normalize_name(name: str) -> str:
    """Return the same name for `userId` and `user_id`."""
    return name.replace("_", "").lower()
