"""Check and normalize text that has a format: email addresses, countries, URLs, and what the modules beside it read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from zoom_component.client.request import references, time_zones, times
from zoom_component.client.request.values import InvalidValue, format_value

__all__ = ["normalize_format"]

_EMAIL = re.compile(r"[^\s@<>,;\"()\[\]\\]+@[^\s@<>,;\"()\[\]\\.]+(?:\.[^\s@<>,;\"()\[\]\\.]+)+\Z")
_COUNTRY = re.compile(r"[A-Za-z]{2}\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def normalize_format(name: str, text: str) -> str:
    """Return the text in the form it is sent in. Raises InvalidValue for text that does not have the format."""
    return _FORMATS[name](text)


def _to_email(text: str) -> str:
    stripped = text.strip()
    if len(stripped) <= 320 and _EMAIL.match(stripped):
        return stripped
    raise InvalidValue(f"expected an email address such as someone@example.com, got {format_value(text)}")


def _to_country(text: str) -> str:
    if _COUNTRY.match(text.strip()):
        return text.strip().upper()
    raise InvalidValue(f"expected a country code of two letters such as US, got {format_value(text)}")


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
    "date": times.to_date,
    "date-or-time": times.to_date_or_time,
    "date-time": times.to_date_time,
    "email": _to_email,
    "id": references.to_id,
    "instant": times.to_date_time,
    "meeting": references.to_meeting_id,
    "time-zone": time_zones.to_time_zone,
    "url": _to_url,
    "year-month": times.to_year_month,
}
