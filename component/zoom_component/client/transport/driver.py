"""Execute the steps of a call on the calling thread. The driver for asyncio is `async_driver`."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any, TypeAlias

import httpx

from zoom_component.client.transport import http
from zoom_component.client.transport.exchange import Authorize, Count, Renew, Send, SendFailure, Sleep
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
    """Hold what both drivers need: the connection, the timeout of an answer in seconds, and the daily quota, if any."""

    def __init__(
        self, connection: Connection, *, timeout: float = http.TIMEOUT, daily_quota: DailyQuota | None = None
    ) -> None:
        self.connection = connection
        self._base = httpx.URL(connection.base_url)
        self._timeout = timeout
        self._daily_quota = daily_quota

    def build_http_request(self, step: Send) -> httpx.Request:
        """Return the request of a step. It is logged, without its secrets, if the call asks for it."""
        if step.request.debug:
            from zoom_component.client.transport.redact import format_request

            log.info("%s", format_request(self.connection.base_url, step.request))
        return http.build_http_request(self._base, step.request, step.authorization, self._timeout)

    def count(self, step: Count) -> None:
        """Count one use of a daily quota, if quotas are counted."""
        if self._daily_quota is not None:
            self._daily_quota.count(step)


class Driver(DriverContext):
    """Execute steps on the calling thread."""

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
        """Execute the steps of a flow to its end, and return its result."""
        advance: Advance = flow.send
        outcome: Any = None
        try:
            while True:
                step = advance(outcome)
                try:
                    advance, outcome = flow.send, self._execute(step)
                except ComponentError as error:
                    advance, outcome = flow.throw, error
        except StopIteration as stop:
            return stop.value

    def stream(self, flow: Flow) -> Iterator[Page]:
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
                    outcome = self._execute(step)
                except ComponentError as error:
                    advance, outcome = flow.throw, error

    def _execute(self, step: Any) -> Any:
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
        deadline = time.monotonic() + (step.request.timeout or self._timeout)
        try:
            response = self._transport.handle_request(self.build_http_request(step))
            try:
                body = _read_body(response, deadline)
            finally:
                response.close()
        except httpx.HTTPError as error:
            return http.build_send_failure(error)
        if body is None:
            return SendFailure("timeout", "the answer did not end in time")
        return http.build_reply(response, body)

    def close(self) -> None:
        """Close the pool of connections, and the connection."""
        self._transport.close()
        self.connection.close()


def next_step(advance: Advance, outcome: Any) -> Any:
    """Return the next step of a flow; None at its end."""
    try:
        return advance(outcome)
    except StopIteration:
        return None


def _read_body(response: httpx.Response, deadline: float) -> bytes | None:
    """Return the whole body; None if it does not end in time. httpx limits each read, but not the sum of them."""
    chunks: list[bytes] = []
    for chunk in response.iter_bytes():
        chunks.append(chunk)
        if time.monotonic() > deadline:
            return None
    return b"".join(chunks)
