"""Report each request before it is sent, so that a progress display can follow a long list."""

from __future__ import annotations

from collections.abc import Callable

from zoom_component.client.network.deadline_sockets import Deadline
from zoom_component.client.network.request_writer import EncodedRequest
from zoom_component.client.network.settings import NetworkSettings
from zoom_component.client.network.transports import Transport, create_transport
from zoom_component.messages import Reply

__all__ = ["CountingTransport", "create_counting_transport"]


class CountingTransport:
    """Pass requests on, and report how many there were: each before it is sent, and 0 at the end."""

    def __init__(self, inner: Transport, on_request: Callable[[int], None]) -> None:
        self._inner = inner
        self._on_request = on_request
        self._count = 0
        self.proxy_address = inner.proxy_address

    def send(self, request: EncodedRequest, deadline: Deadline, limit: int) -> Reply:
        """Report the request, then send it."""
        self._count += 1
        self._on_request(self._count)
        return self._inner.send(request, deadline, limit)

    def close(self) -> None:
        """Report 0, and close the inner transport."""
        self._on_request(0)
        self._inner.close()


def create_counting_transport(
    base_url: str, on_request: Callable[[int], None], network: NetworkSettings | None = None
) -> Transport:
    """Return the usual transport for a base URL, with a report of each request."""
    return CountingTransport(create_transport(base_url, network), on_request)
