"""The data that the account has from the start, as YAML: readable, small, and dated relative to the sandbox's start.

Texts that look like times or numbers stand in quotes. `days_ago` and `at` (UTC) give an instant.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from zoom_sandbox.times import DAY

_FOLDER = Path(__file__).parent
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@lru_cache(maxsize=32)
def read_seed(name: str) -> Any:
    """The content of seed/<name>.yaml. Shared between accounts: do not change it."""
    text = (_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - the safe loader, in C where it is built


def resolve_moment(began: int, days_ago: int, at: str) -> int:
    """The instant at a time of day (HH:MM, UTC) so many days before the account began."""
    hours, minutes = at.split(":")
    return began - began % DAY - days_ago * DAY + int(hours) * 3600 + int(minutes) * 60
