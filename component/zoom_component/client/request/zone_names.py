"""Read the names of time zones that people and other systems write, and suggest zones for those that are ambiguous.

A name is only taken for a zone if it can mean no other zone.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache

from zoom_component.spec.diagnostics import join_choices
from zoom_facts.time_zones import find_time_zone, list_time_zones, load_time_zone_names

__all__ = ["find_zone_name", "suggest_zones"]

_OFFSET = r"(?P<sign>[+\-\u2212])\s*(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?"
_PLAIN_OFFSET = re.compile(rf"(?:UTC|GMT)?\s*{_OFFSET}", re.IGNORECASE | re.ASCII)
# Windows, Outlook and Zoom list "(UTC+01:00) Amsterdam, Berlin"; others list "Europe/Berlin (GMT+1)".
_LABEL = re.compile(rf"\(?(?:UTC|GMT)\s*(?:{_OFFSET})?\)?\s+(?P<label>\D.*)", re.IGNORECASE | re.ASCII)
_NAME_AND_OFFSET = re.compile(rf"(?P<label>.*\S)\s*\(\s*(?:UTC|GMT)?\s*(?:{_OFFSET})?\s*\)", re.IGNORECASE | re.ASCII)
_ABBREVIATION = re.compile(r"[A-Za-z]{3,5}")
_WINTER_AND_SUMMER = (datetime(2030, 1, 15), datetime(2030, 7, 15))
_MAX_SUGGESTIONS = 4
_SIMILAR = 0.87
_MAX_LENGTH = 100  # of what may be the name or the label of a zone


def find_zone_name(text: str) -> str | None:
    """Return the zone that a text names without doubt, in its own spelling; None if there is none."""
    if len(text) > _MAX_LENGTH:
        return None
    text = " ".join(text.split())
    if name := _map_names().get(_fold_name(text)):
        return name
    if name := _map_windows_names().get(_fold_text(text)):
        return name
    if text.upper() == "Z":
        return "UTC"
    if match := _PLAIN_OFFSET.fullmatch(text):
        return None if _parse_offset(match) else "UTC"
    if match := _LABEL.fullmatch(text) or _NAME_AND_OFFSET.fullmatch(text):
        zones = _find_labeled_zones(match["label"], _parse_offset(match) if match["sign"] else None)
        return zones[0] if len(zones) == 1 else None
    return None


def suggest_zones(text: str) -> str:
    """Return which zones an ambiguous or misspelled text may stand for, as a question; "" if nothing is similar."""
    text = " ".join(text[:_MAX_LENGTH].split())
    if match := _PLAIN_OFFSET.fullmatch(text):
        zones = _list_zones_with_offset(_parse_offset(match))
        hint = f"; did you mean {join_choices(zones)}?" if zones else ""
        return f"an offset is not a time zone{hint}"
    match = _LABEL.fullmatch(text) or _NAME_AND_OFFSET.fullmatch(text)
    label = match["label"] if match else text
    below = _map_names().get(_fold_name(label.partition("/")[2]))  # such as posix/Europe/Berlin
    zones = (
        ([below] if below else [])
        or _find_labeled_zones(label, None)
        or _list_zones_with_abbreviation(label)
        or _list_zones_of_city(label)
        or _list_similar_zones(label)
    )
    return f"did you mean {join_choices(zones[:_MAX_SUGGESTIONS])}?" if zones else ""


def _fold_name(text: str) -> str:
    """Return a name without case, with underscores for blanks, and without blanks beside a slash."""
    return "/".join("_".join(part.replace("_", " ").split()) for part in text.casefold().split("/"))


def _fold_text(text: str) -> str:
    """Return a text without case and without what lists write in different ways."""
    return " ".join(re.sub(r"[&,;]", lambda match: " and " if match[0] == "&" else ", ", text.casefold()).split())


@cache
def _map_names() -> dict[str, str]:
    return {_fold_name(name): name for name in list_time_zones()}


@cache
def _map_windows_names() -> dict[str, str]:
    """Return the zones by the names of Windows, which also has one for each daylight saving time."""
    names = {_fold_text(name): zone for name, zone in load_time_zone_names().windows.items()}
    return {name.replace("standard", "daylight"): zone for name, zone in names.items()} | names


@cache
def _map_labels() -> dict[str, list[str]]:
    """Return the zones by their labels, those of Zoom first."""
    facts = load_time_zone_names()
    zones: dict[str, list[str]] = {}
    for name, label in facts.zoom.items():
        zones.setdefault(_fold_text(label), []).append(name)
    for name, label in facts.windows_labels.items():
        zones.setdefault(_fold_text(label), []).append(facts.windows[name])
    return zones


@cache
def _map_cities() -> dict[str, set[str]]:
    """Return the zones by each city of their labels."""
    zones: dict[str, set[str]] = {}
    for label, names in _map_labels().items():
        for city in label.split(","):
            zones.setdefault(city.strip(), set()).update(names)
    return zones


def _find_labeled_zones(label: str, offset: timedelta | None) -> list[str]:
    """Return the zones with a label, or with each of its cities, and with the offset in winter or in summer."""
    name = _map_names().get(_fold_name(label)) or _map_windows_names().get(_fold_text(label))
    zones = _map_labels().get(_fold_text(label)) or ([name] if name else [])
    if all(_list_offsets(zone) == _list_offsets(zones[0]) for zone in zones):
        zones = zones[:1]  # Zoom's own zone, where Windows has another one with the same clocks
    if not zones:
        cities = [_map_cities().get(_fold_text(city), set()) for city in label.split(",") if city.strip()]
        zones = sorted(set.intersection(*cities)) if cities else []
    return [zone for zone in zones if offset is None or offset in _list_offsets(zone)]


def _list_offsets(zone: str) -> list[timedelta | None]:
    info = find_time_zone(zone)
    return [info.utcoffset(moment) for moment in _WINTER_AND_SUMMER] if info else []


def _parse_offset(match: re.Match[str]) -> timedelta:
    offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
    return offset if match["sign"] == "+" else -offset


def _list_known_zones() -> Iterator[str]:
    """Yield the best known zones first: those of Windows, then those of Zoom's list."""
    facts = load_time_zone_names()
    yield from dict.fromkeys([*facts.windows.values(), *facts.zoom])


