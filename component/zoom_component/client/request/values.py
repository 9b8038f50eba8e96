"""Text is turned into what an input is on the wire, or refused with a sentence: never guessed.

Absent, null, "", false and 0 are five things. Absent is not sent (a default may step in); null is sent as null in a
body; "" is text, and no number, truth value or choice.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from zoom_component.spec.spec import Input

__all__ = ["InvalidValue", "coerce", "format_value", "parse_json", "to_wire_text"]

_WHOLE = re.compile(r"[+-]?[0-9]{1,4000}\Z", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?\Z", re.ASCII)
_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})
_BOOLEANS = "accepted: true or false (also yes, no, on, off, 1, 0)"
_LIST = "accepted: a list, or values joined by commas"
_NAMED = re.compile(r"\s*([^:=\s](?:[^:=]*[^:=\s])?)\s*[:=]\s*(.*?)\s*\Z", re.DOTALL)
_MOST = 10**4000  # Python writes no more than 4,300 digits
_PAIRS = 'accepted: pairs, as {"Name": "value"}, [{"key": "Name", "value": "value"}] or lines like Name: value'


class InvalidValue(ValueError):
    """A value cannot be what its input is; the text is the sentence for the caller."""


def coerce(value: Any, spec: Input) -> Any:
    """`value` as its input is on the wire (`spec.sends`). Raises Mismatch with what came and what is accepted."""
    return _COERCIONS[spec.wire_type](value, spec)


def format_value(value: Any, max_length: int = 60) -> str:
    """A value in a sentence: short, on one line; text in quotes."""
    try:
        text = json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
    except (TypeError, ValueError, RecursionError):
        text = f"a value of the type {type(value).__name__}"
    return text if len(text) <= max_length else f"{text[: max_length - 1]}…"


def _string(value: Any, spec: Input) -> str:
    if isinstance(value, str):
        return _whole_text(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidValue(f"came {format_value(value)}; accepted: text")
    if not _finite(value):
        raise InvalidValue(f"came {_UNWRITTEN}; accepted: text")
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


def _whole_text(text: str) -> str:
    """The text, unless it holds half a character (a lone surrogate), which no encoding can carry."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise InvalidValue(
                "came text with half a character in it (a lone surrogate); accepted: whole text"
            ) from None
    return text


_UNWRITTEN = "a number that is not finite or too long to write"


def _finite(value: float) -> bool:
    return abs(value) < _MOST if isinstance(value, int) else math.isfinite(value)


def _integer(value: Any, spec: Input) -> int:
    if isinstance(value, str):
        text = value.strip()
        if _WHOLE.match(text):
            return int(text)
    elif isinstance(value, int) and not isinstance(value, bool) and _finite(value):
        return value
    elif isinstance(value, float) and value.is_integer():
        return int(value)
    raise InvalidValue(f"came {format_value(value)}; accepted: a whole number{_range(spec)}")


def _number(value: Any, spec: Input) -> int | float:
    if isinstance(value, str):
        text = value.strip()
        if _WHOLE.match(text):
            return int(text)
        if _DECIMAL.match(text) and math.isfinite(number := float(text)):
            return number
    elif isinstance(value, int | float) and not isinstance(value, bool) and _finite(value):
        return value
    raise InvalidValue(f"came {format_value(value)}; accepted: a number{_range(spec)}")


def _boolean(value: Any, spec: Input) -> bool:
    if isinstance(value, bool):
        return value
    text = value.strip().lower() if isinstance(value, str) else ""
    if text in _TRUE or (isinstance(value, int) and value == 1):
        return True
    if text in _FALSE or (isinstance(value, int) and value == 0):
        return False
    raise InvalidValue(f"came {format_value(value)}; {_BOOLEANS}")


def _json(value: Any, spec: Input) -> Any:
    return parse_json(value, "JSON") if isinstance(value, str) else _writable(value)


def _object(value: Any, spec: Input) -> Any:
    parsed = parse_json(value, "a JSON object") if isinstance(value, str) else _writable(value)
    if not isinstance(parsed, Mapping):
        raise InvalidValue(f'came {format_value(parsed)}; accepted: a JSON object, as {{"name": "value"}}')
    return parsed


