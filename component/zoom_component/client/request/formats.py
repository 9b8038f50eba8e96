"""Check and normalize text that has a format: dates, times, e-mail addresses, IDs, URLs.

A time that ends in Z or an offset is an instant. A time without one is local to the time zone that comes with it. An
offset that the time zone does not have at that time is refused, because the two contradict each other.
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
_YEAR_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])\Z", re.ASCII)
_EMAIL = re.compile(r"[^\s@<>,;\"()\[\]\\]+@[^\s@<>,;\"()\[\]\\.]+(?:\.[^\s@<>,;\"()\[\]\\.]+)+\Z")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*\Z")
_COUNTRY = re.compile(r"[A-Za-z]{2}\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MEETING_NUMBER = re.compile(r"[0-9]{8,12}\Z", re.ASCII)
# Numbers that no meeting has: 0, negative ones, fractions.
_OTHER_NUMBER = re.compile(r"(?:[+-][0-9.]*|0+|[0-9]*\.[0-9]*|[0-9.]+[eE][+-]?[0-9]+)\Z", re.ASCII)
_SPACED_NUMBER = re.compile(r"[0-9][0-9 -]*[0-9]\Z", re.ASCII)
_JOIN_PATH = re.compile(r"/(?:j|s|w|my|wc|wc/join|webinar/register|meeting/register)/([0-9]{8,12})(?:/|\Z)", re.ASCII)


def normalize_format(name: str, text: str) -> str:
    """Return the text in the form it is sent in. Raises InvalidValue for text that does not have the format."""
    return _FORMATS[name](text)


def normalize_date_time(text: str, zone: str | None) -> str:
    """Return a checked date-time as it is sent: an instant in UTC with Z, or a local time without an offset.

    `zone` is the time zone that comes with it, None for none. Raises InvalidValue when the two contradict each other.
    """
    moment, info = _parse_time(text), _load_zone(zone)
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
        info = _load_zone(zone)
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


def _load_zone(zone: str | None) -> Any:
    """Return the ZoneInfo of a time zone; None for no zone, or one that this machine does not know."""
    from zoneinfo import ZoneInfo

    if not zone:
        return None
    try:
        return ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        return None


def _to_date(text: str) -> str:
    if _is_date(text.strip()):
        return text.strip()
    raise InvalidValue(f"expected a date such as 2026-01-31, got {format_value(text)}")


def _to_date_time(text: str) -> str:
    if _is_time(text.strip()):
        return text.strip()
    raise InvalidValue(
        "expected a date and time such as 2026-01-31T09:30:00Z (UTC), 2026-01-31T09:30:00+01:00 or "
        f"2026-01-31T09:30:00 (local time), got {format_value(text)}"
    )


def _to_date_or_time(text: str) -> str:
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


def _to_year_month(text: str) -> str:
    if _YEAR_MONTH.match(text.strip()):
        return text.strip()
    raise InvalidValue(f"expected a month such as 2026-01, got {format_value(text)}")


def _to_email(text: str) -> str:
    stripped = text.strip()
    if len(stripped) <= 320 and _EMAIL.match(stripped):
        return stripped
    raise InvalidValue(f"expected an email address such as someone@example.com, got {format_value(text)}")


def _to_time_zone(text: str) -> str:
    stripped = text.strip()
    if _ZONE.match(stripped) and (stripped == "UTC" or _load_zone(stripped) is not None):
        return stripped
    raise InvalidValue(f"expected a time zone such as America/New_York, Europe/Berlin or UTC, got {format_value(text)}")


def _to_country(text: str) -> str:
    if _COUNTRY.match(text.strip()):
        return text.strip().upper()
    raise InvalidValue(f"expected a country code of two letters such as US, got {format_value(text)}")


def _to_id(text: str) -> str:
    stripped = text.strip()
    if stripped and not _CONTROL.search(stripped) and len(stripped) <= 320:
        return stripped
    raise InvalidValue(f"expected an ID on one line, got {format_value(text)}")


def _to_meeting_id(text: str) -> str:
    """Return a meeting number, also that of a join link, or a UUID as it is."""
    stripped = text.strip()
    if _OTHER_NUMBER.match(stripped):
        raise InvalidValue(f"expected a meeting number, a join link or a UUID, got {format_value(text)}")
    if _SPACED_NUMBER.match(stripped) and _MEETING_NUMBER.match(number := re.sub(r"[ -]", "", stripped)):
        return number
    if stripped.lower().startswith(("http://", "https://")):
        if match := _JOIN_PATH.search(_parse_path(stripped)):
            return match.group(1)
        raise InvalidValue(
            "expected a meeting number, a join link such as https://zoom.us/j/89347503000 or a UUID, "
            f"got {format_value(text)}, a link without a meeting number"
        )
    return _to_id(text)


def _parse_path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _to_url(text: str) -> str:
    stripped = text.strip()
    try:
        parts = urlsplit(stripped)
        is_url = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_url = False
    if is_url and not _CONTROL.search(stripped) and " " not in stripped:
        return stripped
    raise InvalidValue(f"expected a URL that begins with http:// or https://, got {format_value(text)}")


_FORMATS: Mapping[str, Callable[[str], str]] = {
    "country": _to_country,
    "date": _to_date,
    "date-or-time": _to_date_or_time,
    "date-time": _to_date_time,
    "email": _to_email,
    "id": _to_id,
    "instant": _to_date_time,
    "meeting": _to_meeting_id,
    "time-zone": _to_time_zone,
    "url": _to_url,
    "year-month": _to_year_month,
}
