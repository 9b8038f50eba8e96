"""Decide whether another process or event loop may use a transport that a caller brought, and refuse it if not."""

from __future__ import annotations

import httpx

from zoom_component.errors import InputError, Problem

__all__ = ["RefusingTransport", "has_no_connections"]


class RefusingTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Refuse each request of a forked child whose session has a transport of its caller."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Raise InputError."""
        message = (
            "expected a session that was opened in this process, got one of the parent process with a transport of its "
            "caller; nothing was sent. Open the session after the fork"
        )
        raise InputError([Problem("session", message)])

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raise InputError."""
        return self.handle_request(request)


def has_no_connections(transport: object) -> bool:
    """Return whether a transport needs no network, so that processes and event loops may share it."""
    in_memory = httpx.MockTransport, httpx.ASGITransport, httpx.WSGITransport
    return isinstance(transport, in_memory) or getattr(transport, "is_in_memory", False)
