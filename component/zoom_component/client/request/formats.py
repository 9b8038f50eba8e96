"""The forms a text can have to have: dates and times, e-mail, ids, links. Each says what it accepts.

Times follow one rule. Z or an offset names an instant; a local time is read in the zone that goes with it. An offset
that the zone does not have at that time is a contradiction, and is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import MAXYEAR, UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from zoom_component.client.request.values import InvalidValue, format_value

__all__ = ["is_before", "normalize_date_time", "normalize_format", "normalize_instant", "to_instant"]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?\Z", re.ASCII)
_EMAIL = re.compile(r"[^\s@<>,;\"()\[\]\\]+@[^\s@<>,;\"()\[\]\\.]+(?:\.[^\s@<>,;\"()\[\]\\.]+)+\Z")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*\Z")
_COUNTRY = re.compile(r"[A-Za-z]{2}\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NUMBER = re.compile(r"[0-9]{8,12}\Z", re.ASCII)
# Numbers that no meeting has: 0, negative ones, fractions.
_NO_NUMBER = re.compile(r"(?:[+-][0-9.]*|0+|[0-9]*\.[0-9]*|[0-9.]+[eE][+-]?[0-9]+)\Z", re.ASCII)
_SPACED = re.compile(r"[0-9][0-9 -]*[0-9]\Z", re.ASCII)
_LINKED = re.compile(r"/(?:j|s|w|my|wc|wc/join|webinar/register|meeting/register)/([0-9]{8,12})(?:/|\Z)", re.ASCII)
_WEB = ("http", "https")


def normalize_format(name: str, text: str) -> str:
    """The text in the form it is sent in. Raises Mismatch with what came and what is accepted."""
    return _FORMATS[name](text)


def normalize_date_time(text: str, zone: str | None) -> str:
    """A checked date-time as it is sent: an instant in UTC with Z, or local time to the second, without a zone.

    `zone` is the time zone that goes with it (None: none was given). Raises Mismatch when an offset contradicts it.
    """
    moment, info = _moment(text), _zone_info(zone)
    if moment.tzinfo is None:
        if info is not None:
            _exists(text, moment, str(zone), info)
        return moment.replace(microsecond=0).isoformat()
    if info is not None:
        _agree(text, moment, str(zone), info)
    return _utc(moment)


def is_before(one: str, other: str) -> bool:
    """Whether a date or time lies before another; by day where either is a date or a local time."""
    try:
        first, second = (datetime.fromisoformat(text.replace("Z", "+00:00")) for text in (one, other))
    except ValueError:
        return False
    if len(one) > 10 and len(other) > 10 and first.tzinfo and second.tzinfo:
        return first < second
    return one[:10] < other[:10]


def normalize_instant(text: str, zone: str | None) -> str:
    """A checked date-time as an instant in UTC with Z. Raises Mismatch for a local time whose zone is not known."""
    if (found := to_instant(normalize_date_time(text, zone), zone)) is None:
        raise InvalidValue(
            f"came {format_value(text)}, a local time; accepted: UTC as {text}Z, or give the time zone too"
        )
    return found


def to_instant(text: str, zone: str | None) -> str | None:
    """The instant a settled date-time names, in UTC with Z; None for a local time whose zone is not known."""
    moment = _moment(text)
    if moment.tzinfo is None:
        info = _zone_info(zone)
        if info is None:
            return None
        moment = moment.replace(tzinfo=info)
    return _utc(moment)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z"


def _exists(text: str, moment: datetime, zone: str, info: Any) -> None:
    """Raises Mismatch for a local time that a zone's clocks skip when they go forward."""
    there = moment.replace(tzinfo=info).astimezone(UTC).astimezone(info).replace(tzinfo=None)
    if there != moment:
        raise InvalidValue(
            f"came {format_value(text)}, a time that {zone} does not have: the clocks go forward over it. "
            f"Give {there.replace(microsecond=0).isoformat()} for the same instant counted on, or another time"
        )


def _agree(text: str, moment: datetime, zone: str, info: Any) -> None:
    there = moment.astimezone(info)
    if there.utcoffset() == moment.utcoffset():
        return
    local = there.replace(tzinfo=None, microsecond=0).isoformat()
    meant = moment.replace(tzinfo=None, microsecond=0).isoformat()
    raise InvalidValue(
        f"came {format_value(text)} with the time zone {zone}, and the two contradict each other: that instant is {local} "
        f"there. Give {meant} for {meant[11:16]} in {zone}, {local} for that instant, or leave the time zone out"
    )


