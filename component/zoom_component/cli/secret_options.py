"""Clean secrets and IDs of options and environment variables. No message repeats a value."""

from __future__ import annotations

import contextlib

from zoom_component.errors import InputError, Problem
from zoom_component.identity_text import UnreadableCharacter, clean_credential, clean_text

__all__ = ["clean_secret", "list_forms"]


def clean_secret(value: str, option: str) -> str:
    """Return a secret, or an ID of an app or account, without blanks around it and characters that nobody sees.

    Raise InputError for a character that none has.
    """
    try:
        return clean_credential(value)
    except UnreadableCharacter as error:
        message = f"expected ASCII characters, got a value with {error}; copy the whole value again"
        raise InputError([Problem(option, message)]) from None


def list_forms(secret: str) -> list[str]:
    """Return a secret as it is written and as it is sent, to mask both."""
    forms = {secret, clean_text(secret).strip()}
    with contextlib.suppress(UnreadableCharacter):
        forms.add(clean_credential(secret))
    return sorted(forms - {""})
