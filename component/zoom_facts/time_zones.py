"""Read the time zones: their names, their rules, and what Zoom and Windows call them.

The names and the rules are those of the package `tzdata` and of spec/zoom/time_zones.json, never those of this machine,
so they are the same on every machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from zoom_facts.package_data import find_facts, find_package_file

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

__all__ = ["TimeZoneNames", "find_time_zone", "list_time_zones", "load_time_zone_names"]

_NOT_A_PLACE = "Factory"  # stands for "not set": https://data.iana.org/time-zones/tzdb/factory


class TimeZoneNames(NamedTuple):
    """Hold what spec/zoom/time_zones.json knows of time zones, which names its sources and date.

    `zoom` maps the names that Zoom publishes to their labels, and `other_names` those that are not IANA's to the same
    zone. `windows` maps the names of Windows to time zones, and `windows_labels` to their labels.
    """

    zoom: Mapping[str, str]
    other_names: Mapping[str, str]
    windows: Mapping[str, str]
    windows_labels: Mapping[str, str]


@cache
def load_time_zone_names() -> TimeZoneNames:
    """Return the names of time zones that are not IANA's, with labels."""
    text = find_facts().joinpath("spec", "zoom", "time_zones.json").read_text(encoding="utf-8")
    facts = json.loads(text)
    return TimeZoneNames(*(facts[name] for name in TimeZoneNames._fields))


@cache
def list_time_zones() -> frozenset[str]:
    """Return the names of all time zones: IANA's, and those that Zoom publishes."""
    names = find_package_file("tzdata", "zones").read_text(encoding="utf-8").split()
    return frozenset(names) - {_NOT_A_PLACE} | load_time_zone_names().other_names.keys()


@lru_cache(maxsize=1024)
def find_time_zone(name: str) -> ZoneInfo | None:
    """Return the time zone of a name in its exact spelling, None for an unknown name."""
    from zoneinfo import ZoneInfo

    if name not in list_time_zones():
        return None
    path = load_time_zone_names().other_names.get(name, name)
    with find_package_file("tzdata", f"zoneinfo/{path}").open("rb") as file:
        return ZoneInfo.from_file(file, key=name)
