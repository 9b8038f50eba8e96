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

from zoom_component.language.spec import Input

__all__ = ["Mismatch", "coerce", "show"]

_WHOLE = re.compile(r"[+-]?[0-9]{1,4000}\Z", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?\Z", re.ASCII)
_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})
_BOOLEANS = "accepted: true or false (also yes, no, on, off, 1, 0)"
_LIST = "accepted: a list, or values joined by commas"
_PAIRS = 'accepted: pairs, as {"Name": "value"}, [{"key": "Name", "value": "value"}] or lines like Name: value'


class Mismatch(ValueError):
    """A value cannot be what its input is; the text is the sentence for the caller."""


def coerce(value: Any, spec: Input) -> Any:
    """`value` as its input is on the wire (`spec.sends`). Raises Mismatch with what came and what is accepted."""
    return _COERCIONS[spec.sends](value, spec)


def show(value: Any, most: int = 60) -> str:
    """A value in a sentence: short, on one line; text in quotes."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = f"a {type(value).__name__}"
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _string(value: Any, spec: Input) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Mismatch(f"came {show(value)}; accepted: text")
    if isinstance(value, float) and not math.isfinite(value):
        raise Mismatch("came a number that is not finite; accepted: text")
    return str(value)


def _integer(value: Any, spec: Input) -> int:
    if isinstance(value, str):
        text = value.strip()
        if _WHOLE.match(text):
            return int(text)
    elif isinstance(value, int) and not isinstance(value, bool):
        return value
    elif isinstance(value, float) and value.is_integer():
        return int(value)
    raise Mismatch(f"came {show(value)}; accepted: a whole number{_range(spec)}")


def _number(value: Any, spec: Input) -> int | float:
    if isinstance(value, str):
        text = value.strip()
        if _WHOLE.match(text):
            return int(text)
        if _DECIMAL.match(text) and math.isfinite(number := float(text)):
            return number
    elif isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return value
    raise Mismatch(f"came {show(value)}; accepted: a number{_range(spec)}")


def _boolean(value: Any, spec: Input) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower() if isinstance(value, str | int) else ""
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise Mismatch(f"came {show(value)}; {_BOOLEANS}")


def _json(value: Any, spec: Input) -> Any:
    if not isinstance(value, str):
        return value
    return parse(value, "JSON")


def _object(value: Any, spec: Input) -> Any:
    parsed = parse(value, "a JSON object") if isinstance(value, str) else value
    if not isinstance(parsed, Mapping):
        raise Mismatch(f'came {show(parsed)}; accepted: a JSON object, as {{"name": "value"}}')
    return parsed


def _list(value: Any, spec: Input) -> Any:
    parsed = parse(value, "a JSON list") if isinstance(value, str) else value
    if not isinstance(parsed, list | tuple):
        raise Mismatch(f"came {show(parsed)}; accepted: a JSON list, as [...]")
    return list(parsed)


def _strings(value: Any, spec: Input) -> list[str]:
    if isinstance(value, str):
        text = value.strip()
        value = parse(text, "a JSON list") if text.startswith("[") else [part.strip() for part in text.split(",")]
    elif isinstance(value, int) and not isinstance(value, bool):
        value = [value]
    if not isinstance(value, list | tuple):
        raise Mismatch(f"came {show(value)}; {_LIST}")
    items = []
    for item in value:
        text = _string(item, spec).strip()
        if not text:
            raise Mismatch(f"came {show(value)}, which has an empty item; {_LIST}")
        items.append(text)
    return items


def _commas(value: Any, spec: Input) -> str:
    return ",".join(_strings(value, spec))


def _pairs(value: Any, spec: Input) -> list[tuple[str, Any]]:
    if isinstance(value, str):
        text = value.strip()
        value = parse(text, "pairs") if text[:1] in ("[", "{") else [_line(line) for line in text.splitlines()]
    if isinstance(value, Mapping):
        return [(str(key), item) for key, item in value.items()]
    if not isinstance(value, list | tuple):
        raise Mismatch(f"came {show(value)}; {_PAIRS}")
    return [_pair(item) for item in value]


def _pair(item: Any) -> tuple[str, Any]:
    if isinstance(item, Mapping) and isinstance(item.get("key"), str) and "value" in item:
        return item["key"], item["value"]
    if isinstance(item, tuple | list) and len(item) == 2 and isinstance(item[0], str):
        return item[0], item[1]
    raise Mismatch(f"came {show(item)} as a pair; {_PAIRS}")


def _line(line: str) -> tuple[str, str]:
    for mark in (":", "="):
        name, found, rest = line.partition(mark)
        if found and name.strip():
            return name.strip(), rest.strip()
    raise Mismatch(f"came {show(line)} as a pair; {_PAIRS}")


def _anything(value: Any, spec: Input) -> Any:
    return value


def parse(text: str, wanted: str) -> Any:
    """JSON out of text: no NaN, no key twice, integers of any size. Raises Mismatch with the place."""
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Mismatch(f"came {show(text)}, which is not JSON at {place} ({error.msg}); accepted: {wanted}") from None
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, Mismatch) else "it is nested too deeply or holds a number too long"
        raise Mismatch(f"came {show(text)}; {reason}; accepted: {wanted}") from None


def _refuse_constant(name: str) -> Any:
    raise Mismatch(f"{name} is not JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise Mismatch(f"the key {show(key)} stands twice")
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
    "list": _list,
    "strings": _strings,
    "commas": _commas,
    "pairs": _pairs,
    "anything": _anything,
}