def _list(value: Any, spec: Input) -> Any:
    parsed = parse_json(value, "a JSON list") if isinstance(value, str) else _writable(value)
    if not isinstance(parsed, list | tuple):
        raise InvalidValue(f"came {format_value(parsed)}; accepted: a JSON list, as [...]")
    return list(parsed)


def _strings(value: Any, spec: Input) -> list[str]:
    if isinstance(value, str):
        text = value.strip()
        value = parse_json(text, "a JSON list") if text.startswith("[") else [part.strip() for part in text.split(",")]
    elif isinstance(value, int) and not isinstance(value, bool):
        value = [value]
    if not isinstance(value, list | tuple):
        raise InvalidValue(f"came {format_value(value)}; {_LIST}")
    items = []
    for item in value:
        text = _string(item, spec).strip()
        if not text:
            raise InvalidValue(f"came {format_value(value)}, which has an empty item; {_LIST}")
        items.append(text)
    return items


def _commas(value: Any, spec: Input) -> str:
    return ",".join(_strings(value, spec))


def _pairs(value: Any, spec: Input) -> list[tuple[str, Any]]:
    if isinstance(value, str):
        text = value.strip()
        lines = [line for line in text.splitlines() if line.strip()]
        value = parse_json(text, "pairs") if text[:1] in ("[", "{") else [_line(line) for line in lines]
    if isinstance(value, Mapping):
        value = list(value.items())
    if not isinstance(value, list | tuple):
        raise InvalidValue(f"came {format_value(value)}; {_PAIRS}")
    return [_pair(item) for item in value]


def _pair(item: Any) -> tuple[str, Any]:
    if isinstance(item, Mapping) and isinstance(item.get("key"), str) and "value" in item:
        return _whole_text(item["key"]), _part(item["value"])
    if isinstance(item, tuple | list) and len(item) == 2 and isinstance(item[0], str):
        return _whole_text(item[0]), _part(item[1])
    raise InvalidValue(f"came {format_value(item)} as a pair; {_PAIRS}")


def _part(value: Any) -> Any:
    """The value of a pair: a JSON value, or the bytes of a file."""
    return value if isinstance(value, bytes) else _writable(value)


def _line(line: str) -> tuple[str, str]:
    if found := _NAMED.match(line):
        return found.group(1), found.group(2)
    raise InvalidValue(f"came {format_value(line)} as a pair; {_PAIRS}")


def _anything(value: Any, spec: Input) -> Any:
    return _whole_text(value) if isinstance(value, str) else _writable(value)


def to_wire_text(value: Any) -> str:
    """A value as text in a path, a query or a header: true and false in small letters, objects as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def parse_json(text: str, expected: str) -> Any:
    """JSON out of text: no NaN, no key twice, integers of any size. Raises Mismatch with the place."""
    try:
        parsed = json.loads(text, parse_constant=_refuse_constant, parse_float=_float, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InvalidValue(
            f"came {format_value(text)}, which is not JSON at {place} ({error.msg}); accepted: {expected}"
        ) from None
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, InvalidValue) else "it is nested too deeply or holds a number too long"
        raise InvalidValue(f"came {format_value(text)}; {reason}; accepted: {expected}") from None
    return _writable(parsed)


def _writable(value: Any) -> Any:
    """A value that JSON can carry, as it is. Raises Mismatch for anything else, and for half a character in a text."""
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError):
        raise InvalidValue(
            f"came {format_value(value)}, which JSON cannot carry as it is; accepted: JSON values only"
        ) from None
    return value


def _float(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise InvalidValue(f"the number {format_value(text)} is too large")
    return number


def _refuse_constant(name: str) -> Any:
    raise InvalidValue(f"{name} is not JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise InvalidValue(f"the key {format_value(key)} stands twice")
        result[key] = value
    return result


def _range(spec: Input) -> str:
    if spec.minimum is not None and spec.maximum is not None:
        return f" from {spec.minimum} to {spec.maximum}"
    if spec.minimum is not None:
        return f", {spec.minimum} or more"
    return f", {spec.maximum} at most" if spec.maximum is not None else ""


_COERCIONS: Mapping[str, Callable[[Any, Input], Any]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "json": _json,
    "object": _object,
    "array": _list,
    "stringArray": _strings,
    "commaSeparated": _commas,
    "keyValueObject": _pairs,
    "any": _anything,
}
