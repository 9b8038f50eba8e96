"""Report each request before it is sent, so that a progress display can follow a long list."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from zoom_component.client.network.settings import NetworkSettings
from zoom_component.client.transport.driver import create_transport

__all__ = ["CountingTransport", "create_counting_transport"]


class CountingTransport(httpx.BaseTransport):
    """Pass requests on, and report how many there were: each before it is sent, and 0 at the end."""

    def __init__(self, inner: httpx.BaseTransport, on_request: Callable[[int], None]) -> None:
        self._inner = inner
        self._on_request = on_request
        self._count = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Report the request, then send it."""
        self._count += 1
        self._on_request(self._count)
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Report 0, and close the inner transport."""
        self._on_request(0)
        self._inner.close()


def create_counting_transport(
    base_url: str, on_request: Callable[[int], None], network: NetworkSettings | None = None
) -> httpx.BaseTransport:
    """Return the usual transport for a base URL, with a report of each request."""
    return CountingTransport(create_transport(base_url, network), on_request)
