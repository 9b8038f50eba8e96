"""Two pages beside a receiver: /health for whoever restarts it, /metrics for whoever watches it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

from zoom_component.events.inbox.protocols import Inbox
from zoom_component.events.receiver.app import Receiver
from zoom_component.events.receiver.http_request import Receive, Scope, Send

__all__ = ["StatusPages"]

_KEPT = 2.0  # seconds: whoever asks often must not keep the inbox from writing
_TEXT = b"text/plain; version=0.0.4; charset=utf-8"


class StatusPages:
    """An ASGI application: the pages, and the receiver for everything else."""

    def __init__(self, receiver: Receiver, store: Inbox, clock: Callable[[], float] = time.time) -> None:
        self._receiver, self._store, self._clock = receiver, store, clock
        self._found: dict[str, float] = {}
        self._fault = ""
        self._until = float("-inf")
        self._asking = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        page = scope.get("path") if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") else None
        if page == "/health":
            await self._health(scope, send)
        elif page == "/metrics":
            text = self._receiver.metrics.render(await self._gauges())
            await _send(send, scope, 200, _TEXT, text.encode())
        else:
            await self._receiver(scope, receive, send)

    async def _health(self, scope: Scope, send: Send) -> None:
        """503 while nothing can be kept, or nothing more is taken."""
        gauges = await self._gauges()
        fault = self._fault or ("as much waits to be written as may wait" if self._receiver.writer.is_full else "")
        told: dict[str, Any] = {"status": "failing" if fault else "ok", "backlog": int(gauges["inbox_unfinished"])}
        told |= {"waiting": int(gauges["receiver_waiting"]), "dead": int(gauges["inbox_dead"])}
        body = json.dumps(told).encode()
        await _send(send, scope, 503 if fault else 200, b"application/json", body)

    async def _gauges(self) -> dict[str, float]:
        async with self._asking:
            if time.monotonic() >= self._until:
                await asyncio.to_thread(self._ask)
                self._until = time.monotonic() + _KEPT
        found = {"receiver_waiting": float(self._receiver.writer.pending), **self._found}
        for source in self._receiver.sources:
            found.update(source.get_gauges())
        return found

    def _ask(self) -> None:
        now, writer = self._clock(), self._receiver.writer
        self._fault = ""
        try:
            if writer.error:
                self._store.set_timestamp("health", now)  # whether it can be written again, though nobody sends
                writer.error = ""
            counts, marks = self._store.count(now), self._store.get_timestamps()
        except OSError as problem:
            self._fault = str(problem)
            self._found = {name: self._found.get(name, 0.0) for name in ("inbox_unfinished", "inbox_dead")}
            return
        states = counts.jobs
        unfinished = states.get("ready", 0) + states.get("leased", 0)
        found: dict[str, float] = {"inbox_events": counts.events, "inbox_unfinished": unfinished}
        found["inbox_dead"] = states.get("dead", 0)
        found["inbox_oldest_seconds"] = now - counts.oldest_unfinished if counts.oldest_unfinished is not None else 0.0
        if "validation" in marks:
            found["receiver_last_validation_timestamp_seconds"] = marks["validation"]
        self._found = found


async def _send(send: Send, scope: Scope, status: int, kind: bytes, body: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body)), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
