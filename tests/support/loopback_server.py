"""Serve scripted responses on a loopback address, and record the requests.

No sandbox: this server is for tests of connections and of HTTP itself.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType


class DroppedAfter(bytes):
    """Hold bytes after which the connection is closed."""


class LoopbackServer:
    """Respond to each request with the next item of the script: bytes are sent, None closes the connection.

    A number waits that many seconds and then closes the connection. After the end of the script, every request is
    answered with `{}`. `requests` holds the requests, head and body.
    """

    def __init__(self, *script: bytes | float | None) -> None:
        self.requests: list[bytes] = []
        self._script: list[bytes | float | None] = list(script)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._closing = threading.Event()
        self._open: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]
        self.base_url = f"http://127.0.0.1:{self.port}/v2"

    def __enter__(self) -> LoopbackServer:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._listener.close()
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                while (request := _read(connection)) is not None:
                    self.requests.append(request)
                    answer = self._script.pop(0) if self._script else build_response(b"{}")
                    if isinstance(answer, float | int):
                        self._closing.wait(answer)
                        return
                    if answer is None:
                        return
                    connection.sendall(answer)
                    if isinstance(answer, DroppedAfter):
                        return
            except OSError:
                return

    def list_targets(self) -> list[str]:
        """Return the targets of all requests, exactly as they were sent."""
        return [request.split(b" ", 2)[1].decode("ascii") for request in self.requests]

    def get_headers(self, at: int = -1) -> dict[str, str]:
        """Return the headers of one request, with lower-case names."""
        head = self.requests[at].partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
        return {name.lower(): value for name, _, value in (line.partition(": ") for line in head)}

    def get_body(self, at: int = -1) -> bytes:
        """Return the body of one request."""
        return self.requests[at].partition(b"\r\n\r\n")[2]


def build_response(body: bytes = b"{}", status: int = 200, *headers: str) -> bytes:
    """Return the bytes of an HTTP response."""
    lines = [f"HTTP/1.1 {status} Status", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


@contextmanager
def find_refused_port() -> Iterator[int]:
    """Yield a port on which nothing listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield int(bound.getsockname()[1])


def _read(connection: socket.socket) -> bytes | None:
    """Return the next request of a connection, None at its end."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (more := connection.recv(65536)):
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    length = int(lengths[0].split(b":")[1]) if lengths else 0
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body
