"""Check and normalize dates and times.

A time that ends in Z or an offset is an instant. A time without one is local to the time zone that comes with it. An
offset that the time zone does not have at that time is refused, because the two contradict each other.
"""

from __future__ import annotations

import re
from datetime import MAXYEAR, UTC, date, datetime
from typing import Any

from zoom_component.client.request.time_zones import load_zone
from zoom_component.client.request.values import InvalidValue, format_value

__all__ = [
    "is_before",
    "normalize_date_time",
    "normalize_instant",
    "to_date",
    "to_date_or_time",
    "to_date_time",
    "to_instant",
    "to_year_month",
]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?\Z", re.ASCII)
_YEAR_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])\Z", re.ASCII)


def normalize_date_time(text: str, zone: str | None) -> str:
    """Return a checked date-time as it is sent: an instant in UTC with Z, or a local time without an offset.

    `zone` is the time zone that comes with it, None for none. Raises InvalidValue when the two contradict each other.
    """
    moment, info = _parse_time(text), load_zone(zone)
    if moment.tzinfo is None:
        if info is not None:
            _check_local_time(text, moment, str(zone), info)
        return moment.replace(microsecond=0).isoformat()
    if info is not None:
        _check_offset(text, moment, str(zone), info)
    return _format_utc(moment)


def normalize_instant(text: str, zone: str | None) -> str:
    """Return a checked date-time as an instant in UTC with Z.

    Raises InvalidValue for a local time whose time zone is not known.
    """
    moment = to_instant(normalize_date_time(text, zone), zone)
    if moment is None:
        message = (
            f"expected a time in UTC such as {text}Z, or a time zone with it, got the local time {format_value(text)}"
        )
        raise InvalidValue(message)
    return moment


def to_instant(text: str, zone: str | None) -> str | None:
    """Return the instant of a normalized date-time in UTC with Z; None for a local time whose zone is not known."""
    moment = _parse_time(text)
    if moment.tzinfo is None:
        info = load_zone(zone)
        if info is None:
            return None
        moment = moment.replace(tzinfo=info)
    return _format_utc(moment)


def is_before(one: str, other: str) -> bool:
    """Return whether a date or time lies before another; compare days where either is a date or a local time."""
    try:
        first, second = _parse_time(one), _parse_time(other)
    except ValueError:
        return False
    if len(one) > 10 and len(other) > 10 and first.tzinfo and second.tzinfo:
        return first < second
    return one[:10] < other[:10]


def _parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _format_utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z"


def _check_local_time(text: str, moment: datetime, zone: str, info: Any) -> None:
    """Raise InvalidValue for a local time that does not exist because the clocks of the zone go forward."""
    shifted = moment.replace(tzinfo=info).astimezone(UTC).astimezone(info).replace(tzinfo=None)
    if shifted != moment:
        raise InvalidValue(
            f"expected a time that exists in {zone}, got {format_value(text)}, which the change to daylight saving "
            f"time skips; use {shifted.replace(microsecond=0).isoformat()} or another time"
        )


def _check_offset(text: str, moment: datetime, zone: str, info: Any) -> None:
    local = moment.astimezone(info)
    if local.utcoffset() == moment.utcoffset():
        return
    in_zone = local.replace(tzinfo=None, microsecond=0).isoformat()
    written = moment.replace(tzinfo=None, microsecond=0).isoformat()
    raise InvalidValue(
        f"expected an offset of the time zone {zone}, got {format_value(text)}; use {written} for {written[11:16]} in "
        f"{zone}, {in_zone} for the same instant, or leave out the time zone"
    )


def to_date(text: str) -> str:
    """Return a date as it is sent. Raises InvalidValue."""
    if _is_date(text.strip()):
        return text.strip()
    raise InvalidValue(f"expected a date such as 2026-01-31, got {format_value(text)}")


def to_date_time(text: str) -> str:
    """Return a date and time without the blanks around it. Raises InvalidValue."""
    if _is_time(text.strip()):
        return text.strip()
    raise InvalidValue(
        "expected a date and time such as 2026-01-31T09:30:00Z (UTC), 2026-01-31T09:30:00+01:00 or "
        f"2026-01-31T09:30:00 (local time), got {format_value(text)}"
    )


def to_date_or_time(text: str) -> str:
    """Return a date, or a date and time, without the blanks around it. Raises InvalidValue."""
    if _is_date(text.strip()) or _is_time(text.strip()):
        return text.strip()
    raise InvalidValue(
        f"expected a date such as 2026-01-31, or a date and time such as 2026-01-31T09:30:00Z, got {format_value(text)}"
    )


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.match(text) and date.fromisoformat(text))
    except ValueError:
        return False


def _is_time(text: str) -> bool:
    """Return whether the time exists and can be converted to any zone, which needs a day on either side of it."""
    try:
        return bool(_TIME.match(text)) and 1 < _parse_time(text).year < MAXYEAR
    except ValueError:
        return False


def to_year_month(text: str) -> str:
    """Return a month such as 2026-01. Raises InvalidValue."""
    if _YEAR_MONTH.match(text.strip()):
        return text.strip()
    raise InvalidValue(f"expected a month such as 2026-01, got {format_value(text)}")
