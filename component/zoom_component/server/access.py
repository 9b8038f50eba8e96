"""Decide who may send requests to a server: with an API key, or from this machine only."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from zoom_component.identity_text import remove_invisible

__all__ = ["API_KEY_VARIABLE", "LOOPBACK_HOSTS", "MIN_KEY_BYTES", "Access", "Caller", "create_api_key", "read_api_key"]

API_KEY_VARIABLE = "ZOOM_COMPONENT_API_KEY"
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
MIN_KEY_BYTES = 16  # of a key that other machines can try out
_LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")
# Pages about the actions themselves: they hold nothing of an account.
_PAGES = re.compile(r"/|/health|/openapi\.json|/actions|/sources|/actions/[A-Za-z0-9_]+/schema")
Headers = dict[bytes, bytes]


class Caller(NamedTuple):
    """Name who sent a request: the address, and the beginning of the SHA-256 of the key, "" without one."""

    client: str
    key_id: str


def read_api_key() -> str:
    """Return the API key that clients have to send, without surrounding space and characters that nobody sees.

    "" if none is set.
    """
    return remove_invisible(os.environ.get(API_KEY_VARIABLE, "")).strip()


def create_api_key() -> str:
    """Return a random API key for one run of a server."""
    return secrets.token_urlsafe(32)


def is_health_check(method: str, path: str) -> bool:
    """Return whether a request asks for the health of the server."""
    return path == "/health"


def is_page(method: str, path: str) -> bool:
    """Return whether a request reads a page about the actions, or the health of the server."""
    return method in ("GET", "HEAD") and _PAGES.fullmatch(path) is not None


@dataclass(frozen=True)
class Access:
    """Hold the rules of a server.

    With an `api_key`, each request needs it as a bearer token, except where `is_public` is true of its method and path.
    With `is_local`, only requests to this machine's own names are accepted, so that a page which a browser loads from
    elsewhere gets no access. Without a key, this always holds.
    """

    api_key: str = ""
    is_local: bool = False
    is_public: Callable[[str, str], bool] = is_health_check

    @property
    def key_id(self) -> str:
        """Return a name for the key that does not reveal it; "" without a key."""
        return f"sha256:{hashlib.sha256(self.api_key.encode()).hexdigest()[:12]}" if self.api_key else ""

    def find_refusal(self, method: str, path: str, headers: Headers) -> tuple[int, str] | None:
        """Return the status and the message of a refusal, None if the request may pass."""
        if self.is_local or not self.api_key:
            is_local = _is_local_name(headers.get(b"host", b"")) and _is_same_site(headers)
            if not is_local:
                return 403, "this server only answers to this machine; start it with an API key to open it to others"
        if self.api_key and not self.is_public(method, path) and not self._has_api_key(headers):
            return 401, "the API key is missing or wrong; send it as the header authorization: Bearer KEY"
        return None

    def _has_api_key(self, headers: Headers) -> bool:
        scheme, _, value = headers.get(b"authorization", b"").partition(b" ")
        return hmac.compare_digest(value.strip(), self.api_key.encode()) and scheme.lower() == b"bearer"


def _is_local_name(host: bytes) -> bool:
    name = host.decode("latin-1").lower()
    return any(
        name == local or (name.startswith(f"{local}:") and name[len(local) + 1 :].isdigit()) for local in _LOCAL_NAMES
    )


def _is_same_site(headers: Headers) -> bool:
    """Return whether no foreign page is behind a request.

    A browser sends one of these two headers if there is.
    """
    origin = headers.get(b"origin")
    if origin is not None and not _is_local_name(origin.partition(b"://")[2]):
        return False
    return headers.get(b"sec-fetch-site", b"") != b"cross-site"
