"""`Receiver`: an ASGI application that takes deliveries in, under any server and beside anything else that it serves.

receiver = Receiver(SqliteStore("inbox.db"), ["the secret token of your Zoom app"])
app = Starlette(routes=[Route("/zoom", receiver)], lifespan=receiver.lifespan)
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

from zoom_component.events.inbox.protocols import Inbox, to_incoming_event
from zoom_component.events.receiver.http_request import (
    BodyReader,
    ClientDisconnected,
    Receive,
    RequestRejected,
    Scope,
    Send,
    check_headers,
)
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

__all__ = ["DeliveryVerifier", "EventSource", "Receiver"]


class DeliveryVerifier(Protocol):
    """What tells whether a delivery is genuine."""

    def verify(self, headers: Headers, body: bytes, now: float) -> Verdict:
        """The verdict at a time in epoch seconds."""


class EventSource(Protocol):
    """What brings events in another way, as a WebSocket does, through this receiver's writer."""

    def get_gauges(self) -> Mapping[str, float]:
        """How it is, for the metrics."""

    def stop(self) -> None:
        """Bring no more."""


class Receiver:
    """Judges what is posted, keeps events in `store`, answers 200 once they are durable.

    `secrets` are those that may have signed, several while one replaces another. `path` is where deliveries come; None
    is any path, for a host that has routes of its own. `legacy` judges what comes to `legacy_path`: notifications of
    Zoom's API v1. `stored` is called, in the writer's thread, after a commit that brought something new.

    Raises InputError for a secret that is blank or none.
    """

    def __init__(
        self,
        store: Inbox,
        secrets: Sequence[str],
        *,
        path: str | None = None,
        legacy_verifier: DeliveryVerifier | None = None,
        legacy_path: str = "/v1",
        window: float = SIGNATURE_WINDOW,
        limits: ReceiverLimits | None = None,
        clock: Callable[[], float] = time.time,
        on_stored: Callable[[], None] = lambda: None,
    ) -> None:
        verifier: tuple[DeliveryVerifier, str] = (Verifier(secrets, window), "webhook")
        self._any = verifier if path is None else None
        self._routes: Mapping[str, tuple[DeliveryVerifier, str]] = {} if path is None else {_tidy(path): verifier}
        if legacy_verifier is not None:
            self._routes = {**self._routes, _tidy(legacy_path): (legacy_verifier, "v1")}
        self.limits = limits or ReceiverLimits()
        self.metrics = ReceiverMetrics()
        self.sources: list[EventSource] = []
        self.writer = InboxWriter(store, self.limits.max_queued_events, on_stored)
        self._clock = clock
        self._journal = RejectionLog()
        self._bodies = BodyReader(self.limits)
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            began = time.monotonic()
            answer = await self._answer(scope, receive, began)
            if answer is not None:
                self.metrics.record_response(answer.status, time.monotonic() - began)
                await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
                await send({"type": "http.response.body", "body": answer.body})
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close"})

    @asynccontextmanager
    async def lifespan(self, app: Any = None) -> AsyncIterator[None]:
        """For a host that does not hand its lifespan on to what it mounts: what was taken is written at its end."""
        self.writer.reopen()
        try:
            yield
        finally:
            await asyncio.to_thread(self.close)

    def close(self) -> None:
        """Stop the sources and write what waits. The store stays open: it is its owner's."""
        for source in self.sources:
            source.stop()
        self.writer.close()

    async def _answer(self, scope: Scope, receive: Receive, began: float) -> ReceiverResponse | None:
        route = self._route(scope)
        if route is None:
            return build_status_response(404)
        if scope["method"] != "POST":
            return build_status_response(405)
        client = (scope.get("client") or ("an unknown address",))[0]
        if self._inside >= self.limits.max_requests or self.writer.is_full:
            return self._refused(503, "overload", "as much is under way as may be", client)
        self._inside += 1
        try:
            check_headers(scope["headers"], self.limits)
            body = await self._bodies.read(receive)
            return await self._judged(route, scope["headers"], body, began, client)
        except RequestRejected as problem:
            return self._refused(problem.status, problem.reason, problem.message, client)
        except ClientDisconnected:
            self.metrics.disconnects += 1
            return None
        finally:
            self._inside -= 1

    def _route(self, scope: Scope) -> tuple[DeliveryVerifier, str] | None:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        return self._routes.get(_tidy(path), self._any)

    async def _judged(
        self, route: tuple[DeliveryVerifier, str], headers: Headers, body: bytes, began: float, client: str
    ) -> ReceiverResponse:
        (judge, source), now = route, self._clock()
        verdict = judge.verify(headers, body, now)
        if isinstance(verdict, Rejection):
            return self._refused(verdict.status, verdict.reason, verdict.message, client)
        if isinstance(verdict, Challenge):
            self.metrics.challenges += 1
            self.writer.mark("validation", now)
            return build_challenge_response(verdict.response)
        return await self._kept(verdict.event, now, source, began, client)

    async def _kept(self, event: Event, now: float, source: str, began: float, client: str) -> ReceiverResponse:
        """200 after the commit and never before; 503 where it does not come in time, and Zoom tries again.

        The event may be kept all the same: then its next delivery is a duplicate.
        """
        try:
            future = self.writer.submit(to_incoming_event(event, now, source))
        except QueueFull:
            return self._refused(503, "overload", "as much waits to be written as may wait", client)
        left = self.limits.response_timeout - (time.monotonic() - began)
        timer = future.get_loop().call_later(max(left, 0.0), _expire, future)
        try:
            new = await future
        except OSError as problem:
            return self._refused(503, "not_kept", str(problem), client)
        finally:
            timer.cancel()
        if new:
            self.metrics.stored += 1
        else:
            self.metrics.duplicates += 1
        return ACCEPTED

    def _refused(self, status: int, reason: str, sentence: str, client: str) -> ReceiverResponse:
        self.metrics.rejections[reason] += 1
        self._journal.log_rejection(status, reason, sentence, client)
        return build_status_response(status)

    async def _live(self, receive: Receive, send: Send) -> None:
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
        future.set_exception(OSError("the inbox did not take it in time"))


def _tidy(path: str) -> str:
    return path.rstrip("/") or "/"
