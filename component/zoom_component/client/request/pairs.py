"""Read pairs of names and values, of which a name may repeat: query parameters, headers and the fields of a form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from zoom_component.client.request.absence import is_empty_row
from zoom_component.client.request.values import (
    InvalidValue,
    build_strict_object,
    check_json,
    check_text,
    format_value,
    parse_json,
)

__all__ = ["read_pairs"]

_LINE = re.compile(r"\s*([^:=\s](?:[^:=]*[^:=\s])?)\s*[:=]\s*(.*?)\s*\Z", re.DOTALL)
_PAIRS = 'pairs as {"Name": "value"}, as [{"key": "Name", "value": "value"}] or as lines like Name: value'


class _JsonObject(list[tuple[str, Any]]):
    """Hold the pairs of a JSON object as they were written, so that a name may repeat."""


def read_pairs(value: Any) -> list[tuple[str, Any]]:
    """Return pairs in their order, without rows that nobody filled in.

    Raises InvalidValue for a value that is neither pairs, nor text of lines or JSON.
    """
    if isinstance(value, str):
        text = value.strip()
        lines = [line for line in text.splitlines() if line.strip()]
        value = _parse_pairs(text) if text[:1] in ("[", "{") else [_split_line(line) for line in lines]
    if isinstance(value, Mapping):
        value = list(value.items())
    if not isinstance(value, list | tuple):
        raise InvalidValue(f"expected {_PAIRS}, got {format_value(value)}")
    return [_to_pair(item) for item in value if not is_empty_row(item)]


def _parse_pairs(text: str) -> Any:
    """Return the JSON value of a text. A name of the outermost object may repeat, others may not."""
    value = parse_json(text, "pairs", _JsonObject)
    try:
        if isinstance(value, _JsonObject):
            return [(name, _to_plain_json(inner)) for name, inner in value]
        return _to_plain_json(value)
    except InvalidValue as error:
        raise InvalidValue(f"expected pairs, got {format_value(text)}: {error}") from None


def _to_plain_json(value: Any) -> Any:
    if isinstance(value, _JsonObject):
        return build_strict_object([(name, _to_plain_json(inner)) for name, inner in value])
    return [_to_plain_json(item) for item in value] if isinstance(value, list) else value


def _to_pair(item: Any) -> tuple[str, Any]:
    if isinstance(item, Mapping) and isinstance(item.get("key"), str) and "value" in item:
        return check_text(item["key"]), _check_value(item["value"])
    if isinstance(item, tuple | list) and len(item) == 2 and isinstance(item[0], str):
        return check_text(item[0]), _check_value(item[1])
    raise InvalidValue(f"expected {_PAIRS}, got the item {format_value(item)}")


def _check_value(value: Any) -> Any:
    """Return the value of a pair, which is a JSON value or the bytes of a file."""
    return value if isinstance(value, bytes) else check_json(value)


def _split_line(line: str) -> tuple[str, str]:
    if match := _LINE.match(line):
        return match.group(1), match.group(2)
    raise InvalidValue(f"expected {_PAIRS}, got the line {format_value(line)}")
