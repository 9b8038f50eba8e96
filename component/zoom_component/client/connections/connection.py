"""The one shape that the transport asks for a header, and its simplest case: a token that somebody else looks after."""

from __future__ import annotations

from typing import Protocol

from zoom_component.client.connections.tokens import build_authorization_header, clean_access_token
from zoom_component.errors import ConnectionFailed

__all__ = ["Connection", "StaticToken"]

DEFAULT_BASE_URL = "https://api.zoom.us/v2"


class Connection(Protocol):
    """An authorised way to one account. Every method may be called from any thread.

    `base_url` is where the API is, without a trailing slash; the header goes there and nowhere else. `identity` is the
    same for the same app and account, and another for any other, as far as that can be told; it holds no secret.
    """

    name: str
    identity: str
    key: str
    base_url: str

    def get_cached_header(self) -> str | None:
        """The Authorization header when memory holds a token that stays good for a while; never any I/O."""

    def authorize(self) -> str:
        """The Authorization header; may read the store or ask Zoom. Raises ConnectionFailed or TryLater."""
        ...

    def renew(self, rejected_header: str) -> str:
        """Another header, after Zoom refused `rejected`. Raises ConnectionFailed when there is none to be had."""
        ...

    def get_scopes(self) -> tuple[str, ...] | None:
        """The scopes of the token in memory, as its answer told them; None where nobody did."""

    def get_secrets(self) -> frozenset[str]:
        """Every secret string known now, for redaction."""
        ...

    def close(self) -> None:
        """Forget what is held in memory."""


class StaticToken:
    """A connection over a token that was handed in. It cannot renew itself: a refused token is the end of it.

    Raises ConnectionFailed when the token is empty or cannot stand in a header.
    """

    def __init__(self, token: str, *, base_url: str = DEFAULT_BASE_URL, name: str = "token") -> None:
        self.name = name
        self.identity = name  # a token does not say whose it is
        self.key = "token"
        self.base_url = base_url.rstrip("/")
        self._access = clean_access_token(token)

    def __repr__(self) -> str:
        return f"StaticToken(name={self.name!r}, base_url={self.base_url!r})"

    def get_cached_header(self) -> str | None:
        return build_authorization_header(self._access)

    def authorize(self) -> str:
        return build_authorization_header(self._access)

    def renew(self, rejected_header: str) -> str:
        raise ConnectionFailed(
            "Zoom does not take this token: it has expired or was replaced. A token given by hand cannot renew itself: "
            "give a new one, or connect with client credentials so that it is renewed for you.",
            connection=self.name,
            reconnect=True,
        )

    def get_scopes(self) -> tuple[str, ...] | None:
        return None

    def get_secrets(self) -> frozenset[str]:
        return frozenset({self._access})

    def close(self) -> None:
        return None
