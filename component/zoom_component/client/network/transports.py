"""Create what requests are sent over: connections of our own, or httpcore's pools through a proxy.

A proxy sees the host name and encrypted bytes only: HTTPS is tunneled, and a token is not sent over http:// through it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from zoom_component.client.network.request_writer import EncodedRequest, Origin
from zoom_component.client.network.settings import NetworkSettings

if TYPE_CHECKING:
    import ssl

    import httpx

    from zoom_component.client.network.deadline_sockets import Deadline
    from zoom_component.client.network.proxies import Proxy
    from zoom_component.messages import Reply

__all__ = [
    "AsyncTransport",
    "Transport",
    "adapt_async_transport",
    "adapt_transport",
    "create_async_transport",
    "create_httpx_transport",
    "create_transport",
]


class Transport(Protocol):
    """Send requests to one origin from threads. `proxy_address` is the host and port of a proxy, "" for none."""

    proxy_address: str

    def send(self, request: EncodedRequest, deadline: Deadline, limit: int) -> Reply:
        """Return the answer, with a body of at most `limit` bytes.

        Raise a SendError if no complete answer arrives before the deadline, BodyRefused for too large a body, and
        InputError for a request that cannot be sent.
        """

    def close(self) -> None:
        """Close the connections."""


class AsyncTransport(Protocol):
    """Send requests to one origin on one event loop."""

    proxy_address: str

    async def send(self, request: EncodedRequest, seconds: float, limit: int) -> Reply:
        """Return the answer that arrives within seconds, or raise as `Transport.send` does."""

    async def aclose(self) -> None:
        """Close the connections."""


def create_transport(url: str, settings: NetworkSettings | None = None, *, connections: int = 20) -> Transport:
    """Return a pool of connections to the host of a URL. Raise InputError for invalid settings."""
    origin = Origin.from_url(url)
    proxy, context = _find_route(origin, url, settings)
    if proxy is None:
        from zoom_component.client.network.connection_pool import ConnectionPool

        return ConnectionPool(origin, context, connections)
    from zoom_component.client.network.httpcore_pools import create_pool
    from zoom_component.client.network.httpcore_transports import HttpcoreTransport

    return HttpcoreTransport(origin, create_pool(proxy, context, connections), proxy.authority)


def create_async_transport(
    url: str, settings: NetworkSettings | None = None, *, connections: int = 20
) -> AsyncTransport:
    """Return a pool of connections for asyncio, as `create_transport` does."""
    origin = Origin.from_url(url)
    proxy, context = _find_route(origin, url, settings)
    if proxy is None:
        from zoom_component.client.network.async_connection_pool import AsyncConnectionPool

        return AsyncConnectionPool(origin, context, connections)
    from zoom_component.client.network.httpcore_pools import create_async_pool
    from zoom_component.client.network.httpcore_transports import AsyncHttpcoreTransport

    return AsyncHttpcoreTransport(origin, create_async_pool(proxy, context, connections), proxy.authority)


def create_httpx_transport(url: str, settings: NetworkSettings | None = None) -> httpx.BaseTransport:
    """Return the transport for a URL as one of httpx, for what records exchanges."""
    from zoom_component.client.network.httpx_transports import OwnTransport

    return OwnTransport(create_transport(url, settings))


def adapt_transport(transport: Any, url: str) -> Transport:
    """Return a transport of a caller, which is one of httpx or a `Transport`, as a `Transport`."""
    if hasattr(transport, "handle_request"):
        from zoom_component.client.network.httpx_transports import HttpxTransport

        return HttpxTransport(Origin.from_url(url), transport)
    adapted: Transport = transport
    return adapted


def adapt_async_transport(transport: Any, url: str) -> AsyncTransport:
    """Return a transport of a caller for asyncio as an `AsyncTransport`."""
    if hasattr(transport, "handle_async_request"):
        from zoom_component.client.network.httpx_transports import AsyncHttpxTransport

        return AsyncHttpxTransport(Origin.from_url(url), transport)
    adapted: AsyncTransport = transport
    return adapted


def _find_route(
    origin: Origin, url: str, settings: NetworkSettings | None
) -> tuple[Proxy | None, ssl.SSLContext | None]:
    # What needs neither a proxy nor TLS needs nothing that knows about them.
    if origin.is_plain_loopback:
        return None, None
    from zoom_component.client.network.secure_routes import find_secure_route

    return find_secure_route(url, settings or NetworkSettings())
