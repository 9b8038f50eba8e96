"""Serve /health and /metrics beside a receiver."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from zoom_component.asgi.request_bounds import Receive, Scope, Send
from zoom_component.events.inbox.protocols import EventLog
from zoom_component.events.receiver.app import Receiver
from zoom_component.forked_processes import ProcessLocal, registered
from zoom_component.request_target import to_origin_form

__all__ = ["StatusPages"]

_CACHE_SECONDS = 2.0  # frequent requests must not keep the inbox from writing
_PROBE_SECONDS = 10.0  # between two test writes while all is well
_PROMETHEUS_TEXT = b"text/plain; version=0.0.4; charset=utf-8"


class StatusPages(ProcessLocal):
    """Serve the pages as an ASGI application, and pass everything else to the receiver."""

    def __init__(self, receiver: Receiver, inbox: EventLog, clock: Callable[[], float] = time.time) -> None:
        self._receiver, self._inbox, self._clock = receiver, inbox, clock
        self._inbox_gauges: dict[str, float] = {}
        self._error = ""
        self._valid_until = self._probed_until = float("-inf")
        self._lock = asyncio.Lock()
        registered.add(self)

    def reset_after_fork(self) -> None:
        """Replace the lock; it belongs to the parent's event loop."""
        self._lock = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle an ASGI connection."""
        scope = to_origin_form(scope) if scope["type"] == "http" else scope
        page = scope["path"] if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") else None
        if page == "/health":
            await self._send_health(scope, send)
        elif page == "/metrics":
            text = self._receiver.metrics.render(await self._get_gauges())
            await _send(send, scope, 200, _PROMETHEUS_TEXT, text.encode())
        else:
            await self._receiver(scope, receive, send)

    async def _send_health(self, scope: Scope, send: Send) -> None:
        """Send 200, or 503 while no event can be stored or accepted, or the WebSocket is down."""
        gauges = await self._get_gauges()
        is_down = gauges.get("websocket_up") == 0.0
        writer = self._receiver.writer
        error = self._error or writer.error
        is_unhealthy = bool(error) or writer.is_full or is_down
        report: dict[str, Any] = {
            "status": "failing" if is_unhealthy else "ok",
            "backlog": int(gauges["inbox_unfinished"]),
            "waiting": int(gauges["receiver_waiting"]),
            "dead": int(gauges["inbox_dead"]),
        }
        if error:
            report["error"] = error
        if writer.last_failure is not None:
            at, message = writer.last_failure
            report["last_failure"] = {"at": datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")}
            report["last_failure"]["message"] = message
        if "websocket_up" in gauges:
            report["websocket"] = "down" if is_down else "up"
        await _send(
            send, scope, 503 if is_unhealthy else 200, b"application/json", json.dumps(report, allow_nan=False).encode()
        )

    async def _get_gauges(self) -> dict[str, float]:
        async with self._lock:
            if time.monotonic() >= self._valid_until:
                await asyncio.to_thread(self._read_inbox)
                self._valid_until = time.monotonic() + _CACHE_SECONDS
        gauges = {"receiver_waiting": float(self._receiver.writer.pending), **self._inbox_gauges}
        for source in self._receiver.sources:
            gauges.update(source.get_gauges())
        return gauges

    def _read_inbox(self) -> None:
        now = self._clock()
        try:
            self._probe_storage(now)
            counts, timestamps = self._inbox.count(now), self._inbox.get_timestamps()
        except OSError as error:
            self._error = str(error)
            last = self._inbox_gauges
            self._inbox_gauges = {name: last.get(name, 0.0) for name in ("inbox_unfinished", "inbox_dead")}
            return
        self._error = ""
        states = counts.jobs
        gauges: dict[str, float] = {
            "inbox_events": counts.events,
            "inbox_unfinished": states.get("ready", 0) + states.get("leased", 0),
            "inbox_dead": states.get("dead", 0),
            "inbox_oldest_seconds": now - counts.oldest_unfinished if counts.oldest_unfinished is not None else 0.0,
        }
        if "validation" in timestamps:
            gauges["receiver_last_validation_timestamp_seconds"] = timestamps["validation"]
        self._inbox_gauges = gauges

    def _probe_storage(self, now: float) -> None:
        """Write as much as a delivery may hold, whenever the last write failed and now and then. Raise OSError."""
        writer = self._receiver.writer
        has_failed = bool(self._error or writer.error)
        if has_failed or time.monotonic() >= self._probed_until:
            self._inbox.probe_storage(self._receiver.limits.max_body_bytes)
            self._probed_until = time.monotonic() + _PROBE_SECONDS
            if has_failed:
                self._inbox.set_timestamp("health", now)
            writer.error = ""


async def _send(send: Send, scope: Scope, status: int, content_type: bytes, body: bytes) -> None:
    headers = [(b"content-type", content_type), (b"content-length", b"%d" % len(body)), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
