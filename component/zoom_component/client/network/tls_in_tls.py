"""Run TLS inside the TLS connection to a proxy, for code that needs a socket. `ssl` wraps real sockets only."""

from __future__ import annotations

import io
import ssl
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

__all__ = ["TlsInTls"]

_Result = TypeVar("_Result")
_CHUNK = 16_384


class TlsInTls:
    """Offer what http.client needs of a socket. The handshake is done when the object exists."""

    def __init__(self, outer: ssl.SSLSocket, context: ssl.SSLContext, host: str) -> None:
        self._outer = outer
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._inner = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._run(self._inner.do_handshake)

    def sendall(self, content: bytes | memoryview) -> None:
        """Send everything."""
        view = memoryview(content)
        while view:
            view = view[self._run(partial(self._inner.write, view)) :]

    def receive_into(self, buffer: Any) -> int:
        """Read into a buffer, and return the number of bytes; 0 at the end."""
        try:
            content = self._run(partial(self._inner.read, len(buffer)))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return 0
        buffer[: len(content)] = content
        return len(content)

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return a reader. It does not close the connection."""
        return io.BufferedReader(_RawReader(self))

    def settimeout(self, timeout: float) -> None:
        """Limit each following wait, in seconds."""
        self._outer.settimeout(timeout)

    def setsockopt(self, *arguments: Any) -> None:
        """Set an option of the connection to the proxy."""
        self._outer.setsockopt(*arguments)

    def close(self) -> None:
        """Close the connection to the proxy."""
        self._outer.close()

    def _run(self, step: Callable[[], _Result]) -> _Result:
        """Repeat a step of the inner TLS until it has the bytes that it needs, and send what it wrote."""
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                self._flush()
                if received := self._outer.recv(_CHUNK):
                    self._incoming.write(received)
                else:
                    self._incoming.write_eof()
            else:
                self._flush()
                return result

    def _flush(self) -> None:
        if pending := self._outgoing.read():
            self._outer.sendall(pending)


class _RawReader(io.RawIOBase):
    def __init__(self, connection: TlsInTls) -> None:
        self._connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._connection.receive_into(buffer)
