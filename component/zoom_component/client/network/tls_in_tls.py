"""Run TLS inside the TLS connection to a proxy, for code that needs a socket. `ssl` wraps real sockets only."""

from __future__ import annotations

import ssl
import time
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
        timeout = outer.gettimeout()
        self._deadline = None if timeout is None else time.monotonic() + timeout
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._inner = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._run(self._inner.do_handshake)

    def sendall(self, content: bytes | memoryview) -> None:
        """Send everything."""
        view = memoryview(content)
        while view:
            view = view[self._run(partial(self._inner.write, view)) :]

    def recv_into(self, buffer: Any) -> int:
        """Read into a buffer, and return the number of bytes; 0 at the end."""
        try:
            content = self._run(partial(self._inner.read, len(buffer)))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return 0
        buffer[: len(content)] = content
        return len(content)

    def settimeout(self, timeout: float) -> None:
        """Limit each following operation, in seconds."""
        self._deadline = time.monotonic() + timeout
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
                self._limit_wait()
                if received := self._outer.recv(_CHUNK):
                    self._incoming.write(received)
                else:
                    self._incoming.write_eof()
            else:
                self._flush()
                return result

    def _flush(self) -> None:
        if pending := self._outgoing.read():
            self._limit_wait()
            self._outer.sendall(pending)

    def _limit_wait(self) -> None:
        """Limit the next wait to what is left of the operation. Raise TimeoutError if nothing is."""
        if self._deadline is not None:
            remaining = self._deadline - time.monotonic()
            if remaining <= 0:
                raise TimeoutError("timed out")
            self._outer.settimeout(remaining)
