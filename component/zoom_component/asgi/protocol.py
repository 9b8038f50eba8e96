"""Extend uvicorn's HTTP protocol: close connections whose request head or reader is too slow, and bound their number.

Uvicorn waits for a head and for a reader without a limit, accepts any number of connections, and httptools accepts a
head of any size.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["MAX_HEAD_BYTES", "ConnectionCounts", "GuardedProtocol"]

MAX_HEAD_BYTES = 65_536
_MAX_DISCARDED_BYTES = 6_000_000  # of a body after its response, so that the sender can read why it was refused
_HEAD_TIMEOUT = 10.0  # seconds
_REFUSED_HEAD_TIMEOUT = 1.0  # for a connection that is answered with 503 in any case
_READ_TIMEOUT = 30.0  # seconds in which a reader takes a part of what waits for it
_MIN_READ_BYTES = 30_720  # the part: one KiB in a second
_JSON = b"application/json"


class ConnectionCounts:
    """Count the connections of a server and of each of its clients.

    At most `total` are served at a time, and of one client at most `per_client`. As many again wait for a response
    that refuses them; the others are closed.
    """

    def __init__(self, total: int, per_client: int) -> None:
        self._total, self._per_client = total, per_client
        self._counts: Counter[str] = Counter()
        self._sum = 0

    def add(self, client: str) -> bool:
        """Count a connection. Return whether it is served."""
        self._sum += 1
        self._counts[client] += 1
        return self._sum <= self._total and self._counts[client] <= self._per_client

    def remove(self, client: str) -> None:
        """Count a connection no longer."""
        self._sum -= 1
        self._counts[client] -= 1
        if not self._counts[client]:
            del self._counts[client]

    @property
    def is_flooded(self) -> bool:
        """Return whether a further connection is closed without a response."""
        return self._sum > 2 * self._total


class GuardedProtocol(H11Protocol):
    """Handle one connection; the timeout for heads starts again with each request."""

    app: Any
    client: tuple[str, int] | None
    transport: asyncio.Transport
    loop: asyncio.AbstractEventLoop
    cycle: Any
    _head_timer: asyncio.TimerHandle | None = None
    _read_timer: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _unread_bytes = 0

    def __init__(self, counts: ConnectionCounts, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._connection_counts, self._client_name = counts, ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # With 1, pause_writing is called whenever the reader leaves something behind. With 0, TLS would never begin.
        self.transport.set_write_buffer_limits(high=1, low=0)
        self._client_name = name_client(self.client)
        timeout = _HEAD_TIMEOUT
        if not self._connection_counts.add(self._client_name):
            self.app, timeout = refuse_request, _REFUSED_HEAD_TIMEOUT
            if self._connection_counts.is_flooded:
                self.transport.abort()
        self._head_timer = self.loop.call_later(timeout, self._close)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._is_idle():
            self._reset()
            return
        self._head_bytes += len(data)
        if self._head_bytes > (_MAX_DISCARDED_BYTES if self._has_unread_body() else MAX_HEAD_BYTES):
            self.transport.abort()
        elif self._head_timer is None:
            self._head_timer = self.loop.call_later(_HEAD_TIMEOUT, self._close)

    def connection_lost(self, exc: Exception | None) -> None:
        self._reset()
        self._stop_read_timer()
        self._connection_counts.remove(self._client_name)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._read_timer is None:
            self._unread_bytes = self.transport.get_write_buffer_size()
            self._read_timer = self.loop.call_later(_READ_TIMEOUT, self._check_reader)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_read_timer()

    def send_400_response(self, msg: str) -> None:
        """Respond with an error in JSON; only close a connection in the middle of another response."""
        if self._is_idle():
            body = encode_error(f"expected an HTTP/1.1 request: {msg[:1].lower()}{msg[1:].rstrip('.')}")
            head = b"HTTP/1.1 400 Bad Request\r\ncontent-type: %b\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
            self.transport.write(head % (_JSON, len(body)) + body)
        self.transport.close()

    def _is_idle(self) -> bool:
        """Return whether no request is in progress."""
        return self.cycle is None or self.cycle.response_complete

    def _has_unread_body(self) -> bool:
        return self.cycle is not None and self.cycle.more_body

    def _reset(self) -> None:
        self._head_bytes = 0
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _close(self) -> None:
        self._head_timer = None
        if self._is_idle():
            self.transport.abort()

    def _check_reader(self) -> None:
        """Close the connection of a reader who took too little since the last check."""
        waiting = self.transport.get_write_buffer_size()
        if waiting > self._unread_bytes - _MIN_READ_BYTES:
            self._read_timer = None
            self.transport.abort()
            return
        self._unread_bytes = waiting
        self._read_timer = self.loop.call_later(_READ_TIMEOUT, self._check_reader)

    def _stop_read_timer(self) -> None:
        if self._read_timer is not None:
            self._read_timer.cancel()
            self._read_timer = None


def name_client(address: tuple[str, int] | None) -> str:
    """Return a name for the client of an address: the address, or the network of 64 bits that one IPv6 client has."""
    host = address[0] if address else ""
    if ":" not in host:
        return host
    from ipaddress import IPv6Address

    try:
        parsed = IPv6Address(host.partition("%")[0])
    except ValueError:
        return host
    return str(parsed.ipv4_mapped or parsed.exploded[:19])


def encode_error(message: str) -> bytes:
    """Return the body of a response to a request that no application handles."""
    return json.dumps({"error": {"kind": "request_error", "message": message}}, allow_nan=False).encode()


async def refuse_request(scope: Any, receive: Any, send: Any) -> None:
    """Respond to a request on a connection that is one too many."""
    body = encode_error("too many connections to this server are open; close some, and send the request again")
    headers = [(b"content-type", _JSON), (b"content-length", b"%d" % len(body)), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})
