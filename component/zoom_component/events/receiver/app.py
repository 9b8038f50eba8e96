"""Receive deliveries as an ASGI application, under any server and beside other routes.

receiver = Receiver(SqliteInbox("inbox.db"), ["the secret token of your Zoom app"])
app = Starlette(routes=[Route("/zoom", receiver)], lifespan=receiver.lifespan)
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, Protocol

from zoom_component.asgi.request_bounds import (
    BodyReader,
    ClientDisconnected,
    Receive,
    RequestRejected,
    Scope,
    Send,
    check_headers,
)
from zoom_component.client_address import TrustedProxies
from zoom_component.events.inbox.protocols import EventLog, to_incoming_event
from zoom_component.events.receiver.limits import ReceiverLimits
from zoom_component.events.receiver.metrics import ReceiverMetrics
from zoom_component.events.receiver.rejection_log import RejectionLog
from zoom_component.events.receiver.responses import (
    ACCEPTED,
    ReceiverResponse,
    build_challenge_response,
    build_status_response,
)
from zoom_component.events.receiver.writer import InboxWriter, QueueFull
from zoom_component.events.webhook import SIGNATURE_WINDOW, Challenge, Event, Headers, Rejection, Verdict, Verifier
from zoom_component.forked_processes import ProcessLocal
from zoom_component.request_target import to_origin_form

__all__ = ["DeliveryVerifier", "EventSource", "Receiver"]


class DeliveryVerifier(Protocol):
    """Decide whether a delivery is genuine."""

    def verify(self, headers: Headers, body: bytes, now: float) -> Verdict:
        """Return the verdict. `now` is in epoch seconds."""


class EventSource(Protocol):
    """Bring events in another way, such as a WebSocket, through the writer of this receiver."""

    def get_gauges(self) -> Mapping[str, float]:
        """Return its current values for the metrics."""

    def stop(self) -> None:
        """Bring no more events."""


class _Route(NamedTuple):
    verifier: DeliveryVerifier
    source: str


class Receiver(ProcessLocal):
    """Verify posted deliveries, store their events in an inbox, and respond 200 once they are durable.

    `secrets` are those that may have signed: several while one replaces another. `path` is where deliveries arrive;
    None accepts any path, for a host with its own routes. `legacy_verifier` verifies notifications of API v1 at
    `legacy_path`. The writer's thread calls `on_stored` after each commit that added a new event. The log names the
    client that one of the `trusted_proxies` names; without them, the address of the socket.

    Raise InputError for a missing or blank secret.
    """

    def __init__(
        self,
        inbox: EventLog,
        secrets: Sequence[str],
        *,
        path: str | None = None,
        legacy_verifier: DeliveryVerifier | None = None,
        legacy_path: str = "/v1",
        window: float = SIGNATURE_WINDOW,
        limits: ReceiverLimits | None = None,
        clock: Callable[[], float] = time.time,
        on_stored: Callable[[], None] = lambda: None,
        trusted_proxies: TrustedProxies | None = None,
    ) -> None:
        webhook = _Route(Verifier(secrets, window), "webhook")
        self._default_route = webhook if path is None else None
        self._routes: dict[str, _Route] = {} if path is None else {_normalize_path(path): webhook}
        if legacy_verifier is not None:
            self._routes[_normalize_path(legacy_path)] = _Route(legacy_verifier, "v1")
        self.limits = limits or ReceiverLimits()
        self.metrics = ReceiverMetrics()
        self.sources: list[EventSource] = []
        self.writer = InboxWriter(inbox, self.limits.max_queued_events, on_stored)
        self._clock, self._window = clock, window
        self._proxies = trusted_proxies or TrustedProxies()
        self._log = RejectionLog()
        self._bodies = BodyReader(self.limits)
        self._requests = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle an ASGI connection."""
        if scope["type"] == "lifespan":
            await self._run_lifespan(receive, send)
        elif scope["type"] == "http":
            began = time.monotonic()
            response = await self._handle(scope, receive, began)
            if response is not None:
                self.metrics.record_response(response.status, time.monotonic() - began)
                await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
                await send({"type": "http.response.body", "body": response.body})
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close"})

    @asynccontextmanager
    async def lifespan(self, app: Any = None) -> AsyncIterator[None]:
        """Store what waits when the host ends, for a host that does not pass its lifespan to mounted applications."""
        self.writer.reopen()
        try:
            yield
        finally:
            await asyncio.to_thread(self.close)

    def close(self) -> None:
        """Stop the sources and store what waits. Leave the inbox open for its owner to close."""
        for source in self.sources:
            source.stop()
        self.writer.close()

    async def _handle(self, scope: Scope, receive: Receive, began: float) -> ReceiverResponse | None:
        """Return the response; None when the sender closed the connection."""
        path = to_origin_form(scope)["path"].removeprefix(scope.get("root_path", ""))
        route = self._routes.get(_normalize_path(path), self._default_route)
        if route is None:
            return build_status_response(404)
        if scope["method"] != "POST":
            return build_status_response(405)
        peer = (scope.get("client") or ("an unknown address",))[0]
        client = self._proxies.find_client(peer, scope["headers"])
        if self._requests >= self.limits.max_requests or self.writer.is_full:
            return self._reject(503, "overload", "too many requests are in progress", client)
        self._requests += 1
        try:
            check_headers(scope["headers"], self.limits)
            body = await self._bodies.read(receive)
            return await self._verify_and_store(route, scope["headers"], body, began, client)
        except RequestRejected as rejected:
            return self._reject(rejected.status, rejected.reason, rejected.message, client)
        except ClientDisconnected:
            self.metrics.disconnects += 1
            return None
        finally:
            self._requests -= 1

    async def _verify_and_store(
        self, route: _Route, headers: Headers, body: bytes, began: float, client: str
    ) -> ReceiverResponse:
        now = self._clock()
        verdict = route.verifier.verify(headers, body, now)
        if isinstance(verdict, Rejection):
            return self._reject(verdict.status, verdict.reason, verdict.message, client)
        if isinstance(verdict, Challenge):
            self.metrics.challenges += 1
            self.writer.set_timestamp("validation", now)
            return build_challenge_response(verdict.response)
        return await self._store(verdict.event, now, route.source, began, client)

    async def _store(self, event: Event, now: float, source: str, began: float, client: str) -> ReceiverResponse:
        """Return 200 after the commit and never before it; 503 when the commit is late, so that Zoom tries again.

        The event may still be stored later. Its next delivery is a duplicate then.
        """
        try:
            future = self.writer.submit(to_incoming_event(event, now, source, self._window))
        except QueueFull:
            return self._reject(503, "overload", "too many events wait to be stored", client)
        remaining = self.limits.response_timeout - (time.monotonic() - began)
        timer = future.get_loop().call_later(max(remaining, 0.0), _expire, future)
        try:
            is_new = await future
        except OSError as error:
            return self._reject(503, "not_kept", str(error), client)
        finally:
            timer.cancel()
        if is_new:
            self.metrics.stored += 1
        else:
            self.metrics.duplicates += 1
        return ACCEPTED

    def _reject(self, status: int, reason: str, message: str, client: str) -> ReceiverResponse:
        self.metrics.record_rejection(reason)
        self._log.log_rejection(status, reason, message, client)
        return build_status_response(status)

    async def _run_lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.writer.reopen()
                await send({"type": "lifespan.startup.complete"})
            else:
                await asyncio.to_thread(self.close)
                await send({"type": "lifespan.shutdown.complete"})
                return


def _expire(future: asyncio.Future[bool]) -> None:
    if not future.done():
        future.set_exception(OSError("the inbox did not store the event in time"))


def _normalize_path(path: str) -> str:
    return path.rstrip("/") or "/"
