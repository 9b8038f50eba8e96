"""A token as data. Pure: whoever asks whether it is still good brings the time along."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zoom_component.errors import ConnectionFailed

__all__ = ["EXPIRY_MARGIN", "Token", "build_authorization_header", "clean_access_token"]

EXPIRY_MARGIN = 60.0
"""Seconds before its end at which a token is no longer used: a call that starts now has to arrive and be checked."""

# Visible ASCII. Anything else would break the header, or smuggle another one in (RFC 6750 section 2.1 allows
# less still).
_BEARER = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Token:
    """What a token endpoint gave. Times are seconds since 1970; `expires_at` is None where nobody said.

    `access` is empty where only a refresh token is known so far.
    """

    access: str = field(repr=False)
    expires_at: float | None = None
    refresh: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ()
    api_url: str = ""
    issued_at: float = 0.0

    @property
    def authorization_header(self) -> str:
        return build_authorization_header(self.access)

    def is_usable(self, now: float) -> bool:
        """Whether it can be used at `now`: not within MARGIN of its end, or half its life if that is shorter."""
        if not self.access:
            return False
        if self.expires_at is None:
            return True
        margin = min(EXPIRY_MARGIN, max(0.0, self.expires_at - self.issued_at) / 2)
        return now < self.expires_at - margin

    def get_secrets(self) -> frozenset[str]:
        return frozenset(filter(None, (self.access, self.refresh)))

    def as_json(self) -> dict[str, Any]:
        """For the sealed store only: this holds the secrets."""
        return {
            "access": self.access,
            "expires_at": self.expires_at,
            "refresh": self.refresh,
            "scopes": list(self.scopes),
            "api_url": self.api_url,
            "issued_at": self.issued_at,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Token:
        """The way back from `as_json`. Raises KeyError, TypeError or ValueError on anything else."""
        expires_at = kept["expires_at"]
        return cls(
            access=str(kept["access"]),
            expires_at=None if expires_at is None else float(expires_at),
            refresh=str(kept["refresh"]),
            scopes=tuple(str(scope) for scope in kept["scopes"]),
            api_url=str(kept["api_url"]),
            issued_at=float(kept["issued_at"]),
        )


def build_authorization_header(access: str) -> str:
    """The value of the Authorization header for an access token."""
    return f"Bearer {access}"


def clean_access_token(access: str) -> str:
    """The token, trimmed, without a leading "Bearer". Raises ConnectionFailed when no header could carry it."""
    bare = re.sub(r"(?i)^\s*bearer(\s+|$)", "", access).strip()
    if not bare:
        raise ConnectionFailed("The token is empty: give the token itself.", reconnect=True)
    if not _BEARER.fullmatch(bare):
        raise ConnectionFailed(
            "This is no token: it holds a space, a line break or another character that no token has. "
            "Copy it again, whole and alone.",
            reconnect=True,
        )
    return bare
