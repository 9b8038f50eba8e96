"""Check a value against what its input allows: its format, choices, length, range, pattern and items."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from zoom_component.client.request.choices import format_choices
from zoom_component.client.request.references import find_meeting_number
from zoom_component.client.request.time_zones import to_time_zone
from zoom_component.client.request.times import to_date, to_date_or_time, to_date_time, to_year_month
from zoom_component.client.request.values import InvalidValue, format_value
from zoom_component.spec.spec import Input

__all__ = ["find_violations", "normalize_format"]

_EMAIL = re.compile(r"[^\s@<>,;\"()\[\]\\]+@[^\s@<>,;\"()\[\]\\.]+(?:\.[^\s@<>,;\"()\[\]\\.]+)+\Z")
_COUNTRY = re.compile(r"[A-Za-z]{2}\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)


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


def _to_id(text: str) -> str:
    stripped = text.strip()
    if stripped and not _CONTROL.search(stripped) and len(stripped) <= 320:
        return stripped
    raise InvalidValue(f"expected an ID on one line, got {format_value(text)}")


def _to_meeting_id(text: str) -> str:
    """Return a meeting number, also that of a join link, or a UUID as it is."""
    return find_meeting_number(text) or _to_id(text)


def find_violations(value: Any, spec: Input) -> Iterator[str]:
    """Yield a message for each limit of the input that the coerced value violates."""
    if value is None:
        return
    if spec.model is not None:
        for item in value if isinstance(value, list) else [value]:
            if _to_choice(item) not in spec.model:
                yield f"expected {format_choices(spec.model)}, got {format_value(item)}"
    if isinstance(value, str):
        yield from _check_length(value, spec)
        if spec.pattern is not None and not _compile(spec.pattern).fullmatch(value):
            yield f"expected text that matches {spec.pattern}{_format_example(spec)}, got {format_value(value)}"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        kind = "an integer" if spec.wire_type == "integer" else "a number"
        yield from _check_range(value, spec.minimum, spec.maximum, kind)
    if spec.items is not None:
        yield from _check_items(value, spec.items)


def _check_length(value: str, spec: Input) -> Iterator[str]:
    if spec.max_length is not None and len(value) > spec.max_length:
        yield f"expected at most {_count(spec.max_length)}, got {len(value):,}"
    if spec.min_length is not None and len(value) < spec.min_length:
        yield f"expected at least {_count(spec.min_length)}, got {len(value):,}"


def _count(characters: int) -> str:
    return f"{characters:,} character{'' if characters == 1 else 's'}"


def _check_range(value: float, minimum: int | None, maximum: int | None, kind: str) -> Iterator[str]:
    if (minimum is None or value >= minimum) and (maximum is None or value <= maximum):
        return
    if minimum is not None and maximum is not None:
        limits = f"from {minimum:,} to {maximum:,}"
    else:
        limits = f"of at least {minimum:,}" if minimum is not None else f"of at most {maximum:,}"
    yield f"expected {kind} {limits}, got {format_value(value)}"


def _check_items(value: Any, items: Mapping[str, Any]) -> Iterator[str]:
    """Check each item of a list, or of text that is separated by commas."""
    model = items.get("model")
    for item in value.split(",") if isinstance(value, str) else value:
        text = _to_choice(item)
        if model is not None and text not in model:
            yield f"expected each item to be {format_choices(model)}, got {format_value(item)}"
        elif items.get("wireType") == "integer":
            if not _INTEGER.fullmatch(text):
                yield f"expected integers separated by commas, got the item {format_value(item)}"
                continue
            yield from _check_range(int(text), items.get("minimum"), items.get("maximum"), "each item")
        if items.get("pattern") and not _compile(items["pattern"]).fullmatch(text):
            yield f"expected each item to match {items['pattern']}, got {format_value(item)}"


def _format_example(spec: Input) -> str:
    example = spec.example if isinstance(spec.example, str) else spec.placeholder
    return f", for example {example}" if example else ""


def _to_choice(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@lru_cache(maxsize=256)
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


_FORMATS: Mapping[str, Callable[[str], str]] = {
    "country": _to_country,
    "date": to_date,
    "date-or-time": to_date_or_time,
    "date-time": to_date_time,
    "email": _to_email,
    "id": _to_id,
    "instant": to_date_time,
    "meeting": _to_meeting_id,
    "time-zone": to_time_zone,
    "url": _to_url,
    "year-month": to_year_month,
}
