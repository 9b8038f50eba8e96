"""Parse JSON from outside within bounds: its size, its depth and its number of values are known before it is parsed.

Python's own parser is recursive. What it does with a deep text depends on the version of Python and on the stack of
the thread, so the depth is measured first, in one pass without recursion.
https://docs.python.org/3/library/json.html#infinite-and-nan-number-values
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from itertools import accumulate
from typing import Any

__all__ = ["MAX_JSON_DEPTH", "UnacceptableJson", "check_json_bounds", "load_bounded_json"]

MAX_JSON_DEPTH = 60
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)  # possessive, so that an open string costs one pass
_NO_STRUCTURE = re.compile(r"[^\[{\]},:]+")
_STEPS = {"[": 1, "{": 1, "]": -1, "}": -1, ",": 0, ":": 0}

Pairs = list[tuple[str, Any]]


class UnacceptableJson(ValueError):
    """Report a text that is not JSON, or is beyond the bounds. The text of the error is a message for the sender."""


def load_bounded_json(
    raw: str | bytes,
    *,
    max_bytes: int | None = None,
    max_depth: int = MAX_JSON_DEPTH,
    max_values: int | None = None,
    build_object: Callable[[Pairs], Any] | None = None,
) -> Any:
    """Return the JSON value of a text, or of bytes in UTF-8.

    `max_bytes` is the largest size, `max_depth` the number of levels of lists and objects, `max_values` about the
    number of items and names in all of them. `build_object` returns what stands for an object with these pairs.
    Raise UnacceptableJson for anything else, also for NaN, for a number that is infinite or has more than 4,300 digits,
    and for half of a surrogate pair.
    """
    if max_bytes is not None and len(raw) > max_bytes:
        raise UnacceptableJson(f"expected at most {max_bytes:,} bytes of JSON, got {len(raw):,}")
    try:
        text = raw if isinstance(raw, str) else raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnacceptableJson(f"expected JSON in UTF-8, got another byte at position {error.start}") from None
    text = text.removeprefix("\ufeff")
    check_json_bounds(text, max_depth, max_values)
    try:
        value = json.loads(
            text, parse_constant=_refuse_constant, parse_float=_parse_float, object_pairs_hook=build_object
        )
        if not text.isascii() or "\\u" in text:
            json.dumps(value, ensure_ascii=False, default=str, allow_nan=False).encode()
    except json.JSONDecodeError as error:
        message = (
            f"expected JSON, got a text that is not JSON at line {error.lineno}, column {error.colno} ({error.msg})"
        )
        raise UnacceptableJson(message) from None
    except UnicodeEncodeError:
        raise UnacceptableJson("expected Unicode text in JSON, got half of a surrogate pair") from None
    except UnacceptableJson:
        raise
    except ValueError as error:
        if "digits" not in str(error):  # what `build_object` raises
            raise
        raise UnacceptableJson("expected JSON with shorter numbers, got one of more than 4,300 digits") from None
    return value


def check_json_bounds(text: str, max_depth: int = MAX_JSON_DEPTH, max_values: int | None = None) -> None:
    """Raise UnacceptableJson if the lists and objects of a text are nested too deeply, or have too many values."""
    if max_values is None and text.count("[") + text.count("{") <= max_depth:
        return
    structure = _NO_STRUCTURE.sub("", _STRINGS.sub("", text))
    if max_values is not None and (count := structure.count(",") + structure.count(":")) > max_values:
        raise UnacceptableJson(f"expected JSON of at most {max_values:,} values and names, got {count:,}")
    if max(accumulate(map(_STEPS.__getitem__, structure)), default=0) > max_depth:
        raise UnacceptableJson(
            f"expected at most {max_depth} levels of lists and objects; the JSON is nested too deeply"
        )


def _refuse_constant(name: str) -> Any:
    raise UnacceptableJson(f"expected JSON, got {name}, which is not a number of JSON")


def _parse_float(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise UnacceptableJson(f"expected finite numbers, got {text[:60]}")
    return number
