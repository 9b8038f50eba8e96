"""Read the countries and regions that Zoom's documents list, from spec/zoom/countries.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from zoom_facts.paths import get_facts_dir

__all__ = ["load_countries"]


@cache
def load_countries() -> Mapping[str, str]:
    """Return the English name of each country by its two-letter code.

    The file names its source and date.
    """
    text = (get_facts_dir() / "spec" / "zoom" / "countries.json").read_text(encoding="utf-8")
    names: dict[str, str] = json.loads(text)["countries"]
    return names
