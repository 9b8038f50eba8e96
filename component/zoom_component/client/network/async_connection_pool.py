"""Send requests to one origin over connections that are used again, on one event loop."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING, Any, cast

from zoom_component.client.network.answer_reader import AnswerReader
from zoom_component.client.network.connection_pool import KEEPALIVE_SECONDS
from zoom_component.client.network.replaced_networks import find_replaced_async
from zoom_component.client.network.request_writer import EncodedRequest, Origin, format_request
from zoom_component.client.network.send_errors import (
    ConnectError,
    ConnectTimeout,
    PoolTimeout,
    ReadError,
    ReadTimeout,
    RemoteProtocolError,
    SendError,
)
from zoom_component.client.request.bodies import BodyRefused
from zoom_component.messages import Reply

if TYPE_CHECKING:
    import ssl

    from zoom_component.client.network.transports import AsyncTransport

__all__ = ["AsyncConnectionPool", "AsyncHttpConnection"]

_SECOND_ADDRESS_DELAY = 0.25  # seconds until the next address of a host is tried beside the first one
_CLOSE_TIMEOUT = 1.0  # seconds


class AsyncHttpConnection(asyncio.Protocol):
    """Hold one connection to an origin, and the exchange that it carries."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._reader: AnswerReader | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._expiry = 0.0
        self.is_closed = False
        self.closed: asyncio.Future[None] = loop.create_future()

    async def exchange(self, content: bytes, reader: AnswerReader, end: float) -> None:
        """Send the bytes of a request, and read its whole answer until `end`. Raise a SendError or BodyRefused."""
        if self.is_closed or self._transport is None:
            raise RemoteProtocolError("Server disconnected without sending a response.")
        self._reader, self._waiter = reader, self._loop.create_future()
        timer = self._loop.call_later(max(end - time.monotonic(), 0), self._fail, ReadTimeout("no answer in time"))
        try:
            self._transport.write(content)
            await self._waiter
        finally:
            timer.cancel()
            self._reader = self._waiter = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Store the transport."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are none by their class

    def data_received(self, data: bytes) -> None:
        """Read a part of the answer."""
        if self._reader is None or self._waiter is None or self._waiter.done():
            self.abort()  # nobody has asked for it
            return
        try:
            is_complete = self._reader.feed(data)
        except (SendError, BodyRefused) as error:
            self._fail(error)
            return
        if is_complete:
            self._waiter.set_result(None)

    def eof_received(self) -> bool:
        """End the answer, and close the connection."""
        self.is_closed = True
        self.data_received(b"")
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """End the exchange in progress with an error."""
        self.is_closed = True
        if self._waiter is not None and not self._waiter.done():
            if exc is None:
                self.data_received(b"")
            else:
                error = ReadError(str(exc))
                error.__cause__ = exc
                self._fail(error)
        if not self.closed.done():
            self.closed.set_result(None)

    def mark_idle(self) -> None:
        """Note when the connection became idle."""
        self._expiry = time.monotonic() + KEEPALIVE_SECONDS

    def is_stale(self) -> bool:
        """Return whether an idle connection may not carry another request."""
        return self.is_closed or time.monotonic() > self._expiry

    def close(self) -> None:
        """Close the connection in an orderly way."""
        self.is_closed = True
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close the connection at once."""
        self.is_closed = True
        if self._transport is not None:
            self._transport.abort()

    def _fail(self, error: Exception) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)
        self.abort()


class AsyncConnectionPool:
    """Send requests over at most `connections` at a time to one origin; further ones wait in their order."""

    proxy_address = ""

    def __init__(self, origin: Origin, context: ssl.SSLContext | None, connections: int) -> None:
        self._origin = origin
        self._context = context
        self._limit = connections
        self._open: set[AsyncHttpConnection] = set()
        self._connecting = 0
        self._idle: list[AsyncHttpConnection] = []
        self._waiters: deque[asyncio.Future[AsyncHttpConnection | None]] = deque()
        self._replacements: dict[str, AsyncTransport] = {}
        self._is_closed = False

    async def send(self, request: EncodedRequest, seconds: float, limit: int) -> Reply:
        """Return the answer to a request that arrives within seconds, with a body of at most `limit` bytes.

        Raise a SendError if no complete answer arrives in time, and BodyRefused.
        """
        if library := find_replaced_async():
            return await self._get_replacement(library).send(request, seconds, limit)
        end = time.monotonic() + seconds
        content = format_request(self._origin, request)
        connection = await self._take(end)
        reader = AnswerReader(request.method, limit)
        try:
            await connection.exchange(content, reader, end)
        except BaseException:
            self._discard(connection)
            raise
        if reader.can_reuse and not connection.is_closed and not self._is_closed:
            self._put_back(connection)
        else:
            self._discard(connection)
        return reader.build_reply()

    async def aclose(self) -> None:
        """Close all connections, and wait until they are closed."""
        self._is_closed = True
        connections = list(self._open)
        for connection in connections:
            if self._context is None:
                connection.close()
            else:
                connection.abort()  # TLS would wait for the server
        self._open.clear()
        self._idle.clear()
        if connections:
            await asyncio.wait([connection.closed for connection in connections], timeout=_CLOSE_TIMEOUT)
        for transport in self._replacements.values():
            await transport.aclose()

    async def _take(self, end: float) -> AsyncHttpConnection:
        """Return a connection that nobody else uses."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_stale():
                return connection
            self._open.discard(connection)
            connection.abort()
        if len(self._open) + self._connecting >= self._limit:
            waiting = await self._wait(end)
            if waiting is not None:
                return waiting
        else:
            self._connecting += 1
        return await self._connect(end)

    async def _wait(self, end: float) -> AsyncHttpConnection | None:
        """Return the next free connection, or None for a place that is reserved for a new one."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[AsyncHttpConnection | None] = loop.create_future()
        self._waiters.append(waiter)
        timer = loop.call_later(max(end - time.monotonic(), 0), _expire, waiter)
        try:
            return await waiter
        except BaseException:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self._pass_on(waiter.result())  # it came at the same moment as the cancellation
            raise
        finally:
            timer.cancel()
            if waiter in self._waiters:
                self._waiters.remove(waiter)

    async def _connect(self, end: float) -> AsyncHttpConnection:
        """Return a new connection, in the place that is reserved for it."""
        loop = asyncio.get_running_loop()
        # uvloop, which has no such option, tries one address after the other.
        is_asyncio = isinstance(loop, asyncio.BaseEventLoop)
        options: Any = {"happy_eyeballs_delay": _SECOND_ADDRESS_DELAY} if is_asyncio else {}
        try:
            async with asyncio.timeout(max(end - time.monotonic(), 0)):
                _, connection = await loop.create_connection(
                    lambda: AsyncHttpConnection(loop), self._origin.host, self._origin.port, ssl=self._context,
                    **options,
                )  # fmt: skip
        except BaseException as error:
            self._connecting -= 1
            self._offer_place()
            if isinstance(error, TimeoutError):
                raise ConnectTimeout("no connection in time") from error
            if isinstance(error, OSError):
                raise ConnectError(str(error)) from error
            raise
        self._connecting -= 1
        self._open.add(connection)
        return connection

    def _put_back(self, connection: AsyncHttpConnection) -> None:
        connection.mark_idle()
        if self._waiters:
            self._pass_on(connection)
        else:
            self._idle.append(connection)

    def _pass_on(self, connection: AsyncHttpConnection | None) -> None:
        """Give a connection, or the place for one (None), to the call that waits for the longest time."""
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(connection)
                return
        if connection is None:
            self._connecting -= 1
        else:
            self._idle.append(connection)

    def _discard(self, connection: AsyncHttpConnection) -> None:
        self._open.discard(connection)
        connection.abort()
        self._offer_place()

    def _offer_place(self) -> None:
        """Let a waiting call make a connection of its own."""
        if self._waiters:
            self._connecting += 1
            self._pass_on(None)

    def _get_replacement(self, library: str) -> AsyncTransport:
        """Return the transport over a library that a test tool has replaced."""
        if library not in self._replacements:
            from zoom_component.client.network.replacements import create_async_replacement

            self._replacements[library] = create_async_replacement(library, self._origin, self._context, self._limit)
        return self._replacements[library]


def _expire(waiter: asyncio.Future[AsyncHttpConnection | None]) -> None:
    if not waiter.done():
        waiter.set_exception(PoolTimeout("no connection became free in time"))
