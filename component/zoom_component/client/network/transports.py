"""Create the HTTP transports that everything is sent over, directly or through a proxy.

A proxy sees the host name and encrypted bytes only: HTTPS is tunneled, and a token is not sent over http:// through it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpcore
import httpx

from zoom_component.client.network.authorities import create_tls_context, read_authorities
from zoom_component.client.network.exchange_limits import limit_whole_exchanges
from zoom_component.client.network.proxies import Proxy
from zoom_component.client.network.routes import find_route
from zoom_component.client.network.settings import NetworkSettings
from zoom_component.errors import InputError, Problem

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable

    from zoom_component.client.network.socks5 import Negotiation

__all__ = ["AsyncProxyTransport", "ProxyTransport", "create_async_transport", "create_transport", "find_secure_route"]


def create_transport(url: str, settings: NetworkSettings, *, connections: int = 20) -> httpx.BaseTransport:
    """Return a pool of connections to the host of a URL. Raise InputError for invalid settings."""
    proxy, context = find_secure_route(url, settings)
    if proxy is not None and context is not None:
        return limit_whole_exchanges(ProxyTransport(proxy, context, connections))
    return limit_whole_exchanges(
        httpx.HTTPTransport(verify=context or False, trust_env=False, limits=_build_limits(connections))
    )


def create_async_transport(url: str, settings: NetworkSettings, *, connections: int = 20) -> httpx.AsyncBaseTransport:
    """Return a pool of connections for asyncio, as `create_transport` does."""
    proxy, context = find_secure_route(url, settings)
    if proxy is not None and context is not None:
        return AsyncProxyTransport(proxy, context, connections)
    return httpx.AsyncHTTPTransport(verify=context or False, trust_env=False, limits=_build_limits(connections))


def find_secure_route(url: str, settings: NetworkSettings) -> tuple[Proxy | None, ssl.SSLContext | None]:
    """Return the proxy for a URL that gets a token, and the TLS context; None for no proxy, and for plain http://.

    Raise InputError for invalid settings, and for an http:// URL that would be sent through a proxy.
    """
    proxy, origin = find_route(url, settings)
    if url[:6].lower() == "https:":
        return proxy, create_tls_context(read_authorities(settings))
    if proxy is not None:
        message = (
            "expected an https:// URL, got http:// with a proxy, which would see the access token. Use https://, add "
            f"the host to NO_PROXY, or connect without the proxy of {origin}."
        )
        raise InputError([Problem("base_url", message)])
    return None, None


class ProxyTransport(httpx.HTTPTransport):
    """Send requests through a proxy; `proxy_address` is its host and port.

    An httpx.ProxyError reports that it does not connect, a ConnectError that it cannot be reached itself.
    """

    def __init__(self, proxy: Proxy, context: ssl.SSLContext, connections: int) -> None:
        super().__init__(verify=context, trust_env=False)
        self.proxy_address = proxy.authority
        # httpx cannot set what speaks SOCKS here. Its own SOCKS proxy waits without a limit.
        if proxy.scheme == "socks5":
            self._pool = httpcore.ConnectionPool(
                network_backend=_SocksBackend(proxy), **_build_pool_options(context, connections)
            )
        else:
            self._pool = httpcore.HTTPProxy(**_build_proxy_options(proxy, context, connections))


class AsyncProxyTransport(httpx.AsyncHTTPTransport):
    """Send requests through a proxy on an event loop, as `ProxyTransport` does."""

    def __init__(self, proxy: Proxy, context: ssl.SSLContext, connections: int) -> None:
        super().__init__(verify=context, trust_env=False)
        self.proxy_address = proxy.authority
        if proxy.scheme == "socks5":
            self._pool = httpcore.AsyncConnectionPool(
                network_backend=_AsyncSocksBackend(proxy), **_build_pool_options(context, connections)
            )
        else:
            self._pool = httpcore.AsyncHTTPProxy(**_build_proxy_options(proxy, context, connections))


class _SocksBackend(httpcore.SyncBackend):
    """Connect to a host through a SOCKS proxy. `timeout` limits each step."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        stream = super().connect_tcp(self._proxy.host, self._proxy.port, timeout, local_address, socket_options)
        try:
            steps = _start_negotiation(self._proxy, host, port)
            content, length = next(steps)
            while True:
                stream.write(content, timeout)
                received = b""
                while len(received) < length:
                    received += _require_bytes(stream.read(length - len(received), timeout))
                content, length = steps.send(received)
        except StopIteration:
            return stream
        except Exception as error:
            stream.close()
            raise _convert_error(error) from error


class _AsyncSocksBackend(httpcore.AnyIOBackend):
    """Connect to a host through a SOCKS proxy. `timeout` limits each step."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:  # fmt: skip
        stream = await super().connect_tcp(self._proxy.host, self._proxy.port, timeout, local_address, socket_options)
        try:
            steps = _start_negotiation(self._proxy, host, port)
            content, length = next(steps)
            while True:
                await stream.write(content, timeout)
                received = b""
                while len(received) < length:
                    received += _require_bytes(await stream.read(length - len(received), timeout))
                content, length = steps.send(received)
        except StopIteration:
            return stream
        except BaseException as error:
            await stream.aclose()
            raise _convert_error(error) from error


def _start_negotiation(proxy: Proxy, host: str, port: int) -> Negotiation:
    # Imported late: most machines need no SOCKS.
    from zoom_component.client.network.socks5 import negotiate

    return negotiate(proxy, host, port)


def _require_bytes(content: bytes) -> bytes:
    if not content:
        raise httpcore.ProxyError("it closed the connection")
    return content


def _convert_error(error: BaseException) -> BaseException:
    """Return httpcore's error for what went wrong with a SOCKS proxy before anything was sent."""
    from zoom_component.client.network.socks5 import SocksError

    if isinstance(error, SocksError):
        return httpcore.ProxyError(str(error))
    if isinstance(error, httpcore.TimeoutException):
        return httpcore.ConnectTimeout("the proxy did not answer in time")
    if isinstance(error, httpcore.NetworkError):
        return httpcore.ProxyError("it closed the connection")
    return error


def _build_pool_options(context: ssl.SSLContext, connections: int) -> dict[str, Any]:
    return {
        "ssl_context": context,
        "max_connections": connections,
        "max_keepalive_connections": connections,
        "keepalive_expiry": 5.0,  # seconds, as httpx
    }


def _build_proxy_options(proxy: Proxy, context: ssl.SSLContext, connections: int) -> dict[str, Any]:
    headers = [(b"Proxy-Authorization", proxy.authorization.encode("ascii"))] if proxy.authorization else []
    return {
        "proxy_url": proxy.address,
        "proxy_headers": headers,
        "proxy_ssl_context": context if proxy.scheme == "https" else None,
        **_build_pool_options(context, connections),
    }


def _build_limits(connections: int) -> httpx.Limits:
    return httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
