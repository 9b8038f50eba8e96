"""Parse and format durations such as `30s` or `7d`, and parse times."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

__all__ = ["DURATION_FORMATS", "format_duration", "parse_duration", "parse_time"]

DURATION_FORMATS = "a number of seconds, or a number with the unit s, m, h, d or w, such as 30s, 5m, 2h or 7d"
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_DURATION = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)([smhdw]?)")


def parse_duration(value: Any) -> float:
    """Return the seconds of a number or of a text such as `2h`. Raise ValueError with the expected format."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e10:
        return float(value)
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"expected {DURATION_FORMATS}, got {_quote(value)}")
    return float(match[1]) * _UNITS[match[2]]


def parse_time(text: str, now: float) -> float:
    """Return the epoch seconds of an ISO time, or of a duration ago such as `2h`.

    A time without an offset is UTC. Raise ValueError with the expected format.
    """
    if (match := _DURATION.fullmatch(text)) and match[2]:
        return now - parse_duration(text)
    try:
        time = datetime.fromisoformat(text)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        expected = "how long ago, such as 30m, 2h or 7d, or a time, such as 2026-03-10 or 2026-03-10T11:00:00Z"
        raise ValueError(f"expected {expected}, got {_quote(text)}") from None


def format_duration(duration: float) -> str:
    """Return a duration in seconds as text in its two largest units: `3d 4h`, `12m`, `0.4s`."""
    if duration < 10:
        return f"{max(duration, 0.0):.1f}s"
    rest, parts = int(duration), list[str]()
    for unit in ("d", "h", "m", "s"):
        count, rest = divmod(rest, _UNITS[unit])
        if count or parts:
            parts.append(f"{count}{unit}")
    return " ".join(part for part in parts[:2] if not part.startswith("0"))


def _quote(value: Any) -> str:
    return f'"{str(value)[:40]}"' if isinstance(value, str) else str(value)[:40]
