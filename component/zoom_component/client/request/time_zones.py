"""Check the name of a time zone, and load the zone.

The list of zones is that of the facts: IANA's names from packaged data, and those that Zoom publishes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoom_component.client.request.values import InvalidValue, format_value

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

__all__ = ["load_zone", "to_time_zone"]


def load_zone(zone: str | None) -> ZoneInfo | None:
    """Return the time zone of a name; None for no name, and for one that is not in the list."""
    if not zone:
        return None
    # Not imported with this module: reading the list takes a sixth of a cold start, and most calls name no zone.
    from zoom_facts.time_zones import find_time_zone

    return find_time_zone(zone)


def to_time_zone(text: str) -> str:
    """Return the name of a time zone in its own spelling.

    Any case, blanks for underscores, and the names that Windows has are accepted. Raises InvalidValue for any other
    text, with the zone that it may stand for.
    """
    from zoom_facts.time_zones import list_time_zones

    if text in list_time_zones():
        return text
    from zoom_component.client.request.zone_names import find_zone_name, suggest_zones

    if name := find_zone_name(text):
        return name
    message = f"expected a time zone such as America/New_York, Europe/Berlin or UTC, got {format_value(text)}"
    hint = suggest_zones(text)
    raise InvalidValue(f"{message}; {hint}" if hint else message)
