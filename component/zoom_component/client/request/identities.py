"""Read IDs and email addresses from what people copy, and refuse characters that only look like others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from zoom_component.client.request.values import InvalidValue, format_value
from zoom_component.identity_text import (
    UnreadableCharacter,
    clean_credential,
    clean_email,
    clean_id,
    clean_text,
    describe_unreadable,
)

__all__ = ["read_email", "read_id", "read_items", "read_numbers", "read_phone", "read_token"]


def read_email(text: str) -> str:
    """Return the email address in a text; a text without one is returned for its caller to refuse.

    Raises InvalidValue for a blank or a letter that looks like another one, and names it.
    """
    return _read(clean_email, text, "an email address such as someone@example.com")


def read_id(text: str) -> str:
    """Return an ID, or an email address, without what surrounds it.

    Raises InvalidValue for a character that no ID has, and names it.
    """
    return _read(clean_id, text, "an ID on one line")


def read_numbers(value: str | list[Any]) -> str | list[Any]:
    """Return a number or a list with ASCII digits and signs, and without invisible characters and blanks around it."""
    if isinstance(value, str):
        return clean_text(value).strip()
    return [clean_text(item).strip() if isinstance(item, str) else item for item in value]


def read_phone(text: str) -> str:
    """Return a telephone number, also that of a `tel:` link."""
    cleaned = clean_text(text).strip()
    if cleaned[:4].lower() == "tel:":
        from urllib.parse import unquote

        cleaned = unquote(cleaned[4:]).strip()
    return cleaned


def read_token(text: str) -> str:
    """Return an opaque token. Raises InvalidValue for a character that no token has, and names it."""
    try:
        return clean_credential(text)
    except UnreadableCharacter as error:
        raise InvalidValue(f"expected a token, got one with {error}") from None


def read_items(items: Any, name: str, normalize: Callable[[str, str], str]) -> Any:
    """Return a list, or text with commas, with each text and the field `email` of each object in the format `name`.

    Other items stay. Raises InvalidValue for the first one that does not have the format.
    """
    if isinstance(items, str):
        return ",".join(normalize(name, item) for item in items.split(","))
    if not isinstance(items, list):
        return items
    return [_read_item(item, name, normalize) for item in items]


def _read_item(item: Any, name: str, normalize: Callable[[str, str], str]) -> Any:
    if isinstance(item, str):
        return normalize(name, item)
    if isinstance(item, Mapping) and isinstance(address := item.get("email"), str):
        return {**item, "email": normalize("email", address)}
    return item


def _read(clean: Callable[[str], str], text: str, expected: str) -> str:
    try:
        cleaned = clean(text)
    except UnreadableCharacter as error:
        raise InvalidValue(f"expected {expected}, got {format_value(text)}, which has {error}") from None
    # A blank that looks like any other, or like none, would otherwise be refused without a visible reason.
    blanks = "" if text.isascii() else "".join(char for char in text.strip() if clean_text(char) == " " != char)
    if blanks and " " in cleaned:
        reason = f"which has {describe_unreadable(blanks)}"
        raise InvalidValue(f"expected {expected}, got {format_value(text)}, {reason}")
    return cleaned
