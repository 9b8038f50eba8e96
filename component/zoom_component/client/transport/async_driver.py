"""Execute the steps of a call on an event loop. Apart from `driver`, because asyncio takes a tenth of a cold start."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any

import httpx

from zoom_component.client.transport.driver import (
    TIMEOUT,
    Advance,
    DriverContext,
    Flow,
    build_reply,
    create_async_transport,
    get_network,
    next_step,
)
from zoom_component.client.transport.exchange import Authorize, Count, Renew, Send, SendFailure, Sleep
from zoom_component.errors import ComponentError
from zoom_component.messages import Page, Reply

if TYPE_CHECKING:
    from zoom_component.client.connections.connection import Connection
    from zoom_component.client.transport.daily_quota import DailyQuota

__all__ = ["AsyncDriver"]


# A transport limits each phase, and so knows in which one the time ran out. The limit of the whole must come after it.
_PHASE_MARGIN = 0.1


class AsyncDriver(DriverContext):
    """Execute steps on an event loop. What a connection does on disk or at a token URL runs in a thread."""

    def __init__(
        self,
        connection: Connection,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        timeout: float = TIMEOUT,
        daily_quota: DailyQuota | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        super().__init__(connection, timeout=timeout, daily_quota=daily_quota)
        self._transport = transport or create_async_transport(connection.base_url, get_network(connection))
        self._sleep = sleep

    async def run(self, flow: Flow) -> Any:
        """Execute the steps of a flow to its end, and return its result."""
        advance: Advance = flow.send
        outcome: Any = None
        try:
            while True:
                step = advance(outcome)
                try:
                    advance, outcome = flow.send, await self._execute(step)
                except ComponentError as error:
                    advance, outcome = flow.throw, error
        except StopIteration as stop:
            return stop.value

    async def stream(self, flow: Flow) -> AsyncIterator[Page]:
        """Execute the steps of a flow, and yield each page as it arrives."""
        advance: Advance = flow.send
        outcome: Any = None
        with closing(flow):
            while (step := next_step(advance, outcome)) is not None:
                advance, outcome = flow.send, None
                if type(step) is Page:
                    yield step
                    continue
                try:
                    outcome = await self._execute(step)
                except ComponentError as error:
                    advance, outcome = flow.throw, error

    async def _execute(self, step: Any) -> Any:
        if type(step) is Send:
            return await self._send(step)
        if type(step) is Sleep:
            self.log_wait(step)
            return await self._sleep(step.seconds)
        if type(step) is Renew:
            return await asyncio.to_thread(self.connection.renew, step.rejected)
        if type(step) is Count:
            return await asyncio.to_thread(self.count, step)
        assert type(step) is Authorize
        return await asyncio.to_thread(self.connection.authorize)

    async def _send(self, step: Send) -> Reply | SendFailure:
        try:
            async with asyncio.timeout((step.request.timeout or self._timeout) + _PHASE_MARGIN):
                response = await self._transport.handle_async_request(self.build_http_request(step))
                try:
                    body = await response.aread()
                finally:
                    await response.aclose()
        except (httpx.HTTPError, TimeoutError) as error:
            return self.build_failure(step, error)
        reply = build_reply(response, body)
        if self._daily_quota is not None and (names := self._daily_quota.find_new_names(step.request, reply)):
            await asyncio.to_thread(self._daily_quota.learn, names)
        return reply

    async def close(self) -> None:
        """Close the pool of connections, and the connection."""
        await self._transport.aclose()
        await asyncio.to_thread(self.connection.close)
