"""The driver for asyncio: `wire` with `await` in it. Apart, because asyncio costs a tenth of a cold start."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any

import httpx

from zoom_component.client.transport import http
from zoom_component.client.transport.steps import Authorize, Count, Failure, Renew, Send, Sleep
from zoom_component.client.transport.wire import Advance, Flow, Wired, next_step
from zoom_component.errors import ComponentError
from zoom_component.messages import Page, Reply

if TYPE_CHECKING:
    from zoom_component.client.connections.connection import Connection
    from zoom_component.client.transport.ledger import Ledger

__all__ = ["AsyncWire"]


class AsyncWire(Wired):
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
        advance: Advance = flow.send
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
        advance: Advance = flow.send
        outcome: Any = None
        with closing(flow):
            while (step := next_step(advance, outcome)) is not None:
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
            return await asyncio.to_thread(self.count, step)
        assert type(step) is Authorize
        return await asyncio.to_thread(self.connection.authorize)

    async def _send(self, step: Send) -> Reply | Failure:
        try:
            async with asyncio.timeout(step.request.timeout or self._timeout):
                response = await self._transport.handle_async_request(self.build(step))
                try:
                    body = await response.aread()
                finally:
                    await response.aclose()
        except httpx.HTTPError as error:
            return http.failed(error)
        except TimeoutError:
            return Failure("timeout", "the answer did not end in time")
        return http.reply(response, body)

    async def close(self) -> None:
        """Closes the connections, and the connection."""
        await self._transport.aclose()
        await asyncio.to_thread(self.connection.close)
