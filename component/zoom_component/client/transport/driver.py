"""Execute the steps of a call on the calling thread. The driver for asyncio is `async_driver`.

Redirects are never followed (a token goes to its own host only), `.netrc` is not read, and cookies are not stored.
`client.network` sends, and finds the proxy and the certificate authorities.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any, TypeAlias

from zoom_component.client.network.deadline_sockets import Deadline
from zoom_component.client.network.request_writer import EncodedRequest, Origin, encode_request
from zoom_component.client.network.send_errors import SendError
from zoom_component.client.network.settings import NetworkSettings
from zoom_component.client.network.transports import Transport, adapt_transport, create_transport
from zoom_component.client.request.bodies import MAX_BODY_BYTES, BodyRefused
from zoom_component.client.retry_log import log_retry
from zoom_component.client.transport.callers_transports import RefusingTransport, has_no_connections
from zoom_component.client.transport.exchange import Authorize, Count, Renew, Send, SendFailure, Sleep
from zoom_component.errors import ComponentError
from zoom_component.forked_processes import ProcessLocal, abandon, registered
from zoom_component.log_records import get_logger
from zoom_component.messages import Page, Reply

if TYPE_CHECKING:
    import httpx

    from zoom_component.client.connections.connection import Connection
    from zoom_component.client.transport.daily_quota import DailyQuota

__all__ = [
    "TIMEOUT",
    "Advance",
    "Driver",
    "DriverContext",
    "Flow",
    "get_network",
    "next_step",
]

Flow: TypeAlias = Generator[Any, Any, Any]
Advance: TypeAlias = Callable[[Any], Any]

TIMEOUT = 30.0
log = get_logger("zoom_component.requests", 65_536)  # characters of a request with its body


class DriverContext(ProcessLocal):
    """Hold what both drivers need: the connection, the limits of an answer, and the daily quota, if any.

    `timeout` limits a whole exchange, in seconds, and `max_answer_bytes` an answer once it is unpacked.

    `transport` is the caller's. Without it a pool of connections is created, and created anew in a forked child: two
    processes on one connection would get each other's answers.
    """

    _refusing: type[Any] = RefusingTransport

    def __init__(
        self, connection: Connection, transport: Any, *, timeout: float = TIMEOUT,
        max_answer_bytes: int = MAX_BODY_BYTES, daily_quota: DailyQuota | None = None,
    ) -> None:  # fmt: skip
        self.connection = connection
        self._has_own_transport = transport is None
        self._transport = self._create_transport() if transport is None else self._adapt(transport)
        self._origin = Origin.from_url(connection.base_url)
        self._timeout = timeout
        self._max_answer_bytes = max_answer_bytes
        self._daily_quota = daily_quota
        if (use_timeout := getattr(connection, "use_timeout", None)) is not None:
            use_timeout(timeout)  # for the token requests of a connection that makes some
        registered.add(self)

    def _create_transport(self) -> Any:
        raise NotImplementedError

    def _adapt(self, transport: Any) -> Any:
        raise NotImplementedError

    def reset_after_fork(self) -> None:
        """Use a new pool of connections. Refuse calls if the caller's transport may hold connections of the parent."""
        if not self._has_own_transport and has_no_connections(self._transport):
            return
        abandon(self._transport)
        self._transport = self._refusing()
        if self._has_own_transport:
            self._transport = self._create_transport()

    def encode(self, step: Send) -> EncodedRequest:
        """Return the request of a step. It is logged, without secrets, if the call asks for it."""
        if step.request.debug:
            from zoom_component.client.transport.redact import format_request

            log.info("%s", format_request(self.connection.base_url, step.request, self.connection.get_secrets()))
        return encode_request(self._origin, step.request, step.authorization)

    def count(self, step: Count) -> None:
        """Count one use of a daily quota, if quotas are counted."""
        if self._daily_quota is not None:
            self._daily_quota.count(step)

    def log_wait(self, step: Sleep) -> None:
        """Log that a request waits before it is sent again."""
        log_retry(step.request.method, step.request.path, step.cause, step.seconds, step.attempt, step.limit)

    def build_failure(self, step: Send, error: SendError | BodyRefused) -> SendFailure:
        """Return why no complete answer arrived."""
        from zoom_component.client.transport.send_failures import build_send_failure

        return build_send_failure(error, self._origin, step.request.timeout or self._timeout, self._transport)


class Driver(DriverContext):
    """Execute steps on the calling thread."""

    def __init__(
        self,
        connection: Connection,
        transport: httpx.BaseTransport | Transport | None = None,
        *,
        timeout: float = TIMEOUT,
        max_answer_bytes: int = MAX_BODY_BYTES,
        daily_quota: DailyQuota | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(
            connection, transport, timeout=timeout, max_answer_bytes=max_answer_bytes, daily_quota=daily_quota
        )
        self._sleep = sleep

    def _create_transport(self) -> Transport:
        return create_transport(self.connection.base_url, get_network(self.connection))

    def _adapt(self, transport: Any) -> Transport:
        return adapt_transport(transport, self.connection.base_url)

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
            self.log_wait(step)
            return self._sleep(step.seconds)
        if type(step) is Renew:
            return self.connection.renew(step.rejected)
        if type(step) is Count:
            return self.count(step)
        assert type(step) is Authorize
        return self.connection.authorize()

    def _send(self, step: Send) -> Reply | SendFailure:
        deadline = Deadline.start(step.request.timeout or self._timeout)
        try:
            reply: Reply = self._transport.send(self.encode(step), deadline, self._max_answer_bytes)
        except (SendError, BodyRefused) as error:
            return self.build_failure(step, error)
        if self._daily_quota is not None and (names := self._daily_quota.find_new_names(step.request, reply)):
            self._daily_quota.learn(names)
        return reply

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


def get_network(connection: Connection) -> NetworkSettings:
    """Return the network settings of a connection. Without any, the environment decides."""
    return getattr(connection, "network", None) or NetworkSettings()
