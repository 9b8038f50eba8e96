"""Check and normalize dates and times, and compare them.

A time that ends in Z or an offset is an instant: the time zone beside it is how it is shown. A time without one is
local to the time zone that comes with it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from zoom_component.client.request.time_parsing import WrittenTime, parse_date, parse_time
from zoom_component.client.request.time_zones import load_zone
from zoom_component.client.request.values import InvalidValue, format_value

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

__all__ = [
    "find_own_zone",
    "find_warning",
    "has_passed",
    "is_before",
    "normalize_date_time",
    "normalize_instant",
    "to_date",
    "to_date_or_time",
    "to_date_time",
    "to_instant",
    "to_year_month",
]

_YEAR_MONTH = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2]))(?:-01)?", re.ASCII)
# The clocks of the earth: https://data.iana.org/time-zones/tzdb/ has zones from UTC-12 to UTC+14.
_EASTERNMOST, _WESTERNMOST = timedelta(hours=14), timedelta(hours=12)
_UTC_NAMES = frozenset({"UTC", "UCT", "Zulu", "Universal", "GMT", "GMT0", "GMT+0", "GMT-0", "Greenwich"})


def normalize_date_time(text: str, zone: str | None, fold: int = 0) -> str:
    """Return a checked date-time as it is sent: an instant in UTC with Z, or a local time without an offset.

    `zone` is the time zone that comes with it, None for none. A local time that comes twice is sent as an instant, the
    first one, or the second one if `fold` is 1. Raises InvalidValue for a local time that the zone skips.
    """
    time = _read_time(text)
    info = load_zone(time.zone or zone)
    if time.moment.tzinfo is not None:
        return _format_utc(time.moment)
    if info is None:
        return time.moment.isoformat()
    _check_local_time(text, time.moment, str(time.zone or zone), info)
    if time.zone not in (None, zone) or _is_repeated(time.moment, info):
        return _format_utc(time.moment.replace(tzinfo=info, fold=fold))
    return time.moment.isoformat()


def normalize_instant(text: str, zone: str | None, fold: int = 0) -> str:
    """Return a checked date-time as an instant in UTC with Z.

    Raises InvalidValue for a local time whose time zone is not known.
    """
    moment = to_instant(normalize_date_time(text, zone, fold), zone)
    if moment is None:
        message = (
            f"expected a time in UTC such as {text}Z, or a time zone with it, got the local time {format_value(text)}"
        )
        raise InvalidValue(message)
    return moment


def to_instant(text: str, zone: str | None) -> str | None:
    """Return the instant of a normalized date-time in UTC with Z; None for a local time whose zone is not known."""
    moment = _read_time(text).moment
    if moment.tzinfo is None:
        info = load_zone(zone)
        if info is None:
            return None
        moment = moment.replace(tzinfo=info)
    return _format_utc(moment)


def find_own_zone(text: str) -> str | None:
    """Return the time zone that a time names itself, None for none. UTC is an instant's, not a place."""
    zone = _read_time(text).zone if text.endswith("]") else None
    return None if zone is None or zone.removeprefix("Etc/") in _UTC_NAMES else zone


def find_warning(text: str, zone: str | None, fold: int = 0, *, is_displayed: bool = True) -> str | None:
    """Return what a caller may not expect of a time and its time zone: a local time that comes twice, or another one.

    The latter counts if the time `is_displayed` in the zone. Return None if there is nothing to warn of.
    """
    time = _read_time(text)
    name = zone if time.moment.tzinfo else time.zone or zone
    info = load_zone(name)
    if info is None:
        return None
    if time.moment.tzinfo is None and _is_repeated(time.moment, info):
        return _describe_repeated_time(time.moment, str(name), info, fold)
    display_zone = load_zone(zone)
    if not is_displayed or display_zone is None:
        return None
    moment = time.moment if time.moment.tzinfo else time.moment.replace(tzinfo=info, fold=fold)
    local, written = (each.replace(tzinfo=None) for each in (moment.astimezone(display_zone), time.moment))
    if local == written:
        return None
    return (
        f"{time} is {local.isoformat()} in {zone}, the zone that it is shown in; for {written:%H:%M} in that zone, use "
        f"{written.isoformat()}"
    )


def has_passed(text: str, zone: str | None, now: float) -> bool:
    """Return whether a normalized date-time is certainly in an earlier minute than `now`, in epoch seconds."""
    return _find_span(text, zone)[1].timestamp() // 60 < now // 60


