"""Convert Zoom's formats of time to epoch seconds and back."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from zoom_facts import time_zones

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
DAY = 86_400
_YEARS = range(1970, 3000)  # far from the limits of `datetime`, so that arithmetic stays within them


def format_time(seconds: float) -> str:
    """Return epoch seconds in Zoom's format: `2026-03-10T09:00:00Z`."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_utc_day(seconds: float) -> date:
    """Return the UTC day of a time in epoch seconds."""
    return datetime.fromtimestamp(seconds, UTC).date()


def start_of_day(day: date) -> int:
    """Return the first second of a UTC day, in epoch seconds."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def end_of_day(day: date) -> int:
    """Return the last second of a UTC day, in epoch seconds."""
    return start_of_day(day + timedelta(days=1)) - 1


def parse_time(text: str, zone: str = "UTC") -> int:
    """Return the epoch seconds of a text. Raises ValueError for a text that is not a date with a time.

    Without a trailing Z or an offset, the text is local time in `zone`.
    https://developers.zoom.us/docs/api/meetings/#tag/meetings/post/users/{userId}/meetings
    """
    if not _TIME.fullmatch(text):
        raise ValueError(text)
    moment = datetime.fromisoformat(text.upper())
    if moment.year not in _YEARS:
        raise ValueError(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=find_time_zone(zone))).timestamp())


def is_time(text: str) -> bool:
    """Return whether a text is a date with a time, in any format that Zoom accepts."""
    try:
        parse_time(text)
    except ValueError:
        return False
    return True


def is_day(text: str) -> bool:
    """Return whether a text is a calendar day such as `2026-03-10`."""
    try:
        return bool(_DAY.fullmatch(text)) and date.fromisoformat(text).year in _YEARS
    except ValueError:
        return False


def find_time_zone(name: str) -> ZoneInfo:
    """Return the time zone of a name. Raises ValueError for an unknown name."""
    zone = time_zones.find_time_zone(name)
    if zone is None:
        raise ValueError(name)
    return zone
