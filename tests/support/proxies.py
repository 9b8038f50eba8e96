"""Run HTTP and SOCKS 5 proxies on loopback, which record every byte that they pass on.

A proxy alone resolves the names of `hosts`: nothing else on the machine knows them, so a call that does not use the
proxy cannot arrive.

No sandbox: this module is a proxy, in front of a sandbox or of a receiver.
"""

from __future__ import annotations

import base64
import select
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType

__all__ = ["HttpProxy", "SocksProxy", "pump_both_ways"]


class _LoopbackProxy:
    """Accept connections until the block ends. `targets` holds the hosts and ports that clients asked for.

    `credentials` are the user and the password to require. With a `context`, clients connect over TLS.
    """

    scheme = ""

    def __init__(
        self,
        hosts: Mapping[str, int],
        credentials: tuple[str, str] | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.hosts = hosts
        self.targets: list[tuple[str, int]] = []
        self.rejections = 0
        self.seen = bytearray()
        self._credentials = credentials
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        """Return the URL without credentials."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def __enter__(self) -> _LoopbackProxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError):
            if self._context is not None:
                client = self._context.wrap_socket(client, server_side=True)
                self._open.append(client)
            self._handle(client)
        client.close()

    def _handle(self, client: socket.socket) -> None:
        raise NotImplementedError

    def _connect(self, host: str, port: int) -> socket.socket | None:
        """Return a connection to a host that this proxy knows."""
        self.targets.append((host, port))
        known = self.hosts.get(host)
        if known is None:
            return None
        upstream = socket.create_connection(("127.0.0.1", known))
        self._open.append(upstream)
        return upstream


class HttpProxy(_LoopbackProxy):
    """Open tunnels with CONNECT, and pass on plain requests with an absolute target, as forward proxies do."""

    def __init__(
        self,
        hosts: Mapping[str, int],
        credentials: tuple[str, str] | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(hosts, credentials, context)
        self.scheme = "http" if context is None else "https"

    def _handle(self, client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            if not (received := client.recv(65536)):
                return
            head += received
        self.seen += head
        head, _, rest = head.partition(b"\r\n\r\n")
        method, target, _ = head.decode("latin-1").split("\r\n")[0].split(" ")
        if not self._is_authorized(head):
            self.rejections += 1
            client.sendall(
                b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n"
            )
            return
        if method == "CONNECT":
            host, _, port = target.rpartition(":")
            path = ""
        else:
            authority, _, path = target.partition("://")[2].partition("/")
            host, _, port = authority.partition(":")
        upstream = self._connect(host.strip("[]"), int(port or 80))
        if upstream is None:
            client.sendall(b"HTTP/1.1 502 Unknown Host\r\nContent-Length: 0\r\n\r\n")
        elif method == "CONNECT":
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            pump_both_ways(client, upstream, self.seen)
            upstream.close()
        else:
            lines = [line for line in head.split(b"\r\n")[1:] if not line.lower().startswith(b"proxy-")]
            request = b"\r\n".join([f"{method} /{path} HTTP/1.1".encode("latin-1"), *lines, b"Connection: close"])
            upstream.sendall(request + b"\r\n\r\n" + rest)
            pump_both_ways(client, upstream, self.seen)
            upstream.close()

    def _is_authorized(self, head: bytes) -> bool:
        if self._credentials is None:
            return True
        expected = base64.b64encode(":".join(self._credentials).encode())
        return b"proxy-authorization: basic " + expected.lower() in head.lower() and expected in head


class SocksProxy(_LoopbackProxy):
    """Serve SOCKS 5 for names and addresses, with a user and a password. Each answer is sent byte by byte."""

    scheme = "socks5"

    def _handle(self, client: socket.socket) -> None:
        version, count = self._read(client, 2)
        methods = self._read(client, count)
        wanted = 2 if self._credentials is not None else 0
        if version != 5 or wanted not in methods:
            self.rejections += 1
            self._answer(client, b"\x05\xff")
            return
        self._answer(client, bytes([5, wanted]))
        if self._credentials is not None and not self._authenticate(client, self._credentials):
            return
        _, _, _, kind = self._read(client, 4)
        if kind == 3:
            host = self._read(client, self._read(client, 1)[0]).decode()
        else:
            family, length = (socket.AF_INET, 4) if kind == 1 else (socket.AF_INET6, 16)
            host = socket.inet_ntop(family, self._read(client, length))
        upstream = self._connect(host, int.from_bytes(self._read(client, 2), "big"))
        # A name as the address of the proxy is unusual, and allowed.
        self._answer(client, bytes([5, 4 if upstream is None else 0, 0, 3, 5]) + b"proxy" + b"\x00\x50")
        if upstream is not None:
            pump_both_ways(client, upstream, self.seen)
            upstream.close()

    def _authenticate(self, client: socket.socket, credentials: tuple[str, str]) -> bool:
        _, length = self._read(client, 2)
        user = self._read(client, length).decode()
        password = self._read(client, self._read(client, 1)[0]).decode()
        is_valid = (user, password) == credentials
        self.rejections += not is_valid
        self._answer(client, bytes([1, 0 if is_valid else 1]))
        return is_valid

    def _read(self, client: socket.socket, length: int) -> bytes:
        content = b""
        while len(content) < length:
            if not (received := client.recv(length - len(content))):
                raise ConnectionResetError
            content += received
        self.seen += content
        return content

    def _answer(self, client: socket.socket, content: bytes) -> None:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for each in content:
            client.sendall(bytes([each]))


def pump_both_ways(client: socket.socket, upstream: socket.socket, seen: bytearray | None = None) -> None:
    """Copy bytes between two connections until one has ended. `seen` gets every byte.

    One thread does both directions, because a TLS connection may not be read and written at the same time.
    """
    with suppress(OSError, ValueError):
        while True:
            ready = [each for each in (client, upstream) if isinstance(each, ssl.SSLSocket) and each.pending()]
            for source in ready or select.select([client, upstream], [], [])[0]:
                content = source.recv(65536)
                if not content:
                    return
                if seen is not None:
                    seen += content
                (upstream if source is client else client).sendall(content)
