"""Clean the fields of a connection that hold other characters than printable ASCII."""

from __future__ import annotations

from zoom_component.errors import Problem
from zoom_component.identity_text import UnreadableCharacter, clean_credential, clean_text

__all__ = ["clean_field"]


def clean_field(key: str, value: str, problems: list[Problem]) -> str:
    """Return a field as it is sent; add a problem, and return "", for a character that no credential has."""
    if "://" in value and (url := clean_text(value).strip()).isprintable():
        return url  # a host may have letters of any script
    try:
        return clean_credential(value)
    except UnreadableCharacter as error:
        # The value is not repeated: it may be a secret.
        message = f"expected one line of ASCII text, got a value with {error}. Copy the whole value again."
        problems.append(Problem(key, message))
        return ""
