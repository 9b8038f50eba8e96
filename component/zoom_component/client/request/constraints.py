"""Check a value against what its input allows: its format, choices, length, range, pattern and items."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from zoom_component.client.request.choices import format_choices
from zoom_component.client.request.values import InvalidValue, coerce, format_value
from zoom_component.spec.spec import Input

__all__ = ["convert_value", "find_violations", "normalize_format"]

_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;\"()\[\]\\.]+(?:\.[^\s@<>,;\"()\[\]\\.]+)+\Z")
_IDENTITY_KEYS = {"wireType", "pattern", "format"}  # of the items of a list of numbers or IDs
_COUNTRY = re.compile(r"[A-Za-z]{2}\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)


def convert_value(value: Any, spec: Input) -> Any:
    """Return a raw value in the form that it is sent in: with the type and the format of its input.

    Raises InvalidValue with what is expected and what came.
    """
    name = spec.format
    if name == "meeting" and spec.wire_type == "integer" and isinstance(value, str):
        return _to_meeting_number(value, spec)
    if isinstance(value, str | list) and not str(value).isascii() and _holds_identities(spec):
        from zoom_component.client.request.identities import read_numbers

        value = read_numbers(value)
    coerced = coerce(value, spec)
    if name is not None and isinstance(coerced, str):
        coerced = normalize_format(name, coerced)
    if spec.items is not None and (item_format := spec.items.get("format")):
        from zoom_component.client.request.identities import read_items

        coerced = read_items(coerced, item_format, normalize_format)
    return coerced


def _to_meeting_number(text: str, spec: Input) -> int:
    """Return the number of the meeting that a text names. A UUID is not one."""
    with contextlib.suppress(InvalidValue):
        return int(coerce(_to_meeting(text), spec))
    try:
        return int(coerce(text, spec))
    except InvalidValue as error:
        raise InvalidValue(f"{error}; a link or an invitation that names a meeting is accepted too") from None


def _holds_identities(spec: Input) -> bool:
    """Return whether a value is a number, or a list of numbers or IDs."""
    return spec.wire_type in ("integer", "number") or bool(spec.items and spec.items.keys() & _IDENTITY_KEYS)


def normalize_format(name: str, text: str) -> str:
    """Return the text in the form it is sent in. Raises InvalidValue for text that does not have the format."""
    return _FORMATS[name](text)


def _to_time(name: str) -> Callable[[str], str]:
    """Return the function that reads a format of dates and times. Its module is imported by the first call."""

    def read(text: str) -> str:
        from zoom_component.client.request import time_zones, times

        readers: Mapping[str, Callable[[str], str]] = {
            "date": times.to_date,
            "date-or-time": times.to_date_or_time,
            "date-time": times.to_date_time,
            "time-zone": time_zones.to_time_zone,
            "year-month": times.to_year_month,
        }
        return readers[name](text)

    return read


def _to_meeting(text: str) -> str:
    from zoom_component.client.request.references import read_meeting_id

    return read_meeting_id(text)


def _to_email(text: str) -> str:
    stripped = text.strip()
    if not (stripped.isascii() and _EMAIL.match(stripped)):
        from zoom_component.client.request.identities import read_email

        stripped = read_email(text)
    if len(stripped) <= 320 and _EMAIL.match(stripped) and not _CONTROL.search(stripped):
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
    if not stripped.isascii() or ("@" in stripped and not _EMAIL.match(stripped)):
        from zoom_component.client.request.identities import read_id

        stripped = read_id(text)
    if stripped and not _CONTROL.search(stripped) and len(stripped) <= 320:
        return stripped
    raise InvalidValue(f"expected an ID on one line, got {format_value(text)}")


def _to_phone(text: str) -> str:
    """Return a telephone number, also that of a `tel:` link, with ASCII digits."""
    from zoom_component.client.request.identities import read_phone

    return read_phone(text)


def _to_token(text: str) -> str:
    """Return an opaque token without invisible characters and blanks around it."""
    if text.isascii():
        return text.strip()
    from zoom_component.client.request.identities import read_token

    return read_token(text)


def _to_ids(text: str) -> str:
    """Return IDs or email addresses as Zoom takes them, separated by semicolons; blank text stays empty."""
    from zoom_component.identity_text import split_addresses

    return ";".join(map(_to_id, split_addresses(text)))


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
    "date": _to_time("date"),
    "date-or-time": _to_time("date-or-time"),
    "date-time": _to_time("date-time"),
    "email": _to_email,
    "id": _to_id,
    "ids": _to_ids,
    "instant": _to_time("date-time"),
    "meeting": _to_meeting,
    "phone": _to_phone,
    "time-zone": _to_time("time-zone"),
    "token": _to_token,
    "url": _to_url,
    "year-month": _to_time("year-month"),
}
