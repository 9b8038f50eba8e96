"""Find what a JSON Schema may not hold although it is valid: slow patterns, and references that leave it or multiply.

A validator reads what `$ref` names from files and from the network, and follows a schema that refers to itself until
its stack is full: https://json-schema.org/draft/2020-12/json-schema-core#section-9.2
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from zoom_component.spec.diagnostics import quote, shorten
from zoom_component.spec.document import MAX_DEPTH, Pointer
from zoom_component.spec.pattern_check import find_pattern_risk

__all__ = ["find_schema_risks"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_OTHER_REFERENCES = ("$dynamicRef", "$recursiveRef", "$id")
_DATA = ("const", "enum", "default", "examples")
_MAX_PARTS = 10_000


def find_schema_risks(schema: Any) -> Iterator[tuple[Pointer, str]]:
    """Yield the pointer and the message of each part that may read something else, or take too long."""
    is_closed = True
    for pointer, message in _find_risks(schema, ()):
        is_closed = is_closed and pointer[-1:] != ("$ref",)
        yield pointer, message
    if is_closed and (message := _Expansion(schema).find_problem()):
        yield (), message


def _find_risks(schema: Any, pointer: Pointer) -> Iterator[tuple[Pointer, str]]:
    if isinstance(schema, list):
        for at, part in enumerate(schema):
            yield from _find_risks(part, (*pointer, at))
    if not isinstance(schema, Mapping):
        return
    for key, part in schema.items():
        here = (*pointer, key)
        if isinstance(part, str) and (message := _check_keyword(key, part)):
            yield here, message
        elif key == "pattern" and isinstance(part, str):
            yield from _check_pattern(part, here)
        elif key == "patternProperties" and isinstance(part, Mapping):
            for name in part:
                yield from _check_pattern(name, (*here, name))
        if key not in _DATA:
            yield from _find_risks(part, here)


def _check_keyword(key: str, text: str) -> str:
    """Return why a keyword leads outside of the schema, "" if it does not."""
    if key == "$ref" and not text.startswith("#"):
        expected = "expected a reference inside the schema, such as #/$defs/name"
        return f"{expected}, got {quote(shorten(text))}; no file and no address is read"
    if key in _OTHER_REFERENCES:
        return f"{key} is not allowed; use $ref with #/$defs/name"
    is_foreign = key == "$schema" and text.removesuffix("#") != _DIALECT
    return f"expected {_DIALECT}, got {quote(shorten(text))}" if is_foreign else ""


def _check_pattern(pattern: str, pointer: Pointer) -> Iterator[tuple[Pointer, str]]:
    try:
        re.compile(pattern[:2000])
    except (re.error, OverflowError, RecursionError) as error:
        yield pointer, f"not a regular expression: {error}"
        return
    if risk := find_pattern_risk(pattern, is_search=True):
        yield pointer, risk


class _Expansion:
    """Count the parts of a schema once each reference is replaced with what it names."""

    def __init__(self, schema: Any) -> None:
        self._schema = schema
        self._sizes: dict[str, int] = {}
        self._open: set[str] = set()

    def find_problem(self) -> str:
        """Return why the schema is refused, "" if it is not."""
        try:
            size = self._measure(self._schema, 0)
        except RecursionError as error:
            return str(error)
        is_small = size <= _MAX_PARTS
        return "" if is_small else f"expected at most {_MAX_PARTS:,} parts once references are replaced, got more"

    def _measure(self, part: Any, depth: int) -> int:
        if depth > 2 * MAX_DEPTH:
            raise RecursionError(f"expected at most {2 * MAX_DEPTH} levels once references are replaced, got more")
        if isinstance(part, list):
            return 1 + sum(self._measure(each, depth + 1) for each in part)
        if not isinstance(part, Mapping):
            return 1
        size = 1 + sum(self._measure(each, depth + 1) for key, each in part.items() if key not in _DATA)
        reference = part.get("$ref")
        return size + self._measure_reference(reference, depth + 1) if isinstance(reference, str) else size

    def _measure_reference(self, reference: str, depth: int) -> int:
        if reference in self._open:
            raise RecursionError(
                f"the reference {quote(shorten(reference))} leads back to itself; write out the levels"
            )
        if reference not in self._sizes:
            self._open.add(reference)
            self._sizes[reference] = min(self._measure(self._find_target(reference), depth), _MAX_PARTS + 1)
            self._open.discard(reference)
        return self._sizes[reference]

    def _find_target(self, reference: str) -> Any:
        """Return the part that a reference names; None if there is none, which compiling reports."""
        part: Any = self._schema
        for step in reference.removeprefix("#").split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(part, Mapping):
                part = part.get(name)
            elif isinstance(part, list) and name.isascii() and name.isdigit() and int(name[:9]) < len(part):
                part = part[int(name[:9])]
            else:
                return None
        return part