def is_before(one: str, other: str, one_zone: str | None = None, other_zone: str | None = None) -> bool:
    """Return whether a normalized date or time lies before another, in any zone that a date or a local time is.

    Days are compared where one of the two is a date and the other one a date or a local time.
    """
    is_one_local, is_other_local = (
        not text.endswith("Z") and (len(text) == 10 or load_zone(zone) is None)
        for text, zone in ((one, one_zone), (other, other_zone))
    )
    if is_one_local and is_other_local:
        length = min(len(one), len(other))
        return one[:length] < other[:length]
    return _find_span(one, one_zone)[1] < _find_span(other, other_zone)[0]


def to_date(text: str) -> str:
    """Return a date as it is sent. Raises InvalidValue."""
    if (day := parse_date(text)) is not None:
        return day
    raise InvalidValue(f"expected a date such as 2026-01-31, got {format_value(text)}")


def to_date_time(text: str) -> str:
    """Return a date and time in the form of RFC 9557. Raises InvalidValue."""
    if (time := parse_time(text)) is not None:
        return str(time)
    raise InvalidValue(
        "expected a date and time such as 2026-01-31T09:30:00Z (UTC), 2026-01-31T09:30:00+01:00 or "
        f"2026-01-31T09:30:00 (local time), got {format_value(text)}"
    )


def to_date_or_time(text: str) -> str:
    """Return a date, an instant in UTC with Z, or a local time. Raises InvalidValue."""
    if len(text.strip()) == 10 and (day := parse_date(text)) is not None:
        return day
    if (time := parse_time(text)) is not None:
        return normalize_date_time(str(time), None)
    raise InvalidValue(
        f"expected a date such as 2026-01-31, or a date and time such as 2026-01-31T09:30:00Z, got {format_value(text)}"
    )


def to_year_month(text: str) -> str:
    """Return a month such as 2026-01; its first day also stands for it. Raises InvalidValue."""
    if match := _YEAR_MONTH.fullmatch(text.strip()):
        return match[1]
    raise InvalidValue(f"expected a month such as 2026-01, got {format_value(text)}")


def _read_time(text: str) -> WrittenTime:
    time = parse_time(text)
    if time is None:
        raise InvalidValue(f"expected a date and time, got {format_value(text)}")
    return time


def _format_utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"


def _check_local_time(text: str, moment: datetime, zone: str, info: ZoneInfo) -> None:
    """Raise InvalidValue for a local time that does not exist because the clocks of the zone go forward."""
    shifted = moment.replace(tzinfo=info).astimezone(UTC).astimezone(info).replace(tzinfo=None)
    if shifted != moment:
        raise InvalidValue(
            f"expected a time that exists in {zone}, got {format_value(text)}, which the change to daylight saving "
            f"time skips; use {shifted.isoformat()} or another time"
        )


def _is_repeated(moment: datetime, info: ZoneInfo) -> bool:
    """Return whether a local time that exists comes twice because the clocks of the zone go back."""
    first, second = (moment.replace(tzinfo=info, fold=fold).utcoffset() for fold in (0, 1))
    return first != second


def _describe_repeated_time(moment: datetime, zone: str, info: ZoneInfo, fold: int) -> str:
    passes = [moment.replace(tzinfo=info, fold=each) for each in (0, 1)]
    names = ("first", "second")
    return (
        f"{moment.isoformat()} comes twice in {zone}, because the clocks go back; the {names[fold]} one is meant, "
        f"{_format_utc(passes[fold])}; for the {names[1 - fold]} one, use {passes[1 - fold].isoformat()}"
    )


def _find_span(text: str, zone: str | None) -> tuple[datetime, datetime]:
    """Return the earliest and the latest instant that a normalized date or time can mean."""
    if len(text) == 10:
        day = datetime.fromisoformat(text).replace(tzinfo=UTC)
        return day - _EASTERNMOST, day + timedelta(days=1) + _WESTERNMOST
    moment = _read_time(text).moment
    if moment.tzinfo is not None:
        return moment, moment
    if (info := load_zone(zone)) is not None:
        moment = moment.replace(tzinfo=info)
        return moment, moment
    moment = moment.replace(tzinfo=UTC)
    return moment - _EASTERNMOST, moment + _WESTERNMOST
