"""Zoom's events over a WebSocket that we open, into the same inbox: no address of ours has to be public.

Zoom keeps nothing for a connection that is down, and takes one connection a subscription: what happens in between is
lost to this source, so it comes back soon, and says how often it was away.

https://developers.zoom.us/docs/api/websockets/
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from zoom_component.client.connections.connection import Connection
from zoom_component.client.connections.urls import is_loopback_url
from zoom_component.errors import ComponentError, InputError, Problem
from zoom_component.events.inbox.protocols import to_incoming_event
from zoom_component.events.receiver.frames import HEARTBEAT, Frame, add_token, build_subscription_url, parse_frame
from zoom_component.events.receiver.limits import ReceiverLimits
from zoom_component.events.receiver.writer import InboxWriter, QueueFull
from zoom_component.events.webhook import InvalidJson, parse_event

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

__all__ = ["WebSocketSource"]

_log = logging.getLogger("zoom_component.events.receiver")
_BEAT = 30.0  # Zoom closes a connection without heartbeats
_LONGEST = 60.0
_LASTED = 60.0  # seconds after which a connection counts as a good one
_ENVELOPE = 6  # an event is text within text there: an escape may take six bytes for one


class _Down(Exception):
    """The connection is not to be had, or was lost; the sentence holds no secret."""


class WebSocketSource:
    """Takes the events of one subscription in, in a thread of its own, from `start` to `stop`.

    `subscription` is its id, or the address that the app's page shows; `connection` gives access tokens, by
    server-to-server OAuth. `beat` is how many seconds lie between two heartbeats. Raises InputError for an address
    that is not Zoom's, and without the extra `ws`.
    """

    def __init__(
        self,
        subscription: str,
        connection: Connection,
        writer: InboxWriter,
        *,
        limits: ReceiverLimits | None = None,
        heartbeat_interval: float = _BEAT,
        retry_delay: float = 1.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        _need_websockets()
        self._address = build_subscription_url(subscription)
        self._connection, self._writer, self._clock = connection, writer, clock
        self._limits = limits or ReceiverLimits()
        self._beat, self._pause = heartbeat_interval, retry_delay
        self._refused = ""
        self._thread: Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self.connected = Event()
        self.received = 0
        self.disconnects = 0

    def start(self) -> None:
        """Connect, and stay connected."""
        began = Event()
        self._thread = Thread(target=lambda: asyncio.run(self._run(began)), name="zoom-websocket", daemon=True)
        self._thread.start()
        began.wait()

    def stop(self) -> None:
        """Disconnect; what was read is handed to the writer."""
        if self._thread is None or self._loop is None or self._task is None:
            return
        with suppress(RuntimeError):  # its loop has ended by itself
            self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join()
        self._thread = None

    def get_gauges(self) -> dict[str, float]:
        """Whether it is up, how many events came, how often it was lost."""
        up = float(self.connected.is_set())
        return {"websocket_up": up, "websocket_events": self.received, "websocket_lost": self.disconnects}

    async def _run(self, began: Event) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        began.set()
        tries, sentence = 0, ""
        with suppress(asyncio.CancelledError):
            while True:
                since = time.monotonic()
                try:
                    await self._converse()
                except _Down as problem:
                    sentence = str(problem)
                except Exception as problem:  # what it says may hold the address, and so the token
                    sentence = f"an unforeseen failure ({type(problem).__name__})"
                tries = 1 if time.monotonic() - since > _LASTED else tries + 1
                wait = random.uniform(0.5, 1.0) * min(self._pause * 2 ** min(tries - 1, 10), _LONGEST)
                _log.warning("The WebSocket is down: %s; again in %.1f seconds", sentence, wait)
                await asyncio.sleep(wait)

    async def _converse(self) -> None:
        """One connection, until it is lost. Raises _Down."""
        authorization = await self._authorization()
        wire = await self._opened(authorization)
        try:
            await self._greeted(wire, authorization)
            self.connected.set()
            _log.info("The WebSocket is up")
            async with asyncio.TaskGroup() as group:
                beating = group.create_task(self._beating(wire))
                try:
                    await self._taking(wire)
                finally:
                    beating.cancel()
        except* _Down as problems:
            raise problems.exceptions[0] from None
        finally:
            if self.connected.is_set():
                self.connected.clear()
                self.disconnects += 1
            wire.transport.abort()

    async def _authorization(self) -> str:
        refused, self._refused = self._refused, ""
        try:
            if refused:
                return await asyncio.to_thread(self._connection.renew, refused)
            return await asyncio.to_thread(self._connection.authorize)
        except ComponentError as problem:
            raise _Down(f"there is no access token: {problem.message.rstrip('.')}") from None

    async def _opened(self, authorization: str) -> ClientConnection:
        from websockets.asyncio.client import connect
        from websockets.exceptions import InvalidStatus, WebSocketException

        options: dict[str, Any] = {"proxy": None} if is_loopback_url(self._address) else {}
        try:
            # Its own log would tell the address, and with it the token. Zoom has heartbeats of its own for pings.
            return await connect(
                add_token(self._address, authorization),
                logger=_silent(),
                ping_interval=None,
                max_size=self._limits.max_body_bytes * _ENVELOPE,
                open_timeout=20,
                close_timeout=2,
                **options,
            )
        except InvalidStatus as problem:
            status = problem.response.status_code
            if status in (401, 403):
                self._refused = authorization
            raise _Down(f"it was answered {status}") from None
        except (OSError, WebSocketException) as problem:
            reason = getattr(problem, "strerror", None) or type(problem).__name__
            raise _Down(f"it cannot be opened ({reason})") from None

    async def _greeted(self, wire: ClientConnection, authorization: str) -> None:
        frame = await self._next(wire)
        if frame.module != "build_connection" or not frame.success:
            self._refused = authorization
            raise _Down("Zoom did not accept it: the subscription, or the app's token, is another")

    async def _taking(self, wire: ClientConnection) -> None:
        while True:
            frame = await self._next(wire)
            if frame.module == "message":
                await self._take(frame.content)
            elif frame.module == "heartbeat":
                self._writer.mark("websocket", self._clock())
            else:
                _log.warning("The WebSocket said something unknown, which is left out")

    async def _next(self, wire: ClientConnection) -> Frame:
        from websockets.exceptions import ConnectionClosed

        try:
            async with asyncio.timeout(self._beat * 2.5):
                return parse_frame(await wire.recv())
        except TimeoutError:
            raise _Down("nothing came for long, not even the answer to a heartbeat") from None
        except ConnectionClosed as problem:
            code = problem.rcvd.code if problem.rcvd else "no word"
            raise _Down(f"it was closed ({code})") from None

    async def _beating(self, wire: ClientConnection) -> None:
        from websockets.exceptions import ConnectionClosed

        with suppress(ConnectionClosed):  # who reads is told, too
            while True:
                await asyncio.sleep(self._beat)
                await wire.send(HEARTBEAT)

    async def _take(self, content: bytes) -> None:
        """Keep an event. Nothing more is read until it is kept: Zoom sends none a second time."""
        try:
            event = parse_event(content)
        except InvalidJson as problem:
            _log.warning("An event over the WebSocket is no JSON and is left out: %s", problem)
            return
        found = to_incoming_event(event, self._clock(), "websocket")
        while True:
            try:
                await self._writer.submit(found)
            except (QueueFull, OSError):
                await asyncio.sleep(self._pause)
            else:
                self.received += 1
                return


def _silent() -> logging.Logger:
    log = logging.Logger("zoom_component.events.receiver.silent")
    log.disabled = True
    log.setLevel(logging.CRITICAL + 1)
    return log


def _need_websockets() -> None:
    try:
        import websockets.asyncio.client  # noqa: F401
    except ImportError:
        why = "it needs the package websockets: pip install 'zoom-component[ws]'"
        raise InputError([Problem("websocket", why)]) from None
