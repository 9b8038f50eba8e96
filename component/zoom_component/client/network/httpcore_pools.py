"""Create pools of httpcore, through a proxy or directly. httpcore speaks to HTTP proxies; SOCKS is spoken here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpcore

from zoom_component.client.network.exchange_limits import DeadlineBackend
from zoom_component.client.network.proxies import Proxy

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable

    from zoom_component.client.network.socks5 import Negotiation

__all__ = ["create_async_pool", "create_pool"]


def create_pool(proxy: Proxy | None, context: ssl.SSLContext | None, connections: int) -> httpcore.ConnectionPool:
    """Return a pool whose connections obey a `Deadline` that is given as the timeout of a request."""
    options = _build_options(context, connections)
    if proxy is None:
        return httpcore.ConnectionPool(network_backend=DeadlineBackend(httpcore.SyncBackend()), **options)
    if proxy.scheme == "socks5":
        return httpcore.ConnectionPool(network_backend=DeadlineBackend(_SocksBackend(proxy)), **options)
    backend = DeadlineBackend(httpcore.SyncBackend())
    return httpcore.HTTPProxy(network_backend=backend, **_build_proxy_options(proxy, context), **options)


def create_async_pool(
    proxy: Proxy | None, context: ssl.SSLContext | None, connections: int
) -> httpcore.AsyncConnectionPool:
    """Return a pool for asyncio, as `create_pool` does. It limits each phase of an exchange only."""
    options = _build_options(context, connections)
    if proxy is None:
        return httpcore.AsyncConnectionPool(**options)
    if proxy.scheme == "socks5":
        return httpcore.AsyncConnectionPool(network_backend=_AsyncSocksBackend(proxy), **options)
    return httpcore.AsyncHTTPProxy(**_build_proxy_options(proxy, context), **options)


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


def _build_options(context: ssl.SSLContext | None, connections: int) -> dict[str, Any]:
    return {
        "ssl_context": context,
        "max_connections": connections,
        "max_keepalive_connections": connections,
        "keepalive_expiry": 5.0,  # seconds, as httpx
    }


def _build_proxy_options(proxy: Proxy, context: ssl.SSLContext | None) -> dict[str, Any]:
    headers = [(b"Proxy-Authorization", proxy.authorization.encode("ascii"))] if proxy.authorization else []
    return {
        "proxy_url": proxy.address,
        "proxy_headers": headers,
        "proxy_ssl_context": context if proxy.scheme == "https" else None,
    }
