"""Limit a whole exchange, in time and in bytes.

httpcore limits each read and each write in time, so a server that drips meets every limit, and httpx unpacks
without a limit.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from ssl import SSLContext
from typing import Any

import httpcore
import httpx

from zoom_component.client.request.bodies import BodyRefused, unpack_body

__all__ = ["Deadline", "join_body", "limit_whole_exchanges", "read_body"]

_WRITE_BYTES = 65_536


class Deadline(float):
    """Hold a timeout in seconds for one phase, and the time when the whole exchange has to end."""

    end: float

    @classmethod
    def start(cls, seconds: float) -> Deadline:
        """Return a deadline that begins now."""
        deadline = cls(seconds)
        deadline.end = time.monotonic() + seconds
        return deadline


def limit_whole_exchanges(transport: httpx.HTTPTransport) -> httpx.HTTPTransport:
    """Make a transport obey deadlines that are given as the timeouts of a request, and return it."""
    pool: Any = transport._pool  # httpx has no parameter for it
    pool._network_backend = _DeadlineBackend(pool._network_backend)
    return transport


def read_body(response: httpx.Response, deadline: Deadline, limit: int) -> bytes:
    """Return the whole body, unpacked. Raise BodyRefused for more than `limit` bytes, or httpx.ReadTimeout."""
    if response.is_stream_consumed:  # it was in memory from the start
        return response.content
    chunks = _check_time(response.iter_raw(), deadline)
    if encoding := response.headers.get("content-encoding"):
        chunks = unpack_body(chunks, encoding)
    return join_body(chunks, limit)


def join_body(chunks: Iterable[bytes], limit: int) -> bytes:
    """Return the body. Raise BodyRefused as soon as more than `limit` bytes have come."""
    parts, size = [], 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise BodyRefused(f"expected at most {limit:,} bytes, got more; use a larger limit or smaller pages")
        parts.append(chunk)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _check_time(chunks: Iterator[bytes], deadline: Deadline) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk
        if time.monotonic() > deadline.end:
            raise httpx.ReadTimeout("the answer did not end in time")


class _DeadlineBackend(httpcore.NetworkBackend):
    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend = backend

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        seconds = _get_remaining(timeout, httpcore.ConnectTimeout)
        return _DeadlineStream(self._backend.connect_tcp(host, port, seconds, local_address, socket_options))

    def sleep(self, seconds: float) -> None:
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
