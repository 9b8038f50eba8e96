"""Select and merge settings."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

# Each `option` of the query: the group of settings in the seed, and the path to its schema in the response.
SETTINGS_OPTIONS: dict[str, tuple[str, tuple[int, ...]]] = {
    "": ("all", (0,)),
    "meeting_authentication": ("meeting_authentication", (2, 0)),
    "recording_authentication": ("recording_authentication", (2, 1)),
    "meeting_security": ("meeting_security", (3,)),
}


def deep_merge(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of the old settings with the new ones merged in at every depth."""
    merged = deepcopy(dict(old))
    for name, value in new.items():
        is_nested = isinstance(value, dict) and isinstance(merged.get(name), dict)
        merged[name] = deep_merge(merged[name], value) if is_nested else deepcopy(value)
    return merged


def filter_settings(settings: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    """Return only the settings with these names, each at its place."""
    selected: dict[str, Any] = {}
    for name, value in settings.items():
        if name in names:
            selected[name] = value
        elif isinstance(value, dict) and (inner := filter_settings(value, names)):
            selected[name] = inner
    return selected
