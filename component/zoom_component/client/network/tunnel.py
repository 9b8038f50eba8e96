"""Open HTTP connections of the standard library, directly or through a proxy, and raw sockets through SOCKS."""

from __future__ import annotations

import socket
import ssl
import time
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from zoom_component.client.network.authorities import create_tls_context, read_authorities
from zoom_component.client.network.deadline_socket import DeadlineSocket
from zoom_component.client.network.proxies import Proxy
from zoom_component.client.network.routes import find_proxy
from zoom_component.client.network.settings import NetworkSettings
from zoom_component.client.network.tls_in_tls import TlsInTls

__all__ = ["ProxyError", "RoutedConnection", "open_socks_socket"]

_MAX_HEAD = 65_536  # bytes of a proxy's answer to CONNECT
_PORTS = {"http": 80, "https": 443}


class ProxyError(OSError):
    """Report that a proxy was reached but does not connect. The message has the reason, and no secret."""


class RoutedConnection(HTTPConnection):
    """Connect to the host of a URL over the route that the settings name. `timeout` limits the exchange, in seconds.

    `target` is what a request line names, `proxy_address` the host and port of the proxy. `is_open` is True once the
    connection can carry a request. Raise InputError for invalid
    settings; connecting raises ProxyError if the proxy refuses, else OSError.
    """

    def __init__(self, url: str, settings: NetworkSettings, timeout: float) -> None:
        parts = urlsplit(url)
        super().__init__(parts.hostname or "", parts.port or _PORTS[parts.scheme], timeout=timeout)
        self._timeout = timeout
        self._proxy = find_proxy(url, settings)
        self._is_secure = parts.scheme == "https"
        needs_tls = self._is_secure or (self._proxy is not None and self._proxy.scheme == "https")
        self._context = create_tls_context(read_authorities(settings)) if needs_tls else None
        self.default_port = _PORTS[parts.scheme]
        self.target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self.proxy_address = self._proxy.authority if self._proxy is not None else ""
        self.proxy_headers: dict[str, str] = {}
        self.is_open = False
        if self._proxy is not None and self._proxy.scheme != "socks5" and not self._is_secure:
            # An HTTP proxy passes on plain HTTP itself: https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
            self.target = f"{parts.scheme}://{parts.netloc}{self.target}"
            if self._proxy.authorization:
                self.proxy_headers = {"Proxy-Authorization": self._proxy.authorization}

    def connect(self) -> None:
        """Connect to the host, or to the proxy and through it."""
        deadline = time.monotonic() + self._timeout
        proxy = self._proxy
        if proxy is None:
            self.sock = socket.create_connection((self.host, self.port), self._timeout)
        elif proxy.scheme == "socks5":
            self.sock = open_socks_socket(proxy, self.host, self.port, self._timeout)
        else:
            self.sock = self._open_http_proxy(proxy, deadline)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._is_secure:
            self.sock.settimeout(_get_remaining(deadline))
            self.sock = self._start_tls(self.sock, self.host)
        self.sock = DeadlineSocket(self.sock, deadline)
        self.is_open = True

    def _open_http_proxy(self, proxy: Proxy, deadline: float) -> Any:
        """Return a socket of a proxy: a tunnel for https, else the proxy itself."""
        sock: Any = socket.create_connection((proxy.host, proxy.port), self._timeout)
        try:
            if proxy.scheme == "https":
                sock = self._start_tls(sock, proxy.host)
            if self._is_secure:
                _request_tunnel(sock, proxy, self.host, self.port, deadline)
        except BaseException:
            sock.close()
            raise
        return sock

    def _start_tls(self, sock: Any, host: str) -> Any:
        assert self._context is not None
        try:
            if isinstance(sock, ssl.SSLSocket):
                return TlsInTls(sock, self._context, host)
            return self._context.wrap_socket(sock, server_hostname=host)
        except BaseException:
            sock.close()
            raise


def open_socks_socket(proxy: Proxy, host: str, port: int, timeout: float) -> socket.socket:
    """Return a socket that a SOCKS proxy connects to a host. Raise OSError."""
    from zoom_component.client.network.socks5 import SocksError, negotiate

    deadline = time.monotonic() + timeout
    sock = socket.create_connection((proxy.host, proxy.port), timeout)
    try:
        steps = negotiate(proxy, host, port)
        content, length = next(steps)
        while True:
            sock.settimeout(_get_remaining(deadline))
            sock.sendall(content)
            content, length = steps.send(_receive(sock, length, deadline))
    except StopIteration:
        return sock
    except SocksError as error:
        sock.close()
        raise ProxyError(str(error)) from None
    except BaseException:
        sock.close()
        raise


def _receive(sock: Any, length: int, deadline: float) -> bytes:
    received = b""
    while len(received) < length:
        sock.settimeout(_get_remaining(deadline))
        chunk = sock.recv(length - len(received))
        if not chunk:
            raise ProxyError("it closed the connection")
        received += chunk
    return received


def _request_tunnel(sock: Any, proxy: Proxy, host: str, port: int, deadline: float) -> None:
    """Ask an HTTP proxy for a tunnel: https://www.rfc-editor.org/rfc/rfc9110#name-connect"""
    authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {authority} HTTP/1.1", f"Host: {authority}"]
    if proxy.authorization:
        lines.append(f"Proxy-Authorization: {proxy.authorization}")
    sock.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
    head = b""
    while not head.endswith(b"\r\n\r\n") and len(head) < _MAX_HEAD:
        head += _receive(sock, 1, deadline)  # nothing that follows the head may be read here
    version, _, status = head.split(b"\r\n")[0].decode("latin-1").partition(" ")
    if not version.startswith("HTTP/1.") or not status[:3].isdigit():
        raise ProxyError("it does not speak HTTP")
    if status[0] != "2":
        raise ProxyError("".join(char if char.isprintable() else " " for char in status)[:100])


def _get_remaining(deadline: float) -> float:
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise TimeoutError("timed out")
    return remaining
