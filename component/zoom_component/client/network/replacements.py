"""Send over the library that a test tool has replaced, so that the tool sees each request."""

from __future__ import annotations

import ssl

from zoom_component.client.network.replaced_networks import HTTPX
from zoom_component.client.network.request_writer import Origin
from zoom_component.client.network.transports import AsyncTransport, Transport

__all__ = ["create_async_replacement", "create_replacement"]


def create_replacement(library: str, origin: Origin, context: ssl.SSLContext | None, connections: int) -> Transport:
    """Return a transport over httpx or httpcore."""
    if library == HTTPX:
        import httpx

        from zoom_component.client.network.httpx_transports import HttpxTransport

        return HttpxTransport(origin, httpx.HTTPTransport(verify=context or False, trust_env=False))
    from zoom_component.client.network.httpcore_pools import create_pool
    from zoom_component.client.network.httpcore_transports import HttpcoreTransport

    return HttpcoreTransport(origin, create_pool(None, context, connections))


def create_async_replacement(
    library: str, origin: Origin, context: ssl.SSLContext | None, connections: int
) -> AsyncTransport:
    """Return a transport over httpx or httpcore for asyncio."""
    if library == HTTPX:
        import httpx

        from zoom_component.client.network.httpx_transports import AsyncHttpxTransport

        return AsyncHttpxTransport(origin, httpx.AsyncHTTPTransport(verify=context or False, trust_env=False))
    from zoom_component.client.network.httpcore_pools import create_async_pool
    from zoom_component.client.network.httpcore_transports import AsyncHttpcoreTransport

    return AsyncHttpcoreTransport(origin, create_async_pool(None, context, connections))
