"""Convert the raw value of an input to the value that is sent, or refuse it with a message.

Absent, null, "", false and 0 are five different things. The module `absence` decides what null and "" mean before a
value is converted here; none of them is a number, a boolean or a choice.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from zoom_component.json_output import to_json
from zoom_component.spec.spec import Input

__all__ = [
    "InvalidValue",
    "build_strict_object",
    "check_json",
    "check_target",
    "check_text",
    "coerce",
    "escape_segment",
    "format_value",
    "parse_json",
    "to_request_text",
]

_INTEGER = re.compile(r"[+-]?[0-9]{1,4000}\Z", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?\Z", re.ASCII)
_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})
_BOOLEANS = "true or false (also yes, no, on, off, 1, 0)"
_LIST = "a list, or values separated by commas"
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_TOO_LARGE = 10**4000  # Python refuses to write integers of more than 4,300 digits
_UNWRITABLE = "a number that is not finite or too long to write"


class InvalidValue(ValueError):
    """Report a value that its input does not accept; the text of the error is the message for the caller."""


def coerce(value: Any, spec: Input) -> Any:
    """Return `value` in the form it is sent in, which is `spec.wire_type`.

    Raises InvalidValue with what is expected and what came.
    """
    return _COERCIONS[spec.wire_type](value, spec)


def format_value(value: Any, max_length: int = 60) -> str:
    """Return a value as it stands in a message: JSON on one line, cut to `max_length` characters."""
    try:
        text = to_json(value, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
    except (TypeError, ValueError, RecursionError):
        text = f"a value of the type {type(value).__name__}"
    return text if len(text) <= max_length else f"{text[: max_length - 1]}…"


def to_request_text(value: Any) -> str:
    """Return a value as text for a path, a query or a header: true and false in lower case, objects as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return to_json(value, ensure_ascii=False, separators=(",", ":"))


def check_target(value: Any, spec: Input) -> None:
    """Raise InvalidValue for a value that cannot be sent at the `target` of its input."""
    where, _, name = (spec.target or "").partition(".")
    if where == "path":
        escape_segment(to_request_text(value))
    elif where == "header" and (_CONTROL.search(text := to_request_text(value)) or not text.isascii()):
        raise InvalidValue(f"expected ASCII text on one line, got {format_value(value)}")
    elif name.endswith("*") and not isinstance(value, Mapping):
        raise InvalidValue(f'expected a JSON object such as {{"name": "value"}}, got {format_value(value)}')


def escape_segment(value: str) -> str:
    """Return a value as one segment of a path. Raises InvalidValue for `.`, `..` and "", which no encoding protects.

    This is the only place that escapes an ID for a path. A meeting UUID that begins with "/" or contains "//" is
    encoded twice: https://developers.zoom.us/docs/api/references/meeting-ids/
    """
    if value in (".", "..") or not value:
        raise InvalidValue(f"expected an ID, got {format_value(value)}, which cannot be part of a URL")
    once = quote(value, safe="@:")
    if value.startswith("/") or "//" in value:
        return quote(once, safe="")
    return once


def parse_json(text: str, expected: str, build_object: Callable[[list[tuple[str, Any]]], Any] | None = None) -> Any:
    """Return the JSON value of a text; integers keep every digit.

    Raises InvalidValue for text that is not JSON (with the position), for NaN, and for a key that appears twice.
    `expected` names in the message what the text is for, for example "a JSON object". `build_object` returns what
    stands for an object with these keys and values. Lists and objects may have 60 levels.
    """
    from zoom_component.bounded_json import check_json_bounds

    try:
        check_json_bounds(text)
        value = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=_parse_float,
            object_pairs_hook=build_object or build_strict_object,
        )
    except json.JSONDecodeError as error:
        position = f"line {error.lineno}, column {error.colno}"
        message = f"expected {expected}, got {format_value(text)}, which is not JSON at {position} ({error.msg})"
        raise InvalidValue(message) from None
    except (ValueError, RecursionError) as error:
        is_reason = isinstance(error, InvalidValue) or not str(error).startswith("Exceeds")
        reason = str(error) if is_reason else "a number is too long"
        raise InvalidValue(f"expected {expected}, got {format_value(text)}: {reason}") from None
    return check_json(value)


