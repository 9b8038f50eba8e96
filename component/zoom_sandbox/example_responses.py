"""An answer made from an operation's schema alone: the same each time, valid, and with the ids that the caller gave."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zoom_facts import Operation
from zoom_sandbox.messages import Response, json_response
from zoom_sandbox.times import is_day, is_time

Schema = Mapping[str, Any]
_NOT_GIVEN = object()
_KINDS: dict[str, type | tuple[type, ...]] = {
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
    """What the caller named: path ids hold at any depth, query values at the top, the body where it lies itself."""

    ids: Mapping[str, str]
    query: Mapping[str, Any]
    body: Mapping[str, Any]


def build_example_response(operation: Operation, given: CallerValues) -> Response:
    """The documented success of an operation: a status, and a body where the operation publishes one."""
    status = _status(operation)
    if 300 <= status < 400:
        return Response(status, {"location": "https://zoom.us/"})
    schema = operation.responses[str(status)]
    if schema is None:
        return Response(status)
    return json_response(status, _Made(operation, given).value(schema, "", given.body, top=True))


def _status(operation: Operation) -> int:
    """The success that says most: one with a body, else 204, else the first."""
    found = operation.success_statuses or tuple(int(status) for status in operation.responses if status.startswith("3"))
    told = [status for status in found if operation.responses[str(status)] is not None]
    return (told or [status for status in found if status == 204] or list(found))[0]


class _Made:
    """One answer in the making."""

    def __init__(self, operation: Operation, given: CallerValues) -> None:
        self._operation, self._given = operation, given
        self._ids = {_plain(name): value for name, value in given.ids.items() if value != "me"}
        last = operation.path.rpartition("/")[2]
        own = given.ids.get(last[1:-1], "me")
        self._own = {} if own == "me" else {"id": own}

    def value(self, schema: Schema, name: str, body: Any, *, top: bool = False) -> Any:
        """A value that fits the schema; `body` is what the caller sent in the same place."""
        if "anyOf" in schema:
            return self.value(schema["anyOf"][0], name, body, top=top)
        kind = _kind(schema)
        if kind == "array":
            return self._array(schema, name, body)
        if kind == "object":
            return self._object(schema, body, top=top)
        return next(value for value in self._candidates(schema, name, body, kind) if _fits(value, schema, kind))

    def _object(self, schema: Schema, body: Any, *, top: bool) -> Any:
        sent = body if isinstance(body, dict) else {}
        known = schema.get("properties", {})
        made = {name: self.value(part, name, sent.get(name, _NOT_GIVEN)) for name, part in known.items()}
        if top:
            self._at_top(made, known, sent)
        return made

    def _at_top(self, made: dict[str, Any], known: Schema, sent: Mapping[str, Any]) -> None:
        """What only the whole answer knows: its own id, the query's echo, and that there is one page."""
        for name, value in {**self._given.query, **self._own}.items():
            if name in known and name not in sent and (kind := _kind(known[name])) not in ("object", "array"):
                told = _typed(value, kind)
                if _fits(told, known[name], kind):
                    made[name] = told
        pagination = self._operation.pagination
        items = made.get(pagination["items_field"]) if pagination else None
        if isinstance(items, list):
            told = {"next_page_token": "", "page_count": 1, "page_number": 1, "total_records": len(items)}
            made |= {name: value for name, value in told.items() if name in known and _fits(value, known[name])}

    def _array(self, schema: Schema, name: str, body: Any) -> list[Any]:
        items = schema.get("items", {})
        sent = body if isinstance(body, list) and body else [_NOT_GIVEN]
        sent += [_NOT_GIVEN] * (schema.get("minItems", 0) - len(sent))
        most = 1 if schema.get("uniqueItems") else schema.get("maxItems", len(sent))
        return [self.value(items, name, part) for part in sent[:most]]

    def _candidates(self, schema: Schema, name: str, body: Any, kind: str) -> Iterator[Any]:
        if body is not _NOT_GIVEN:
            yield _typed(body, kind)
        if _plain(name) in self._ids:
            yield _typed(self._ids[_plain(name)], kind)
        yield from schema.get("examples", ())
        yield from schema.get("enum", ())
        if "default" in schema:
            yield schema["default"]
        yield from _invented(schema, kind)


def _invented(schema: Schema, kind: str) -> Iterator[Any]:
    if kind == "string":
        yield _SAMPLES.get(schema.get("format", ""), "sample"[: schema.get("maxLength", 6)])
        yield "s" * schema.get("minLength", 1)
        yield ""
    elif kind == "boolean":
        yield False
    elif kind in ("integer", "number"):
        yield schema.get("minimum", schema.get("maximum", 1))
    yield None


def _kind(schema: Schema) -> str:
    """The type to make; a schema that names none takes anything, and gets an object."""
    kind = schema.get("type", "array" if "items" in schema else "object")
    return str(kind[0] if isinstance(kind, list) else kind)


def _typed(value: Any, kind: str) -> Any:
    """A text as a number where the schema wants one, and a number as text."""
    if kind == "integer" and isinstance(value, str) and re.fullmatch(r"-?\d{1,19}", value):
        return int(value)
    return str(value) if kind == "string" and isinstance(value, int) and not isinstance(value, bool) else value


def _fits(value: Any, schema: Schema, kind: str = "") -> bool:
    wanted = _KINDS[kind or _kind(schema)]
    if value is None:
        return True  # the last resort, where no other value can be told
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    return _text_fits(value, schema) if isinstance(value, str) else _number_fits(value, schema)


def _text_fits(text: str, schema: Schema) -> bool:
    long_enough = schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text))
    rule = {"date": is_day, "date-time": is_time}.get(schema.get("format", ""))
    return long_enough and bool(re.search(schema.get("pattern", ""), text)) and (rule is None or rule(text))


def _number_fits(number: Any, schema: Schema) -> bool:
    return bool(schema.get("minimum", number) <= number <= schema.get("maximum", number))


def _plain(name: str) -> str:
    """`userId` and `user_id` are one name."""
    return name.replace("_", "").lower()
