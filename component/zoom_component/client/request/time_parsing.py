"""Read dates and times in the forms in which people, programs and other systems write them.

ISO 8601 and RFC 3339 with what is common beside them: a blank for T, a comma for the decimal point, any number of
digits of a second, offsets without colon or minutes, and the time zone in brackets of RFC 9557. Each form can be read
in one way only. Seconds are cut, not rounded.
"""

from __future__ import annotations

import re
from datetime import MAXYEAR, UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any, NamedTuple

from zoom_component.client.request.time_zones import load_zone, to_time_zone
from zoom_component.client.request.values import InvalidValue, format_value

__all__ = ["WrittenTime", "check_offset", "parse_date", "parse_time", "to_text"]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MIDNIGHT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ]00:00(?::00(?:[.,]0+)?)?(?: ?(?:[Zz]|UTC|GMT|[+-]00(?::?00)?))?", re.ASCII
)
_TIME = re.compile(
    r"(?P<year>\d{4})(?P<dash>-?)(?P<month>\d{2})(?P=dash)(?P<day>\d{2})(?P<blank>[Tt ])"
    r"(?P<hour>\d{2})(?P<colon>:?)(?P<minute>\d{2})(?:(?P=colon)(?P<second>\d{2})(?:[.,]\d+)?)?"
    r" ?(?P<offset>[Zz]|UTC|GMT|(?P<sign>[+\-\u2212])(?P<hours>\d{2})(?::?(?P<minutes>\d{2})(?::?(?P<seconds>\d{2}))?)?"
    r"(?: [A-Z]{3,5})?)?"
    r"(?:\[!?(?P<zone>[^\[\]=]{1,100})\])?(?:\[!?u-ca=(?:iso8601|gregory)\])?",
    re.ASCII,
)
_MAX_LENGTH = 300


class WrittenTime(NamedTuple):
    """Hold a time as it was written: with the offset that it has, if any, and the time zone that it names, if any."""

    moment: datetime
    zone: str | None = None

    def __str__(self) -> str:
        """Return the time in RFC 9557, which `parse_time` reads as the same time."""
        text = self.moment.isoformat()
        text = f"{text[:-6]}Z" if text.endswith("+00:00") else text
        return f"{text}[{self.zone}]" if self.zone else text


def parse_date(text: str) -> str | None:
    """Return a date as it is sent; None for other text. A time that is midnight, in UTC or without zone, is a date."""
    text = " ".join(text.split())
    if match := _MIDNIGHT.fullmatch(text):
        text = match[1]
    try:
        return date.fromisoformat(text).isoformat() if _DATE.fullmatch(text) else None
    except ValueError:
        return None


@lru_cache(maxsize=512)
def parse_time(text: str) -> WrittenTime | None:
    """Return the time that a text means; None for text that is not a time, or not one that exists.

    Raises InvalidValue for an offset that contradicts the time zone that is written beside it, and for a zone that is
    not in the list.
    """
    match = _TIME.fullmatch(" ".join(text.split())) if len(text) <= _MAX_LENGTH else None
    if match is None or bool(match["dash"]) != bool(match["colon"]) or not (match["dash"] or match["blank"].strip()):
        return None
    fields = [int(match[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")]
    try:
        moment = datetime(*fields, tzinfo=_parse_offset(match))  # type: ignore[arg-type, misc]
    except ValueError:
        return None
    if not 1 < moment.year < MAXYEAR:  # the same time in any zone needs a day on either side of it
        return None
    zone = to_time_zone(match["zone"]) if match["zone"] else None
    if zone is not None and match["sign"]:
        check_offset(text, moment, zone)
    return WrittenTime(moment, zone)


def _parse_offset(match: re.Match[str]) -> tzinfo | None:
    if not match["sign"]:
        return UTC if match["offset"] else None
    minutes, seconds = int(match["minutes"] or 0), int(match["seconds"] or 0)
    if minutes > 59 or seconds > 59:
        raise ValueError(match["offset"])
    offset = timedelta(hours=int(match["hours"]), minutes=minutes, seconds=seconds)
    return timezone(offset if match["sign"] == "+" else -offset)


def check_offset(text: str, moment: datetime, zone: str) -> None:
    """Raise InvalidValue for a time with an offset that its own time zone does not have at that time."""
    local = moment.astimezone(load_zone(zone))
    if local.utcoffset() != moment.utcoffset():
        raise InvalidValue(
            f"expected an offset that {zone} has at that time, got {format_value(text)}; use {local.isoformat()} for "
            f"that instant, or {moment.replace(tzinfo=None).isoformat()} for the local time"
        )


def to_text(value: Any) -> Any:
    """Return a date, a time or a time zone of Python as text; other values as they are.

    The text of a time holds the time zone that the time names.
    """
    if isinstance(value, datetime):
        return _format_moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tzinfo):
        return _get_zone_name(value) or value.tzname(None) or value
    return value


def _format_moment(moment: datetime) -> str:
    zone = _get_zone_name(moment.tzinfo)
    info = load_zone(zone)
    if info is None:
        return moment.isoformat()
    if not hasattr(moment.tzinfo, "localize"):
        # Python gives an instant to local times that a zone skips, too. A zone of pytz whose `localize` was not used
        # gives a wrong one, which shows in its offset.
        try:
            moment = moment.astimezone(info)
        except OverflowError:
            return moment.isoformat()
    return f"{moment.isoformat()}[{zone}]"


def _get_zone_name(zone: Any) -> str | None:
    """Return the name of a zone of `zoneinfo`, which has a `key`, or of `pytz`, which has a `zone`."""
    name = getattr(zone, "key", None) or getattr(zone, "zone", None)
    return name if isinstance(name, str) else None