def _list_zones_with_offset(offset: timedelta) -> list[str]:
    """Return places that have an offset all year, and the zone without a place that is defined by it.

    The signs of its name are reversed, as POSIX has them: https://data.iana.org/time-zones/tzdb/etcetera
    """
    zones = [zone for zone in load_time_zone_names().zoom if set(_list_offsets(zone)) == {offset}]
    zones = zones or [zone for zone in _list_known_zones() if set(_list_offsets(zone)) == {offset}]
    hours, rest = divmod(offset, timedelta(hours=1))
    fixed = f"Etc/GMT{-hours:+d}"
    known = [fixed] if not rest and fixed in list_time_zones() else []
    return list(dict.fromkeys(zones[: _MAX_SUGGESTIONS - 1] + known))


def _list_zones_with_abbreviation(text: str) -> list[str]:
    """Return the zones with an abbreviation such as CST, those first whose name it abbreviates in Windows."""
    if not _ABBREVIATION.fullmatch(text):
        return []
    zones = [zone for zone in _list_known_zones() if text.upper() in _list_abbreviations(zone)]
    names = {name: "".join(word[0] for word in name.split()).upper() for name in _map_windows_names()}
    first = {_map_windows_names()[name] for name, initials in names.items() if initials == text.upper()}
    return sorted(zones, key=lambda zone: zone not in first)


def _list_abbreviations(zone: str) -> list[str | None]:
    info = find_time_zone(zone)
    return [info.tzname(moment) for moment in _WINTER_AND_SUMMER] if info else []


def _list_zones_of_city(text: str) -> list[str]:
    """Return the zones whose name ends in a city, the best known first."""
    city = _fold_name(text)
    return _sort_zones(name for fold, name in _map_names().items() if fold.rpartition("/")[2] == city)


def _list_similar_zones(text: str) -> list[str]:
    """Return the zones with a label or a name of Windows that begins with a text, or with a name that is similar."""
    words: dict[str, list[str]] = {name: [zone] for name, zone in _map_windows_names().items()}
    for label, zones in [*_map_labels().items(), *_map_cities().items()]:
        words.setdefault(label, []).extend(zones)
    for fold, name in _map_names().items():
        for word in {fold, fold.rpartition("/")[2]}:
            words.setdefault(word, []).append(name)
    near = [word for word in words if word.startswith(f"{_fold_text(text)} ")]
    near = near or difflib.get_close_matches(_fold_name(text), words, n=1, cutoff=_SIMILAR)
    near = near or difflib.get_close_matches(_fold_text(text), words, n=1, cutoff=_SIMILAR)
    return list(dict.fromkeys(zone for word in near for zone in words[word]))


def _sort_zones(names: Iterable[str]) -> list[str]:
    """Return the zones with those of Zoom's list first."""
    zoom = load_time_zone_names().zoom
    return sorted(set(names), key=lambda name: (name not in zoom, name))
