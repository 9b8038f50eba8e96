"""Times as people write them: `90`, `30s`, `5m`, `2h`, `7d` for how long, and those or a date for when. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

__all__ = ["DURATION_FORMATS", "format_duration", "parse_duration", "parse_time"]

DURATION_FORMATS = "seconds, or a number with s, m, h, d or w, as in 30s, 5m, 2h, 7d"
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_SPAN = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)([smhdw]?)")


def parse_duration(value: Any) -> float:
    """How many seconds a number or a text such as `2h` means. Raises ValueError with what is accepted."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e10:
        return float(value)
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"came {_quote(value)}; accepted: {DURATION_FORMATS}")
    return float(found[1]) * _UNITS[found[2]]


def parse_time(text: str, now: float) -> float:
    """Epoch seconds of a date and time in ISO form (UTC where it has no offset), or of so long ago, as in `2h`.

    Raises ValueError with what is accepted.
    """
    if (found := _SPAN.fullmatch(text)) and found[2]:
        return now - parse_duration(text)
    try:
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        accepted = "so long ago, as in 30m, 2h, 7d, or a time, as in 2026-03-10 or 2026-03-10T11:00:00Z"
        raise ValueError(f"came {_quote(text)}; accepted: {accepted}") from None


def format_duration(span: float) -> str:
    """A span for people, in its two largest units: `3d 4h`, `12m`, `0.4s`."""
    if span < 10:
        return f"{max(span, 0.0):.1f}s"
    left, parts = int(span), list[str]()
    for unit in ("d", "h", "m", "s"):
        count, left = divmod(left, _UNITS[unit])
        if count or parts:
            parts.append(f"{count}{unit}")
    return " ".join(part for part in parts[:2] if not part.startswith("0"))


def _quote(value: Any) -> str:
    return f"{str(value)[:40]!r}" if isinstance(value, str) else str(value)[:40]
