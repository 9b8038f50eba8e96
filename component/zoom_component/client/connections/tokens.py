"""Represent tokens as data. Pure: the caller passes the current time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zoom_component.errors import ConnectionFailed

__all__ = ["EXPIRY_MARGIN", "Token", "build_authorization_header", "clean_access_token"]

EXPIRY_MARGIN = 60.0
"""Seconds before its expiry from which a token is no longer used: a call needs time to arrive and be checked."""

# Visible ASCII. Any other character would break the header or inject another one
# (https://datatracker.ietf.org/doc/html/rfc6750#section-2.1 allows even less).
_ACCESS_TOKEN = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Token:
    """Hold what a token endpoint returned.

    Times are seconds since 1970; `expires_at` is None if unknown. `access` is empty if only the refresh token is known.
    """

    access: str = field(repr=False)
    expires_at: float | None = None
    refresh: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ()
    api_url: str = ""
    issued_at: float = 0.0

    @property
    def authorization_header(self) -> str:
        """Return the value of the Authorization header."""
        return build_authorization_header(self.access)

    def is_usable(self, now: float) -> bool:
        """Return whether the token can be used at `now`.

        It cannot within EXPIRY_MARGIN of its expiry, or within half of its lifetime if that is shorter.
        """
        if not self.access:
            return False
        if self.expires_at is None:
            return True
        margin = min(EXPIRY_MARGIN, max(0.0, self.expires_at - self.issued_at) / 2)
        return now < self.expires_at - margin

    def get_secrets(self) -> frozenset[str]:
        """Return the strings that must not be printed or logged."""
        return frozenset(filter(None, (self.access, self.refresh)))

    def as_json(self) -> dict[str, Any]:
        """Return the token as a JSON object. It holds the secrets: for the encrypted store only."""
        return {
            "access": self.access,
            "expires_at": self.expires_at,
            "refresh": self.refresh,
            "scopes": list(self.scopes),
            "api_url": self.api_url,
            "issued_at": self.issued_at,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Token:
        """Return the token that `as_json` wrote.

        Raise KeyError, TypeError or ValueError for any other value.
        """
        expires_at = value["expires_at"]
        return cls(
            access=str(value["access"]),
            expires_at=None if expires_at is None else float(expires_at),
            refresh=str(value["refresh"]),
            scopes=tuple(str(scope) for scope in value["scopes"]),
            api_url=str(value["api_url"]),
            issued_at=float(value["issued_at"]),
        )


def build_authorization_header(access: str) -> str:
    """Return the value of the Authorization header for an access token."""
    return f"Bearer {access}"


def clean_access_token(access: str) -> str:
    """Return the token without surrounding space and without a leading "Bearer".

    Raise ConnectionFailed if it is empty or holds a character that a header cannot carry.
    """
    token = re.sub(r"(?i)^\s*bearer(\s+|$)", "", access).strip()
    if not token:
        raise ConnectionFailed("The token is empty. Set it to an access token.", reconnect=True)
    if not _ACCESS_TOKEN.fullmatch(token):
        raise ConnectionFailed(
            "The token holds a space, a line break or another character that no token has. Copy the whole token again.",
            reconnect=True,
        )
    return token