def _to_string(value: Any, spec: Input) -> str:
    if isinstance(value, str):
        return check_text(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidValue(f"expected text, got {format_value(value)}")
    if not _is_writable(value):
        raise InvalidValue(f"expected text, got {_UNWRITABLE}")
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


def check_text(text: str) -> str:
    """Return the text, unless it holds a lone surrogate, which UTF-8 cannot encode."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise InvalidValue("expected valid Unicode text, got text with a lone surrogate") from None
    return text


def _is_writable(value: float) -> bool:
    return abs(value) < _TOO_LARGE if isinstance(value, int) else math.isfinite(value)


def _to_integer(value: Any, spec: Input) -> int:
    if isinstance(value, str):
        text = value.strip()
        if _INTEGER.match(text):
            return int(text)
    elif isinstance(value, int) and not isinstance(value, bool) and _is_writable(value):
        return value
    elif isinstance(value, float) and value.is_integer():
        return int(value)
    raise InvalidValue(f"expected an integer{_format_range(spec)}, got {format_value(value)}")


def _to_number(value: Any, spec: Input) -> int | float:
    if isinstance(value, str):
        text = value.strip()
        if _INTEGER.match(text):
            return int(text)
        if _DECIMAL.match(text) and math.isfinite(number := float(text)):
            return number
    elif isinstance(value, int | float) and not isinstance(value, bool) and _is_writable(value):
        return value
    raise InvalidValue(f"expected a number{_format_range(spec)}, got {format_value(value)}")


def _to_boolean(value: Any, spec: Input) -> bool:
    if isinstance(value, bool):
        return value
    text = value.strip().lower() if isinstance(value, str) else ""
    if text in _TRUE or (isinstance(value, int) and value == 1):
        return True
    if text in _FALSE or (isinstance(value, int) and value == 0):
        return False
    raise InvalidValue(f"expected {_BOOLEANS}, got {format_value(value)}")


def _to_json(value: Any, spec: Input) -> Any:
    return parse_json(value, "JSON") if isinstance(value, str) else check_json(value)


def _to_object(value: Any, spec: Input) -> Any:
    parsed = parse_json(value, "a JSON object") if isinstance(value, str) else check_json(value)
    if not isinstance(parsed, Mapping):
        raise InvalidValue(f'expected a JSON object such as {{"name": "value"}}, got {format_value(parsed)}')
    return parsed


def _to_list(value: Any, spec: Input) -> Any:
    parsed = parse_json(value, "a JSON list") if isinstance(value, str) else check_json(value)
    if not isinstance(parsed, list | tuple):
        raise InvalidValue(f"expected a JSON list such as [1, 2], got {format_value(parsed)}")
    return list(parsed)


def _to_strings(value: Any, spec: Input) -> list[str]:
    items = value
    if isinstance(items, str):
        text = items.strip()
        items = parse_json(text, "a JSON list") if text.startswith("[") else [part.strip() for part in text.split(",")]
    elif isinstance(items, int) and not isinstance(items, bool):
        items = [items]
    if not isinstance(items, list | tuple):
        raise InvalidValue(f"expected {_LIST}, got {format_value(items)}")
    texts = []
    for item in items:
        # A form sends "" or null for a row that nobody filled in.
        if item is not None and (text := _to_string(item, spec).strip()):
            texts.append(text)
    return texts


def _to_comma_list(value: Any, spec: Input) -> str:
    return ",".join(_to_strings(value, spec))


def _to_pairs(value: Any, spec: Input) -> list[tuple[str, Any]]:
    from zoom_component.client.request.pairs import read_pairs

    return read_pairs(value)


def _to_any(value: Any, spec: Input) -> Any:
    return check_text(value) if isinstance(value, str) else check_json(value)


def check_json(value: Any) -> Any:
    """Return the value unchanged. Raises InvalidValue for what JSON in UTF-8 cannot hold."""
    from zoom_component.bounded_json import UnacceptableJson, check_json_bounds

    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
        check_json_bounds(text)
    except UnacceptableJson as error:
        raise InvalidValue(str(error)) from None
    except (TypeError, ValueError, RecursionError):
        raise InvalidValue(f"expected a value that JSON can hold, got {format_value(value)}") from None
    return value


def _parse_float(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise InvalidValue(f"the number {format_value(text)} is too large")
    return number


def _refuse_constant(name: str) -> Any:
    raise InvalidValue(f"{name} is not JSON")


def build_strict_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object with these keys and values. Raises InvalidValue for a key that appears twice."""
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise InvalidValue(f"the key {format_value(key)} appears twice")
        result[key] = value
    return result


def _format_range(spec: Input) -> str:
    if spec.minimum is not None and spec.maximum is not None:
        return f" from {spec.minimum} to {spec.maximum}"
    if spec.minimum is not None:
        return f" of at least {spec.minimum}"
    return f" of at most {spec.maximum}" if spec.maximum is not None else ""


_COERCIONS: Mapping[str, Callable[[Any, Input], Any]] = {
    "string": _to_string,
    "integer": _to_integer,
    "number": _to_number,
    "boolean": _to_boolean,
    "json": _to_json,
    "object": _to_object,
    "array": _to_list,
    "stringArray": _to_strings,
    "commaSeparated": _to_comma_list,
    "keyValueObject": _to_pairs,
    "any": _to_any,
}
