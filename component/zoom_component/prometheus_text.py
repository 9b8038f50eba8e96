"""Write metrics as text for Prometheus, with labels that cannot start another line. Pure.

https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

__all__ = ["format_sample"]

_INVALID = re.compile(r"[^A-Za-z0-9_:]")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}
# Prometheus needs only these escapes; other control characters would reach the terminal of a reader of the page.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MAX_LABEL_LENGTH = 200


def format_sample(name: str, value: float, labels: Mapping[str, str] | None = None) -> str:
    """Return one line without its end: `name{label="value"} 1`. Characters that a name cannot have become "_"."""
    pairs = ",".join(f'{_clean_name(label)}="{_escape(text)}"' for label, text in (labels or {}).items())
    return f"{_clean_name(name)}{f'{{{pairs}}}' if pairs else ''} {_format_value(value)}"


def _clean_name(name: str) -> str:
    cleaned = _INVALID.sub("_", name)
    return f"_{cleaned}" if not cleaned or cleaned[0].isdigit() else cleaned


def _escape(text: str) -> str:
    escaped = "".join(_ESCAPES.get(char, char) for char in text[:_MAX_LABEL_LENGTH])
    return _UNSAFE.sub("\ufffd", escaped)


def _format_value(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(round(value, 6))
