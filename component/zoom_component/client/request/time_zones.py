"""Check the name of a time zone, and load the zone."""

from __future__ import annotations

import re
from typing import Any

from zoom_component.client.request.values import InvalidValue, format_value

__all__ = ["load_zone", "to_time_zone"]

_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*\Z")


def load_zone(zone: str | None) -> Any:
    """Return the ZoneInfo of a time zone; None for no zone, or one that this machine does not know."""
    from zoneinfo import ZoneInfo

    if not zone:
        return None
    try:
        return ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        return None


def to_time_zone(text: str) -> str:
    """Return the name of a time zone that exists. Raises InvalidValue."""
    stripped = text.strip()
    if _ZONE.match(stripped) and (stripped == "UTC" or load_zone(stripped) is not None):
        return stripped
    raise InvalidValue(f"expected a time zone such as America/New_York, Europe/Berlin or UTC, got {format_value(text)}")
