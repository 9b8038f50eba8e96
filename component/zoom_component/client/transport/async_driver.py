"""Execute the steps of a call on an event loop. Apart from `driver`, because asyncio takes a tenth of a cold start."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any

from zoom_component.client.network.send_errors import SendError
from zoom_component.client.network.transports import AsyncTransport, adapt_async_transport, create_async_transport
from zoom_component.client.request.bodies import MAX_BODY_BYTES, BodyRefused
from zoom_component.client.transport.callers_transports import AsyncRefusingTransport, has_no_connections
from zoom_component.client.transport.driver import (
    TIMEOUT,
    Advance,
    DriverContext,
    Flow,
    get_network,
    next_step,
)
from zoom_component.client.transport.exchange import Authorize, Count, Renew, Send, SendFailure, Sleep
from zoom_component.errors import ComponentError, InputError, Problem
from zoom_component.forked_processes import ForkSafeLock, abandon
from zoom_component.messages import Page, Reply

if TYPE_CHECKING:
    import httpx

    from zoom_component.client.connections.connection import Connection
    from zoom_component.client.transport.daily_quota import DailyQuota

__all__ = ["AsyncDriver"]


class AsyncDriver(DriverContext):
    """Execute steps on an event loop. What a connection does on disk or at a token URL runs in a thread."""

    _refusing = AsyncRefusingTransport

    def __init__(
        self,
        connection: Connection,
        transport: httpx.AsyncBaseTransport | AsyncTransport | None = None,
        *,
        timeout: float = TIMEOUT,
        max_answer_bytes: int = MAX_BODY_BYTES,
        daily_quota: DailyQuota | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        super().__init__(
            connection, transport, timeout=timeout, max_answer_bytes=max_answer_bytes, daily_quota=daily_quota
        )
        self._sleep = sleep
        self._loop: asyncio.AbstractEventLoop | None = None
        self._guard = ForkSafeLock()

    def _create_transport(self) -> AsyncTransport:
        return create_async_transport(self.connection.base_url, get_network(self.connection))

    def _adapt(self, transport: Any) -> AsyncTransport:
        return adapt_async_transport(transport, self.connection.base_url)

    def reset_after_fork(self) -> None:
        """Use a new pool of connections, on another event loop: the parent's does not run here."""
        self._loop = None
        super().reset_after_fork()

    def _check_loop(self) -> None:
        """Raise InputError on another event loop than that of the first call, whose connections belong to it."""
        loop = _find_running_loop()
        message = ""
        if loop is None:
            message = (
                "expected a call on a running event loop, got one in a process that was forked inside a coroutine; "
                "nothing was sent. Start an event loop in the child, on another thread: its own one cannot go on"
            )
        elif not has_no_connections(self._transport):
            with self._guard:  # the loops of two threads may be the first at the same time
                self._loop = self._loop or loop
            if self._loop is not loop:
                message = (
                    "expected a call on the event loop of the session's first call, got one on another event loop; "
                    "nothing was sent. Open a session in each event loop: each asyncio.run has a new one"
                )
        if message:
            raise InputError([Problem("session", message)])

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
        if self._loop is None or self._loop is not _find_running_loop():
            self._check_loop()
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
        seconds = step.request.timeout or self._timeout
        try:
            reply: Reply = await self._transport.send(self.encode(step), seconds, self._max_answer_bytes)
        except (SendError, BodyRefused) as error:
            return self.build_failure(step, error)
        if self._daily_quota is not None and (names := self._daily_quota.find_new_names(step.request, reply)):
            await asyncio.to_thread(self._daily_quota.learn, names)
        return reply

    async def close(self) -> None:
        """Close the pool of connections, and the connection."""
        if self._loop in (None, _find_running_loop()):
            await self._transport.aclose()
        else:  # the connections belong to a loop that can no longer close them
            abandon(self._transport)
        await asyncio.to_thread(self.connection.close)


def _find_running_loop() -> asyncio.AbstractEventLoop | None:
    """Return the event loop of this thread, None if none runs."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
