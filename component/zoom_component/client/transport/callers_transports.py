"""Decide whether another process or event loop may use a transport that a caller brought, and refuse it if not."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

from zoom_component.client.network.request_writer import EncodedRequest
from zoom_component.errors import InputError, Problem

__all__ = ["AsyncRefusingTransport", "RefusingTransport", "has_no_connections"]


class RefusingTransport:
    """Refuse each request of a forked child whose session has a transport of its caller."""

    proxy_address = ""

    def send(self, request: EncodedRequest, deadline: float, limit: int) -> NoReturn:
        """Raise InputError."""
        message = (
            "expected a session that was opened in this process, got one of the parent process with a transport of its "
            "caller; nothing was sent. Open the session after the fork"
        )
        raise InputError([Problem("session", message)])

    def close(self) -> None:
        """Close nothing."""


class AsyncRefusingTransport:
    """Refuse each request of a forked child on its event loop, as `RefusingTransport` does."""

    proxy_address = ""

    async def send(self, request: EncodedRequest, seconds: float, limit: int) -> NoReturn:
        """Raise InputError."""
        RefusingTransport().send(request, seconds, limit)

    async def aclose(self) -> None:
        """Close nothing."""


def has_no_connections(transport: Any) -> bool:
    """Return whether a transport needs no network, so that processes and event loops may share it."""
    inner = getattr(transport, "inner", None)
    if inner is None or (httpx := sys.modules.get("httpx")) is None:
        return False  # one of our own
    in_memory = httpx.MockTransport, httpx.ASGITransport, httpx.WSGITransport
    return isinstance(inner, in_memory) or getattr(inner, "is_in_memory", False)
