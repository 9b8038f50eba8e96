"""Limit a whole exchange over httpcore in time.

httpcore limits each read and each write, so a server that drips meets every limit.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from ssl import SSLContext

import httpcore

from zoom_component.client.network.deadline_sockets import Deadline
from zoom_component.client.network.send_errors import ReadTimeout

__all__ = ["DeadlineBackend", "check_time"]

_WRITE_BYTES = 65_536


def check_time(chunks: Iterable[bytes], deadline: Deadline) -> Iterator[bytes]:
    """Yield the parts of a body. Raise ReadTimeout once the deadline has passed."""
    for chunk in chunks:
        yield chunk
        if time.monotonic() > deadline.end:
            raise ReadTimeout("the answer did not end in time")


class DeadlineBackend(httpcore.NetworkBackend):
    """Make the connections of another backend obey deadlines that are given as the timeouts of a request."""

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend = backend

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        """Connect before the deadline."""
        seconds = _get_remaining(timeout, httpcore.ConnectTimeout)
        return _DeadlineStream(self._backend.connect_tcp(host, port, seconds, local_address, socket_options))

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._backend.sleep(seconds)


class _DeadlineStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self.close = stream.close  # type: ignore[method-assign]
        self.get_extra_info = stream.get_extra_info  # type: ignore[method-assign]

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _get_remaining(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _WRITE_BYTES):
            part = buffer if len(buffer) <= _WRITE_BYTES else buffer[start : start + _WRITE_BYTES]
            self._stream.write(part, _get_remaining(timeout, httpcore.WriteTimeout))

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        seconds = _get_remaining(timeout, httpcore.ConnectTimeout)
        return _DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, seconds))


def _get_remaining(timeout: float | None, error: type[httpcore.TimeoutException]) -> float | None:
    """Return the seconds until the deadline. Raise the error if it has passed."""
    if not isinstance(timeout, Deadline):
        return timeout
    remaining = timeout.end - time.monotonic()
    if remaining <= 0:
        raise error("the time for the whole exchange is over")
    return remaining
