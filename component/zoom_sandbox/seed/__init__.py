"""Read the data that every account starts with, as YAML, dated relative to the start of the account.

In the files, texts that look like times or numbers are quoted. `days_ago` and `at` (UTC) give a point in time.
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
    """Return the content of seed/<name>.yaml. All accounts share it: do not change it."""
    text = (_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - the safe loader, in C where it is built


def resolve_moment(started_at: int, days_ago: int, at: str) -> int:
    """Return the epoch seconds of a time of day (HH:MM, UTC), `days_ago` days before the account's start."""
    hours, minutes = at.split(":")
    return started_at - started_at % DAY - days_ago * DAY + int(hours) * 3600 + int(minutes) * 60
