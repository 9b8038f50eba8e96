"""Check the headers and read the body of a request, within limits of size and time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Protocol, TypeAlias

__all__ = [
    "BodyReader",
    "ClientDisconnected",
    "Receive",
    "RequestLimits",
    "RequestRejected",
    "Scope",
    "Send",
    "check_headers",
    "reject_large_body",
]

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class RequestLimits(Protocol):
    """Bound one request, and the bodies of all of them together (`max_buffered_bytes`)."""

    @property
    def max_body_bytes(self) -> int:
        """Return the size of a body."""

    @property
    def max_headers(self) -> int:
        """Return the number of headers."""

    @property
    def max_header_bytes(self) -> int:
        """Return the size of all headers."""

    @property
    def max_buffered_bytes(self) -> int:
        """Return the size of all bodies in progress."""

    @property
    def body_timeout(self) -> float:
        """Return the seconds for a whole body."""


class ClientDisconnected(Exception):
    """Report that the sender closed the connection before the end of its request."""


class RequestRejected(Exception):
    """Report a request that is not read: `status` for the sender, `reason` and `message` for the log."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status, self.reason, self.message = status, reason, message


def check_headers(pairs: Iterable[tuple[bytes, bytes]], limits: RequestLimits) -> None:
    """Raise RequestRejected for headers that already rule the request out. Names are in lowercase."""
    count, size, encoding, length = 0, 0, b"", b""
    for name, value in pairs:
        count, size = count + 1, size + len(name) + len(value) + 4
        if name == b"content-encoding":
            encoding = value
        elif name == b"content-length":
            length = value
    if count > limits.max_headers or size > limits.max_header_bytes:
        expected = f"expected at most {limits.max_headers:,} headers with {limits.max_header_bytes:,} bytes"
        raise RequestRejected(431, "large_headers", f"{expected}, got {count:,} with {size:,} bytes")
    if encoding.strip().lower() not in (b"", b"identity"):
        raise RequestRejected(415, "encoded", "the body is compressed; send it uncompressed")
    if length.isdigit() and (len(length) > 18 or int(length) > limits.max_body_bytes):
        raise reject_large_body(limits)


def reject_large_body(limits: RequestLimits) -> RequestRejected:
    """Return the rejection of a body that exceeds the limit."""
    return RequestRejected(413, "large_body", f"expected a body of at most {limits.max_body_bytes:,} bytes")


class BodyReader:
    """Read the bodies of concurrent requests and bound the memory that all of them hold together."""

    def __init__(self, limits: RequestLimits) -> None:
        self._limits = limits
        self._buffered = 0

    async def read(self, receive: Receive) -> bytes:
        """Return a whole body. Raise RequestRejected when it is too large or too slow; raise ClientDisconnected."""
        try:
            async with asyncio.timeout(self._limits.body_timeout):
                return await self._read(receive)
        except TimeoutError:
            message = f"expected the whole body within {self._limits.body_timeout:g} seconds"
            raise RequestRejected(408, "slow_body", message) from None

    async def _read(self, receive: Receive) -> bytes:
        parts: list[bytes] = []
        size, more = 0, True
        try:
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientDisconnected
                part = message.get("body", b"")
                size += len(part)
                self._buffered += len(part)
                if size > self._limits.max_body_bytes:
                    raise reject_large_body(self._limits)
                if self._buffered > self._limits.max_buffered_bytes:
                    raise RequestRejected(503, "overload", "the bodies in progress use all the memory that is allowed")
                if part:
                    parts.append(part)
                more = message.get("more_body", False)
        finally:
            self._buffered -= size
        return parts[0] if len(parts) == 1 else b"".join(parts)
