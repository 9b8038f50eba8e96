"""Zoom's ways to write time, to epoch seconds and back."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_OTHER_NAMES = {"SST": "Pacific/Guadalcanal"}  # https://developers.zoom.us/docs/api/references/abbreviations/
DAY = 86_400
_YEARS = range(1970, 3000)  # far from where a calendar ends, so that reckoning never leaves it


def format_time(moment: float) -> str:
    """Epoch seconds as Zoom answers them: `2026-03-10T09:00:00Z`."""
    return datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_utc_day(moment: float) -> date:
    """The UTC day of an instant."""
    return datetime.fromtimestamp(moment, UTC).date()


def start_of_day(day: date) -> int:
    """The instant at which a UTC day begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def end_of_day(day: date) -> int:
    """The last second of a UTC day."""
    return start_of_day(day + timedelta(days=1)) - 1


def parse_time(text: str, zone: str = "UTC") -> int:
    """The epoch seconds that a text means. Raises ValueError when it is no such text.

    With a trailing Z (or an offset) the text stands for itself; without, it is wall time in `zone`.
    https://developers.zoom.us/docs/api/meetings/#tag/meetings/post/users/{userId}/meetings
    """
    if not _MOMENT.fullmatch(text):
        raise ValueError(text)
    moment = datetime.fromisoformat(text.upper())
    if moment.year not in _YEARS:
        raise ValueError(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=find_time_zone(zone))).timestamp())


def is_time(text: str) -> bool:
    """Whether a text is a date with a time, in any of the forms that Zoom takes."""
    try:
        parse_time(text)
    except ValueError:
        return False
    return True


def is_day(text: str) -> bool:
    """Whether a text is a calendar day: `2026-03-10`."""
    try:
        return bool(_DAY.fullmatch(text)) and date.fromisoformat(text).year in _YEARS
    except ValueError:
        return False


@lru_cache(maxsize=512)
def find_time_zone(name: str) -> ZoneInfo:
    """The time zone of a name. Raises ValueError when there is none."""
    try:
        return ZoneInfo(_OTHER_NAMES.get(name, name))
    except (OSError, ValueError, KeyError) as problem:
        raise ValueError(name) from problem
