"""Find the route of a WebSocket, as arguments for `websockets.connect`."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

from zoom_component.client.network.authorities import create_tls_context, read_authorities
from zoom_component.client.network.proxies import Proxy
from zoom_component.client.network.routes import find_proxy
from zoom_component.client.network.settings import NetworkSettings
from zoom_component.client.network.tunnel import open_socks_socket

__all__ = ["WebSocketRoute"]


class WebSocketRoute:
    """Hold the proxy and the TLS context for an address. Raise InputError for invalid settings.

    `proxy_address` is the host and port of the proxy, "" without one.
    """

    def __init__(self, address: str, settings: NetworkSettings) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "", parts.port or (443 if parts.scheme == "wss" else 80)
        self._proxy: Proxy | None = find_proxy(address, settings)
        self._context = create_tls_context(read_authorities(settings)) if parts.scheme == "wss" else None
        self.proxy_address = self._proxy.authority if self._proxy is not None else ""

    async def open(self, timeout: float) -> dict[str, Any]:
        """Return the arguments that lead through the proxy. Raise OSError if a SOCKS proxy does not connect."""
        options: dict[str, Any] = {"proxy": None}
        if self._context is not None:
            options["ssl"] = self._context
        if self._proxy is None:
            return options
        if self._proxy.scheme == "socks5":
            # One SOCKS client for everything that is sent; the one of websockets needs another package.
            options["sock"] = await asyncio.to_thread(open_socks_socket, self._proxy, self._host, self._port, timeout)
            return options
        options["proxy"] = self._proxy.url
        if self._proxy.scheme == "https":
            options["proxy_ssl"] = self._context
        return options
