"""Write JSON that every parser accepts: without Infinity and NaN, which Python would write. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

__all__ = ["replace_non_finite", "to_json"]


def to_json(value: Any, **options: Any) -> str:
    """Return the JSON of a value; `options` are those of `json.dumps`. Infinity and NaN become null.

    A number such as 1e999 is valid JSON, but no float can hold it: https://www.rfc-editor.org/rfc/rfc8259#section-6.
    """
    try:
        return json.dumps(value, allow_nan=False, **options)
    except ValueError:
        return json.dumps(replace_non_finite(value), allow_nan=False, **options)


def replace_non_finite(value: Any) -> Any:
    """Return a JSON value with null for each number that JSON cannot hold."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        # json.dumps writes a number as a name too.
        return {str(key) if isinstance(key, float) else key: replace_non_finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [replace_non_finite(inner) for inner in value]
    return value
