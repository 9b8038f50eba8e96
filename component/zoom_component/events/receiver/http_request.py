"""A request's headers and body, taken in no further than the limits allow."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, TypeAlias

from zoom_component.events.receiver.limits import ReceiverLimits

__all__ = ["BodyReader", "ClientDisconnected", "Receive", "RequestRejected", "Scope", "Send", "check_headers"]

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Pairs: TypeAlias = Iterable[tuple[bytes, bytes]]


class ClientDisconnected(Exception):
    """The sender left in the middle."""


class RequestRejected(Exception):
    """A request that is not read: the status of its answer, and a word and a sentence for the log."""

    def __init__(self, status: int, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.reason, self.message = status, reason, sentence


def check_headers(pairs: Pairs, limits: ReceiverLimits) -> None:
    """Raises Unfit for headers that say enough to leave the body unread."""
    count, size, encoding, length = 0, 0, b"", b""
    for name, value in pairs:
        count, size = count + 1, size + len(name) + len(value) + 4
        if name == b"content-encoding":
            encoding = value
        elif name == b"content-length":
            length = value
    if count > limits.max_headers or size > limits.max_header_bytes:
        sentence = (
            f"{count:,} headers with {size:,} bytes; {limits.max_headers:,} with {limits.max_header_bytes:,} are taken"
        )
        raise RequestRejected(431, "large_headers", sentence)
    if encoding.strip().lower() not in (b"", b"identity"):
        raise RequestRejected(415, "encoded", "the body is compressed; Zoom signs and sends it as it is")
    if length.isdigit() and (len(length) > 18 or int(length) > limits.max_body_bytes):
        raise _large(limits)


class BodyReader:
    """Reads bodies, and holds no more of all of them together than may be held."""

    def __init__(self, limits: ReceiverLimits) -> None:
        self._limits = limits
        self._held = 0

    async def read(self, receive: Receive) -> bytes:
        """A whole body, in one piece or in many. Raises Unfit when it is too large or comes too slowly, and Gone."""
        try:
            async with asyncio.timeout(self._limits.response_timeout):
                return await self._read(receive)
        except TimeoutError:
            sentence = f"the body did not come within {self._limits.response_timeout:g} seconds"
            raise RequestRejected(408, "slow_body", sentence) from None

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
                self._held += len(part)
                if size > self._limits.max_body_bytes:
                    raise _large(self._limits)
                if self._held > self._limits.max_buffered_bytes:
                    raise RequestRejected(503, "overload", "bodies under way hold as much memory as they may")
                if part:
                    parts.append(part)
                more = message.get("more_body", False)
        finally:
            self._held -= size
        return parts[0] if len(parts) == 1 else b"".join(parts)


def _large(limits: ReceiverLimits) -> RequestRejected:
    return RequestRejected(413, "large_body", f"the body has more than {limits.max_body_bytes:,} bytes")
