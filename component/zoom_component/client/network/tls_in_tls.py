"""Run TLS inside the TLS connection to a proxy, for code that needs a socket. `ssl` wraps real sockets only."""

from __future__ import annotations

import io
import ssl
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from zoom_component.client.network.deadline_sockets import DeadlineSocket

__all__ = ["TlsInTls"]

_Result = TypeVar("_Result")
_CHUNK = 16_384


class TlsInTls:
    """Offer what http.client needs of a socket. The handshake is done when the object exists.

    All of its waits together end at `deadline`, of the monotonic clock: one read may need many of the outer connection.
    """

    def __init__(self, outer: ssl.SSLSocket, context: ssl.SSLContext, host: str, deadline: float) -> None:
        self._outer = outer
        self._limited = DeadlineSocket(outer, deadline)
        self._reader_count, self._is_closed = 0, False
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

    def makefile(self, mode: str, buffering: int = 0) -> io.RawIOBase:
        """Return an unbuffered reader. The connection stays open until it is closed too."""
        self._reader_count += 1
        return _RawReader(self)

    def settimeout(self, timeout: float) -> None:
        """Do nothing: the deadline limits every wait."""

    def close(self) -> None:
        """Close the connection to the proxy, once no reader needs it."""
        self._is_closed = True
        if not self._reader_count:
            self._outer.close()

    def release_reader(self) -> None:
        """Close the connection to the proxy if it was only open for this reader."""
        self._reader_count -= 1
        if self._is_closed:
            self.close()

    def _run(self, step: Callable[[], _Result]) -> _Result:
        """Repeat a step of the inner TLS until it has the bytes that it needs, and send what it wrote."""
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                self._flush()
                if received := self._limited.recv(_CHUNK):
                    self._incoming.write(received)
                else:
                    self._incoming.write_eof()
            else:
                self._flush()
                return result

    def _flush(self) -> None:
        if pending := self._outgoing.read():
            self._limited.sendall(pending)


class _RawReader(io.RawIOBase):
    def __init__(self, connection: TlsInTls) -> None:
        self._connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._connection.receive_into(buffer)

    def close(self) -> None:
        if not self.closed:
            self._connection.release_reader()
        super().close()
