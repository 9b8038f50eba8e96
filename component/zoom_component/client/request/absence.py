"""Decide what an empty value means: empty text, an empty list or object, and null.

Forms and platforms send such values for every field that nobody filled in. This is the whole rule:

| Value                                        | Read, create, delete | Update                                   |
| -------------------------------------------- | -------------------- | ---------------------------------------- |
| empty text, or text of blanks only           | not given            | plain text: sent as "" (clears the field) |
|                                              |                      | any other input: not given               |
| an empty list, or a list of empty values     | not given            | not given                                |
| an empty object, for an optional input       | not given            | not given                                |
| null                                         | not given            | a field of the body: sent as null        |
|                                              |                      | any other input: not given               |

Plain text is text without a format, choices or limits that "" violates, and is sent in the body. JSON that is written
as text is read before: `null` and `""` are empty. `[]` and `{}` as text are empty too, but not on an update: somebody
wrote them there to empty a field.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from zoom_component.messages import Effect
from zoom_component.spec.spec import ABSENT, Input

__all__ = ["is_blank", "is_empty", "is_empty_row", "read_empty"]

_JSON_TYPES = frozenset({"json", "object", "array", "keyValueObject"})
_LIST_TYPES = frozenset({"stringArray", "commaSeparated"})
# Letters and symbols that show nothing: fillers of Hangul, the blank of braille, and joiners.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")
_PLAIN_FORMATS = (None, "ids", "phone")  # the last two only clean a text, and a field can be without one
_MAX_EMPTY_JSON = 100


def read_empty(value: Any, spec: Input, effect: Effect) -> Any:
    """Return ABSENT, null or "" for a value that is empty, after the table of this module; any other one unchanged.

    A required input is never null or "": it is absent, which its caller refuses.
    """
    if isinstance(value, str):
        value = _read_text(value, spec, effect)
    if value is None:
        is_sent = effect == "update" and not spec.required and _is_body_field(spec)
        return None if is_sent else ABSENT
    if isinstance(value, str) and is_blank(value):
        return "" if effect == "update" and not spec.required and _can_be_cleared(spec) else ABSENT
    return ABSENT if is_empty(value) or _is_empty_object(value, spec) else value


def is_blank(text: str) -> bool:
    """Return whether a text shows nothing: it is empty, or has only white space and invisible characters."""
    return not text or all(
        char.isspace()
        or char in _INVISIBLE
        or (not char.isascii() and unicodedata.category(char) == "Cf")
        or "\ufe00" <= char <= "\ufe0f"
        for char in text
    )


def is_empty(value: Any) -> bool:
    """Return whether a value is null, empty text, or a list without anything else."""
    if isinstance(value, list | tuple):
        return all(item is None or item == [] or (isinstance(item, str) and is_blank(item)) for item in value)
    return value is None or (isinstance(value, str) and is_blank(value))


def is_empty_row(row: Any) -> bool:
    """Return whether a row of a key-value list was never filled in: neither its key nor its value."""
    if isinstance(row, Mapping):
        return all(name in ("key", "value") and is_empty(inner) for name, inner in row.items())
    return is_empty(row)


def _is_empty_object(value: Any, spec: Input) -> bool:
    """Return whether a value is an object without fields, or pairs of which none was filled in.

    An object is a value where it is required, and where any JSON is one.
    """
    if spec.wire_type == "keyValueObject":
        rows = value.items() if isinstance(value, Mapping) else value
        return isinstance(value, Mapping | list | tuple) and all(map(is_empty_row, rows))
    return isinstance(value, Mapping) and not value and not spec.required and spec.wire_type != "any"


def _read_text(text: str, spec: Input, effect: Effect) -> Any:
    """Return the text, or the empty value that it holds as JSON or as a list of nothing."""
    if spec.wire_type in _LIST_TYPES and is_blank(text.replace(",", "")):
        return ""
    stripped = text.strip()
    if spec.wire_type not in _JSON_TYPES | _LIST_TYPES or not stripped or len(stripped) > _MAX_EMPTY_JSON:
        return text
    if stripped == "null" and spec.wire_type in _JSON_TYPES:
        return None
    if stripped[0] not in '"[{':
        return text
    try:
        value = json.loads(stripped)
    except ValueError:
        return text
    if isinstance(value, str):
        return value if is_blank(value) else text
    is_written = effect == "update" and not value
    return text if is_written or not (is_empty(value) or value == {}) else ""


def _is_body_field(spec: Input) -> bool:
    target = spec.target or ""
    return target.startswith("body.") and not target.endswith("*")


def _can_be_cleared(spec: Input) -> bool:
    is_plain = spec.wire_type == "string" and spec.model is None and spec.format in _PLAIN_FORMATS
    return (
        is_plain
        and _is_body_field(spec)
        and not spec.min_length
        and (spec.pattern is None or re.fullmatch(spec.pattern, "") is not None)
    )
