"""Read the ID of a meeting or webinar from what people copy: a number, a join link or a UUID."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from zoom_component.client.request.values import InvalidValue, format_value

__all__ = ["find_meeting_number"]

_MEETING_NUMBER = re.compile(r"[0-9]{8,12}\Z", re.ASCII)
# Numbers that no meeting has: 0, negative ones, fractions.
_OTHER_NUMBER = re.compile(r"(?:[+-][0-9.]*|0+|[0-9]*\.[0-9]*|[0-9.]+[eE][+-]?[0-9]+)\Z", re.ASCII)
_SPACED_NUMBER = re.compile(r"[0-9][0-9 -]*[0-9]\Z", re.ASCII)
_JOIN_PATH = re.compile(r"/(?:j|s|w|my|wc|wc/join|webinar/register|meeting/register)/([0-9]{8,12})(?:/|\Z)", re.ASCII)


def find_meeting_number(text: str) -> str | None:
    """Return the meeting number of a text, also that of a join link; None for other text, such as a UUID.

    Raises InvalidValue for a number that no meeting has, and for a link without one.
    """
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
    return None


def _parse_path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
