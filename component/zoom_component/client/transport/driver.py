"""The driver for threads: does the steps of a flow and decides nothing. Its twin for asyncio is `async_wire`."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any, TypeAlias

import httpx

from zoom_component.client.transport import http
from zoom_component.client.transport.redact import format_request
from zoom_component.client.transport.steps import Authorize, Count, Renew, Send, SendFailure, Sleep
from zoom_component.errors import ComponentError
from zoom_component.messages import Page, Reply

if TYPE_CHECKING:
    from zoom_component.client.connections.connection import Connection
    from zoom_component.client.transport.daily_quota import DailyQuota

__all__ = ["Advance", "Driver", "DriverContext", "Flow", "next_step"]

Flow: TypeAlias = Generator[Any, Any, Any]
Advance: TypeAlias = Callable[[Any], Any]

log = logging.getLogger("zoom_component.requests")


class DriverContext:
    """What both drivers hold: the connection, its address, the timeout in seconds, and the ledger, if any."""

    def __init__(
        self, connection: Connection, *, timeout: float = http.TIMEOUT, daily_quota: DailyQuota | None = None
    ) -> None:
        self.connection = connection
        self._base = httpx.URL(connection.base_url)
        self._timeout = timeout
        self._ledger = daily_quota

    def build_http_request(self, step: Send) -> httpx.Request:
        """The request of a step; logged, without its secrets, where that was asked for."""
        if step.request.debug:
            log.info("%s", format_request(self.connection.base_url, step.request))
        return http.build_http_request(self._base, step.request, step.authorization, self._timeout)

    def count(self, step: Count) -> None:
        """Counts a day's use where a ledger is kept."""
        if self._ledger is not None:
            self._ledger.count(step)


class Driver(DriverContext):
    """Drives flows on the calling thread."""

    def __init__(
        self,
        connection: Connection,
        transport: httpx.BaseTransport | None = None,
        *,
        timeout: float = http.TIMEOUT,
        daily_quota: DailyQuota | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(connection, timeout=timeout, daily_quota=daily_quota)
        self._transport = transport or http.create_transport(connection.base_url)
        self._sleep = sleep

    def run(self, flow: Flow) -> Any:
        """Does a flow's steps to the end; returns its result."""
        advance: Advance = flow.send
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
        advance: Advance = flow.send
        outcome: Any = None
        with closing(flow):
            while (step := next_step(advance, outcome)) is not None:
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
            return self.count(step)
        assert type(step) is Authorize
        return self.connection.authorize()

    def _send(self, step: Send) -> Reply | SendFailure:
        until = time.monotonic() + (step.request.timeout or self._timeout)
        try:
            response = self._transport.handle_request(self.build_http_request(step))
            try:
                body = _body(response, until)
            finally:
                response.close()
        except httpx.HTTPError as error:
            return http.build_send_failure(error)
        return (
            SendFailure("timeout", "the answer did not end in time")
            if body is None
            else http.build_reply(response, body)
        )

    def close(self) -> None:
        """Closes the connections, and the connection."""
        self._transport.close()
        self.connection.close()


def _body(response: httpx.Response, until: float) -> bytes | None:
    """The whole body; None when it has not ended in time. httpx bounds each read alone, and an answer may trickle."""
    chunks: list[bytes] = []
    for chunk in response.iter_bytes():
        chunks.append(chunk)
        if time.monotonic() > until:
            return None
    return b"".join(chunks)


def next_step(advance: Advance, outcome: Any) -> Any:
    """The flow's next step; None at its end."""
    try:
        return advance(outcome)
    except StopIteration:
        return None
