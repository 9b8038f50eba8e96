"""Write values in YAML's flow style, quoting text only where it could be read as something else."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

__all__ = ["format_flow"]

_PLAIN_TEXT = re.compile(r"[A-Za-z][A-Za-z0-9 _./-]*\Z")
_KEYWORDS = frozenset({"true", "false", "null"})


def format_flow(value: Any) -> str:
    """Return a JSON value as one line of YAML, such as `{method: GET, path: "/users/{userId}"}`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{format_flow(name)}: {format_flow(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(format_flow, value)) + "]"
    if (
        isinstance(value, str)
        and _PLAIN_TEXT.match(value)
        and value.lower() not in _KEYWORDS
        and value == value.strip()
    ):
        return value
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _is_plain(text: str) -> bool:
    return bool(_PLAIN_TEXT.match(text)) and text.lower() not in _KEYWORDS and text == text.strip()
