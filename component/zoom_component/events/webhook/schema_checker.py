"""Find how a JSON value differs from a schema of Zoom's: unknown and missing fields, types, values and times."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

__all__ = ["MIXED_TYPE_FIELDS", "Difference", "SchemaChecker", "get_json_type"]

# Zoom sends these fields as strings in one event and as numbers in another.
MIXED_TYPE_FIELDS = re.compile(r"(?:.*_)?id|.*Id|event_ts|time_?stamp")

_DIGITS = re.compile(r"-?[0-9]+")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_TIME_FORMATS = ("date-time", "date_time")
_TYPE_LABELS = {
    "string": "a string", "integer": "an integer", "number": "a number", "boolean": "a boolean", "null": "null",
    "object": "an object", "array": "an array",
}  # fmt: skip
_MAX_DIFFERENCES = 100
_MAX_VALUE_LENGTH = 40

Path: TypeAlias = tuple[str, ...]
Report: TypeAlias = Callable[[Path, str, str], None]


class Difference(NamedTuple):
    """Describe one difference. In `path`, * stands for the items of a list; `times` counts equal differences.

    `kind` is unknown, missing, type, value or form.
    """

    path: str
    kind: str
    detail: str
    times: int = 1

    def __str__(self) -> str:
        count = f" ({self.times} times)" if self.times > 1 else ""
        return f"{self.path or 'the body'}: {self.detail}{count}"


class SchemaChecker:
    """Check values against one schema, which is prepared once."""

    __slots__ = ("_alternatives", "_enum", "_fields", "_is_mixed", "_is_time", "_items", "_required", "_types")

    def __init__(self, schema: Mapping[str, Any], name: str = "") -> None:
        types = schema.get("type", ())
        self._types = (types,) if isinstance(types, str) else tuple(types)
        self._enum = schema.get("enum")
        self._is_time = schema.get("format") in _TIME_FORMATS
        self._is_mixed = MIXED_TYPE_FIELDS.fullmatch(name) is not None
        fields = schema.get("properties") or {}
        self._fields = {key: SchemaChecker(part, key) for key, part in fields.items() if isinstance(part, Mapping)}
        self._required = tuple(schema.get("required", ()))
        self._items = SchemaChecker(schema["items"], name) if isinstance(schema.get("items"), Mapping) else None
        rest = {keyword: part for keyword, part in schema.items() if keyword != "anyOf"}
        self._alternatives = tuple(SchemaChecker({**rest, **part}, name) for part in schema.get("anyOf", ()))

    def find_differences(self, value: Any) -> tuple[Difference, ...]:
        """Return the differences of a value. Report what is the same for several items of a list once."""
        counts: dict[tuple[Path, str], list[Any]] = {}

        def report(path: Path, kind: str, detail: str) -> None:
            if (path, kind) in counts:
                counts[path, kind][1] += 1
            elif len(counts) < _MAX_DIFFERENCES:
                counts[path, kind] = [detail, 1]

        self._compare(value, (), report)
        return tuple(
            Difference(".".join(path), kind, detail, times) for (path, kind), (detail, times) in counts.items()
        )

    def _compare(self, value: Any, path: Path, report: Report) -> None:
        if self._alternatives:
            self._find_nearest_alternative(value)._compare(value, path, report)
            return
        json_type = get_json_type(value)
        if self._types and not self._accepts_type(json_type, value):
            expected = " or ".join(_TYPE_LABELS.get(each, each) for each in self._types)
            report(path, "type", f"expected {expected}, got {_TYPE_LABELS[json_type]}")
        elif json_type == "object":
            self._compare_fields(value, path, report)
        elif json_type == "array":
            if self._items is not None:
                for item in value:
                    self._items._compare(item, (*path, "*"), report)
        elif value != "":
            self._compare_scalar(value, path, report)

    def _accepts_type(self, json_type: str, value: Any) -> bool:
        if json_type in self._types or (json_type == "integer" and "number" in self._types):
            return True
        if json_type == "number" and "integer" in self._types:
            return bool(float(value).is_integer())
        if not self._is_mixed:
            return False
        if json_type == "string":
            return bool(_DIGITS.fullmatch(value)) and not {"integer", "number"}.isdisjoint(self._types)
        return json_type == "integer" and "string" in self._types

    def _compare_fields(self, value: Mapping[str, Any], path: Path, report: Report) -> None:
        if self._fields:
            for name, part in value.items():
                checker = self._fields.get(name)
                if checker is None:
                    report((*path, name), "unknown", "the schema has no such field")
                else:
                    checker._compare(part, (*path, name), report)
        for name in self._required:
            if name not in value:
                report((*path, name), "missing", "the schema requires this field, but it is missing")

    def _compare_scalar(self, value: Any, path: Path, report: Report) -> None:
        if self._enum is not None and not self._is_in_enum(value):
            choices = ", ".join(str(each) for each in self._enum if each != "")
            report(path, "value", f"expected one of {choices}, got {_quote(value)}")
        elif self._is_time and isinstance(value, str) and not _TIME.fullmatch(value):
            report(path, "form", f"expected a time such as 2026-03-10T09:00:00Z, got {_quote(value)}")

    def _is_in_enum(self, value: Any) -> bool:
        enum = self._enum or ()
        if isinstance(value, str) and "," in value and value not in enum:
            return all(part.strip() in enum for part in value.split(","))
        return any(value == each and isinstance(value, bool) is isinstance(each, bool) for each in enum)

    def _find_nearest_alternative(self, value: Any) -> SchemaChecker:
        """Return the alternative with the fewest differences."""
        return min(self._alternatives, key=lambda checker: len(checker.find_differences(value)))


def get_json_type(value: Any) -> str:
    """Return the type of a JSON value by its name in JSON Schema."""
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


def _quote(value: Any) -> str:
    text = str(value)
    shortened = text if len(text) <= _MAX_VALUE_LENGTH else f"{text[:_MAX_VALUE_LENGTH]}..."
    return f'"{shortened}"' if isinstance(value, str) else shortened
