"""Define what the transport needs of a connection, and its simplest case: a fixed token."""

from __future__ import annotations

from typing import Protocol

from zoom_component.client.connections.tokens import build_authorization_header, clean_access_token
from zoom_component.client.network.settings import NetworkSettings
from zoom_component.errors import ConnectionFailed
from zoom_component.log_records import live_connections

__all__ = ["DEFAULT_BASE_URL", "Connection", "StaticToken"]

DEFAULT_BASE_URL = "https://api.zoom.us/v2"


class Connection(Protocol):
    """Authorize calls to one account. Every method may be called from any thread.

    `base_url` is the address of the API without a trailing slash; the header is sent there and nowhere else.
    `identity` is the same for the same app and account and differs for any other, as far as that is known; it holds no
    secret. `key` is the key of the connection's spec. A connection may have `network`, its NetworkSettings; for one
    without them, the environment decides.
    """

    name: str
    identity: str
    key: str
    base_url: str

    def get_cached_header(self) -> str | None:
        """Return the Authorization header if memory holds a usable token, otherwise None.

        Do no I/O.
        """

    def authorize(self) -> str:
        """Return the Authorization header; read the store or ask Zoom if needed.

        Raise ConnectionFailed or TryLater.
        """
        ...

    def renew(self, rejected_header: str) -> str:
        """Return another header, after Zoom rejected one. Raise ConnectionFailed if there is none."""
        ...

    def get_scopes(self) -> tuple[str, ...] | None:
        """Return the scopes of the token in memory, None if they are not known."""

    def get_secrets(self) -> frozenset[str]:
        """Return every secret that is known now, for redaction."""
        ...

    def close(self) -> None:
        """Drop the token from memory."""


class StaticToken:
    """Authorize calls with a fixed token, which cannot be renewed.

    `network` names a proxy and certificate authorities; without it, the environment decides. Raise ConnectionFailed if
    the token is empty or cannot be sent in a header.
    """

    def __init__(
        self, token: str, *, base_url: str = DEFAULT_BASE_URL, name: str = "token",
        network: NetworkSettings | None = None,
    ) -> None:  # fmt: skip
        self.name = name
        self.identity = name  # a token does not reveal its account
        self.key = "token"
        self.base_url = base_url.rstrip("/")
        self.network = network or NetworkSettings()
        self._access = clean_access_token(token)
        live_connections.add(self)

    def __repr__(self) -> str:
        return f"StaticToken(name={self.name!r}, base_url={self.base_url!r})"

    def get_cached_header(self) -> str | None:
        """Return the Authorization header."""
        return build_authorization_header(self._access)

    def authorize(self) -> str:
        """Return the Authorization header."""
        return build_authorization_header(self._access)

    def renew(self, rejected_header: str) -> str:
        """Raise ConnectionFailed: a fixed token cannot be renewed."""
        raise ConnectionFailed(
            "Zoom rejects this token: it has expired or was replaced. A fixed token cannot be renewed: set a new one, "
            "or connect with client credentials, which get new tokens by themselves.",
            connection=self.name,
            reconnect=True,
        )

    def get_scopes(self) -> tuple[str, ...] | None:
        """Return None: the scopes of a fixed token are not known."""
        return None

    def get_secrets(self) -> frozenset[str]:
        """Return the token."""
        return frozenset({self._access})

    def close(self) -> None:
        """Do nothing: the token stays."""
        return
