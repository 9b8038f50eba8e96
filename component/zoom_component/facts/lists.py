"""Zoom's abbreviation lists: time zones and countries."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from zoom_component.places import bundle


@lru_cache(maxsize=1)
def _lists() -> dict[str, Any]:
    text = (bundle() / "spec" / "zoom" / "lists.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def timezones() -> frozenset[str]:
    """Time zone ids that Zoom lists. https://developers.zoom.us/docs/api/references/abbreviations/"""
    return frozenset(_lists()["timezones"])


def countries() -> frozenset[str]:
    """Two-letter country codes that Zoom lists. https://developers.zoom.us/docs/api/references/abbreviations/"""
    return frozenset(_lists()["countries"])
