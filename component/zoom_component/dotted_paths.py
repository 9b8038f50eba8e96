"""Read the values at a path of JSON, such as `payload.object.recording_files.*.file_type`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["WILDCARD", "find_values", "get_value"]

WILDCARD = "*"
_MAX_INDEX_DIGITS = 9


def get_value(value: Any, path: str) -> Any:
    """Return the value at a dotted path of field names; None when there is none."""
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def find_values(value: Any, steps: Sequence[str]) -> Iterator[Any]:
    """Yield the values at a path: none when it leads nowhere, several when `*` passes over a list."""
    if not steps:
        yield value
        return
    step, rest = steps[0], steps[1:]
    if isinstance(value, Mapping):
        if step in value:
            yield from find_values(value[step], rest)
    elif isinstance(value, list):
        if step == WILDCARD:
            for item in value:
                yield from find_values(item, rest)
        elif step.isascii() and step.isdigit() and len(step) <= _MAX_INDEX_DIGITS and int(step) < len(value):
            yield from find_values(value[int(step)], rest)
