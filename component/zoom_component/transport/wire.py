"""The two drivers: the only code of two colours. Each does the steps of a flow, and decides nothing."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any, TypeAlias

import httpx

from zoom_component.errors import ComponentError
from zoom_component.messages import Page, Reply
from zoom_component.transport import http
from zoom_component.transport.redact import request_line
from zoom_component.transport.steps import Authorize, Count, Failure, Renew, Send, Sleep

if TYPE_CHECKING:
    from zoom_component.connections.connection import Connection
    from zoom_component.transport.ledger import Ledger

__all__ = ["AsyncWire", "Wire"]

Flow: TypeAlias = Generator[Any, Any, Any]
_Advance: TypeAlias = Callable[[Any], Any]

log = logging.getLogger("zoom_component.requests")


class _Common:
    """What both drivers hold: the connection, its address, the timeout in seconds, and the ledger, if any."""

    def __init__(self, connection: Connection, *, timeout: float = http.TIMEOUT, ledger: Ledger | None = None) -> None:
        self.connection = connection
        self._base = httpx.URL(connection.base_url)
        self._timeout = timeout
        self._ledger = ledger

    def _build(self, step: Send) -> httpx.Request:
        if step.request.debug:
            log.info("%s", request_line(self.connection.base_url, step.request))
        return http.build(self._base, step.request, step.authorization, self._timeout)

    def _count(self, step: Count) -> None:
        if self._ledger is not None:
            self._ledger.count(step)


class Wire(_Common):
    """Drives flows on the calling thread."""

    def __init__(
        self,
        connection: Connection,
        transport: httpx.BaseTransport | None = None,
        *,
        timeout: float = http.TIMEOUT,
        ledger: Ledger | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(connection, timeout=timeout, ledger=ledger)
        self._transport = transport or http.sync_transport(connection.base_url)
        self._sleep = sleep

    def run(self, flow: Flow) -> Any:
        """Does a flow's steps to the end; returns its result."""
        advance: _Advance = flow.send
        outcome: Any = None
        try:
            while True:
                step = advance(outcome)
                try:
                    advance, outcome = flow.send, self._do(step)
                except ComponentError as error:
                    advance, outcome = flow.throw, error
        except StopIteration as done:
            return done.value

    def stream(self, flow: Flow) -> Iterator[Page]:
        """Does a flow's steps, handing each page on as it comes."""
        advance: _Advance = flow.send
        outcome: Any = None
        with closing(flow):
            while (step := _next(advance, outcome)) is not None:
                advance, outcome = flow.send, None
                if type(step) is Page:
                    yield step
                    continue
                try:
                    outcome = self._do(step)
                except ComponentError as error:
                    advance, outcome = flow.throw, error

    def _do(self, step: Any) -> Any:
        if type(step) is Send:
            return self._send(step)
        if type(step) is Sleep:
            return self._sleep(step.seconds)
        if type(step) is Renew:
            return self.connection.renew(step.rejected)
        if type(step) is Count:
            return self._count(step)
        assert type(step) is Authorize
        return self.connection.authorize()

    def _send(self, step: Send) -> Reply | Failure:
        try:
            response = self._transport.handle_request(self._build(step))
            try:
                response.read()
            finally:
                response.close()
        except httpx.HTTPError as error:
            return http.failed(error)
        return http.reply(response)

    def close(self) -> None:
        """Closes the connections, and the connection."""
        self._transport.close()
        self.connection.close()


class AsyncWire(_Common):
    """Drives flows on an event loop. What a connection does on a disk or a token address happens in a thread."""

    def __init__(
        self,
        connection: Connection,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        timeout: float = http.TIMEOUT,
        ledger: Ledger | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        super().__init__(connection, timeout=timeout, ledger=ledger)
        self._transport = transport or http.async_transport(connection.base_url)
        self._sleep = sleep

    async def run(self, flow: Flow) -> Any:
        """Does a flow's steps to the end; returns its result."""
        advance: _Advance = flow.send
        outcome: Any = None
        try:
            while True:
                step = advance(outcome)
                try:
                    advance, outcome = flow.send, await self._do(step)
                except ComponentError as error:
                    advance, outcome = flow.throw, error
        except StopIteration as done:
            return done.value

    async def stream(self, flow: Flow) -> AsyncIterator[Page]:
        """Does a flow's steps, handing each page on as it comes."""
        advance: _Advance = flow.send
        outcome: Any = None
        with closing(flow):
            while (step := _next(advance, outcome)) is not None:
                advance, outcome = flow.send, None
                if type(step) is Page:
                    yield step
                    continue
                try:
                    outcome = await self._do(step)
                except ComponentError as error:
                    advance, outcome = flow.throw, error

    async def _do(self, step: Any) -> Any:
        if type(step) is Send:
            return await self._send(step)
        if type(step) is Sleep:
            return await self._sleep(step.seconds)
        if type(step) is Renew:
            return await asyncio.to_thread(self.connection.renew, step.rejected)
        if type(step) is Count:
            return await asyncio.to_thread(self._count, step)
        assert type(step) is Authorize
        return await asyncio.to_thread(self.connection.authorize)

    async def _send(self, step: Send) -> Reply | Failure:
        try:
            response = await self._transport.handle_async_request(self._build(step))
            try:
                await response.aread()
            finally:
                await response.aclose()
        except httpx.HTTPError as error:
            return http.failed(error)
        return http.reply(response)

    async def close(self) -> None:
        """Closes the connections, and the connection."""
        await self._transport.aclose()
        await asyncio.to_thread(self.connection.close)


def _next(advance: _Advance, outcome: Any) -> Any:
    """The flow's next step; None at its end."""
    try:
        return advance(outcome)
    except StopIteration:
        return None
