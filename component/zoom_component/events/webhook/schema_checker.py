"""A schema of Zoom's made ready to be compared with bodies: unknown and missing fields, types, values, times."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

__all__ = ["MIXED_TYPE_FIELDS", "Difference", "SchemaChecker", "get_json_type"]

MIXED_TYPE_FIELDS = re.compile(r"(?:.*_)?id|.*Id|event_ts|time_?stamp")
"""The fields that Zoom writes as text here and as a number there."""

_DIGITS = re.compile(r"-?[0-9]+")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_TIMES = ("date-time", "date_time")
_WORDS = {
    "string": "text", "integer": "a whole number", "number": "a number", "boolean": "true or false", "null": "null",
    "object": "an object", "array": "a list",
}  # fmt: skip
_MOST = 100
_SHOWN = 40

Path: TypeAlias = tuple[str, ...]
Tell: TypeAlias = Callable[[Path, str, str], None]


class Difference(NamedTuple):
    """One way in which bodies differ. In `path`, * stands for the items of a list; `times` is how often it was so.

    `kind` is unknown, missing, type, value or form.
    """

    path: str
    kind: str
    detail: str
    times: int = 1

    def __str__(self) -> str:
        often = f" ({self.times} times)" if self.times > 1 else ""
        return f"{self.path or 'the body'}: {self.detail}{often}"


class SchemaChecker:
    """What a schema asks of a value, prepared once."""

    __slots__ = ("_enum", "_items", "_kinds", "_known", "_mixed", "_required", "_time", "_ways")

    def __init__(self, schema: Mapping[str, Any], name: str = "") -> None:
        kind = schema.get("type", ())
        self._kinds = (kind,) if isinstance(kind, str) else tuple(kind)
        self._enum = schema.get("enum")
        self._time = schema.get("format") in _TIMES
        self._mixed = MIXED_TYPE_FIELDS.fullmatch(name) is not None
        known = schema.get("properties") or {}
        self._known = {key: SchemaChecker(part, key) for key, part in known.items() if isinstance(part, Mapping)}
        self._required = tuple(schema.get("required", ()))
        self._items = SchemaChecker(schema["items"], name) if isinstance(schema.get("items"), Mapping) else None
        rest = {word: part for word, part in schema.items() if word != "anyOf"}
        self._ways = tuple(SchemaChecker({**rest, **way}, name) for way in schema.get("anyOf", ()))

    def find_differences(self, value: Any) -> tuple[Difference, ...]:
        """How a value differs. What is the same for several items of a list is told once."""
        found: dict[tuple[Path, str], list[Any]] = {}

        def tell(path: Path, kind: str, said: str) -> None:
            if (path, kind) in found:
                found[path, kind][1] += 1
            elif len(found) < _MOST:
                found[path, kind] = [said, 1]

        self._compare(value, (), tell)
        return tuple(Difference(".".join(path), kind, said, times) for (path, kind), (said, times) in found.items())

    def _compare(self, value: Any, path: Path, tell: Tell) -> None:
        if self._ways:
            self._nearest(value)._compare(value, path, tell)
            return
        kind = get_json_type(value)
        if self._kinds and not self._takes(kind, value):
            expected = " or ".join(_WORDS.get(each, each) for each in self._kinds)
            tell(path, "type", f"came {_WORDS[kind]}; expected is {expected}")
        elif kind == "object":
            self._compare_fields(value, path, tell)
        elif kind == "array":
            if self._items is not None:
                for item in value:
                    self._items._compare(item, (*path, "*"), tell)
        elif value != "":
            self._compare_plain(value, path, tell)

    def _takes(self, kind: str, value: Any) -> bool:
        if kind in self._kinds or (kind == "integer" and "number" in self._kinds):
            return True
        if kind == "number" and "integer" in self._kinds:
            return bool(float(value).is_integer())
        if not self._mixed:
            return False
        if kind == "string":
            return bool(_DIGITS.fullmatch(value)) and not {"integer", "number"}.isdisjoint(self._kinds)
        return kind == "integer" and "string" in self._kinds

    def _compare_fields(self, value: Mapping[str, Any], path: Path, tell: Tell) -> None:
        if self._known:
            for name, part in value.items():
                shape = self._known.get(name)
                if shape is None:
                    tell((*path, name), "unknown", "the schema has no such field")
                else:
                    shape._compare(part, (*path, name), tell)
        for name in self._required:
            if name not in value:
                tell((*path, name), "missing", "it is required, and missing")

    def _compare_plain(self, value: Any, path: Path, tell: Tell) -> None:
        if self._enum is not None and not self._listed(value):
            shown = ", ".join(str(each) for each in self._enum if each != "")
            tell(path, "value", f"came {_show(value)}; known are {shown}")
        elif self._time and isinstance(value, str) and not _TIME.fullmatch(value):
            tell(path, "form", f"came {_show(value)}; expected is a time such as 2026-03-10T09:00:00Z")

    def _listed(self, value: Any) -> bool:
        enum = self._enum or ()
        if isinstance(value, str) and "," in value and value not in enum:
            return all(part.strip() in enum for part in value.split(","))
        return any(value == each and isinstance(value, bool) is isinstance(each, bool) for each in enum)

    def _nearest(self, value: Any) -> SchemaChecker:
        """The alternative from which the value differs least."""
        return min(self._ways, key=lambda way: len(way.find_differences(value)))


def get_json_type(value: Any) -> str:
    """The JSON type of a value, in the words of JSON Schema."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    return "object" if isinstance(value, dict) else "array"


def _show(value: Any) -> str:
    text = str(value)
    return repr(value) if len(text) <= _SHOWN else f"{text[:_SHOWN]!r}..."