def _zone_info(zone: str | None) -> Any:
    """The zone's rules; None for no zone, or one that this machine does not know."""
    from zoneinfo import ZoneInfo

    if not zone:
        return None
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return None


def _date(text: str) -> str:
    if _DATE.match(text.strip()) and _real_date(text.strip()):
        return text.strip()
    raise InvalidValue(f"came {format_value(text)}; accepted: a date as yyyy-mm-dd, for example 2026-01-31")


def _date_time(text: str) -> str:
    stripped = text.strip()
    if _TIME.match(stripped) and _real_time(stripped):
        return stripped
    raise InvalidValue(
        f"came {format_value(text)}; accepted: a date and time as 2026-01-31T09:30:00Z (UTC), "
        "2026-01-31T09:30:00+01:00, or 2026-01-31T09:30:00 for local time"
    )


def _date_or_time(text: str) -> str:
    stripped = text.strip()
    if _DATE.match(stripped) and _real_date(stripped):
        return stripped
    if _TIME.match(stripped) and _real_time(stripped):
        return stripped
    raise InvalidValue(
        f"came {format_value(text)}; accepted: a date as 2026-01-31, or a date and time as 2026-01-31T09:30:00Z"
    )


def _real_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _real_time(text: str) -> bool:
    """Whether such a time exists, with room for any zone around it: a day on either side of it is a date too."""
    try:
        moment = _moment(text)
    except ValueError:
        return False
    return 1 < moment.year < MAXYEAR


def _year_month(text: str) -> str:
    stripped = text.strip()
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", stripped, re.ASCII):
        return stripped
    raise InvalidValue(f"came {format_value(text)}; accepted: a month as yyyy-mm, for example 2026-01")


def _email(text: str) -> str:
    stripped = text.strip()
    if len(stripped) <= 320 and _EMAIL.match(stripped):
        return stripped
    raise InvalidValue(f"came {format_value(text)}; accepted: an e-mail address, for example someone@example.com")


def _time_zone(text: str) -> str:
    stripped = text.strip()
    if _ZONE.match(stripped) and (stripped == "UTC" or _zone_info(stripped) is not None):
        return stripped
    raise InvalidValue(
        f"came {format_value(text)}; accepted: a time zone id, for example America/New_York, Europe/Berlin or UTC"
    )


def _country(text: str) -> str:
    stripped = text.strip()
    if _COUNTRY.match(stripped):
        return stripped.upper()
    raise InvalidValue(f"came {format_value(text)}; accepted: a country code of two letters, for example US")


def _id(text: str) -> str:
    stripped = text.strip()
    if stripped and not _CONTROL.search(stripped) and len(stripped) <= 320:
        return stripped
    raise InvalidValue(f"came {format_value(text)}; accepted: an id, on one line and not empty")


def _meeting(text: str) -> str:
    stripped = text.strip()
    if _NO_NUMBER.match(stripped):
        raise InvalidValue(f"came {format_value(text)}; accepted: a meeting number, a join link, or a UUID")
    if _SPACED.match(stripped) and _NUMBER.match(number := re.sub(r"[ -]", "", stripped)):
        return number
    if stripped.lower().startswith(("http://", "https://")):
        if found := _LINKED.search(_path_of(stripped)):
            return found.group(1)
        raise InvalidValue(
            f"came {format_value(text)}, a link without a meeting number; accepted: the number, a join link such as "
            "https://zoom.us/j/89347503000, or the UUID"
        )
    return _id(text)


def _path_of(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def _url(text: str) -> str:
    stripped = text.strip()
    try:
        parts = urlsplit(stripped)
        good = parts.scheme in _WEB and bool(parts.hostname)
    except ValueError:
        good = False
    if good and not _CONTROL.search(stripped) and " " not in stripped:
        return stripped
    raise InvalidValue(f"came {format_value(text)}; accepted: an address that begins with http:// or https://")


_FORMATS: Mapping[str, Callable[[str], str]] = {
    "country": _country,
    "date": _date,
    "date-or-time": _date_or_time,
    "date-time": _date_time,
    "email": _email,
    "id": _id,
    "instant": _date_time,
    "meeting": _meeting,
    "time-zone": _time_zone,
    "url": _url,
    "year-month": _year_month,
}
