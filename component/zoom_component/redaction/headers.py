"""List the secrets in the headers of a request. Pure."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterator

from zoom_component.redaction.names import is_secret_name

__all__ = ["list_header_secrets"]

_MIN_LENGTH = 4


def list_header_secrets(name: str, value: str) -> Iterator[str]:
    """Yield the secrets in the value of a header: a token, the credentials of Basic, the values of cookies."""
    if not is_secret_name(name):
        return
    lowered = name.lower()
    if lowered.endswith("cookie"):
        pairs = (part.partition("=") for part in value.split(";"))
        yield from (text.strip() for _, _, text in pairs if len(text.strip()) >= _MIN_LENGTH)
    elif lowered.endswith("authorization"):
        scheme, _, credentials = value.strip().partition(" ")
        if credentials:
            yield credentials.strip()
        if scheme.lower() == "basic":
            yield from _list_basic_secrets(credentials.strip())
    else:
        yield value


def _list_basic_secrets(credentials: str) -> Iterator[str]:
    """Yield the pair of a user and a password, and the password: https://www.rfc-editor.org/rfc/rfc7617."""
    try:
        pair = b64decode(credentials, validate=True).decode()
    except (binascii.Error, ValueError):
        return
    yield pair
    yield pair.partition(":")[2]
