"""The usual transport, telling of each request: what a long list's progress is drawn from."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from zoom_component.client.transport.http import create_transport

__all__ = ["CountingTransport", "create_counting_transport"]


class CountingTransport(httpx.BaseTransport):
    """Passes requests on, and tells how many there were, each before it is sent; 0 at the end."""

    def __init__(self, inner: httpx.BaseTransport, tell: Callable[[int], None]) -> None:
        self._inner = inner
        self._tell = tell
        self._asked = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Tells, then sends."""
        self._asked += 1
        self._tell(self._asked)
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Tells the end, and closes."""
        self._tell(0)
        self._inner.close()


def create_counting_transport(base_url: str, on_request: Callable[[int], None]) -> httpx.BaseTransport:
    """The transport for a base URL, watched."""
    return CountingTransport(create_transport(base_url), on_request)
