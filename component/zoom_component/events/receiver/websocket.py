"""Receive Zoom's events over a WebSocket, so that no address has to be public.

Zoom stores nothing for a connection that is down, and accepts one connection for each subscription. The events in
between are lost to this source, so it reconnects soon and counts how often it was down.

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
from zoom_component.client.network.settings import NetworkSettings
from zoom_component.client.network.websocket_route import WebSocketRoute
from zoom_component.errors import ComponentError, InputError, Problem
from zoom_component.events.inbox.protocols import to_incoming_event
from zoom_component.events.receiver.frames import HEARTBEAT, Frame, add_token, build_subscription_url, parse_frame
from zoom_component.events.receiver.handshake import OPEN_TIMEOUT, describe_refusal, explain_open_failure
from zoom_component.events.receiver.limits import ReceiverLimits
from zoom_component.events.receiver.writer import InboxWriter, QueueFull
from zoom_component.events.webhook import InvalidJson, parse_event
from zoom_component.forked_processes import ProcessLocal, abandon, registered

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

__all__ = ["WebSocketSource"]

_log = logging.getLogger("zoom_component.events.receiver")
_HEARTBEAT_INTERVAL = 30.0  # Zoom closes a connection without heartbeats
_MAX_RETRY_DELAY = 60.0
_STABLE_AFTER = 60.0  # seconds of connection that reset the retry delay
_ESCAPE_FACTOR = 6  # the event is JSON in a JSON string, where an escape may take six bytes for one


class _ConnectionLost(Exception):
    """Report that the connection failed; the message holds no secret."""


class WebSocketSource(ProcessLocal):
    """Receive the events of one subscription in a thread, from `start` to `stop`.

    `subscription` is its id, or the address that Zoom shows for the app. `connection` provides access tokens by
    server-to-server OAuth. `heartbeat_interval` and `retry_delay` (the first of growing delays) are in seconds.

    Raise InputError for an address that is not Zoom's, for invalid settings of the connection's network, and when the
    extra `ws` is not installed.
    """

    def __init__(
        self,
        subscription: str,
        connection: Connection,
        writer: InboxWriter,
        *,
        limits: ReceiverLimits | None = None,
        heartbeat_interval: float = _HEARTBEAT_INTERVAL,
        retry_delay: float = 1.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        _require_websockets()
        self._address = build_subscription_url(subscription)
        self._route = WebSocketRoute(self._address, getattr(connection, "network", None) or NetworkSettings())
        self._connection, self._writer, self._clock = connection, writer, clock
        self._limits = limits or ReceiverLimits()
        self._heartbeat_interval, self._retry_delay = heartbeat_interval, retry_delay
        self._rejected_authorization = ""
        self._thread: Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self.connected = Event()
        self.received = 0
        self.disconnects = 0
        registered.add(self)

    def reset_after_fork(self) -> None:
        """Be stopped in the child; `start` connects it there."""
        abandon((self._loop, self._task))
        self._thread = self._loop = self._task = None
        self.connected = Event()

    def start(self) -> None:
        """Connect, and stay connected."""
        started = Event()
        self._thread = Thread(target=lambda: asyncio.run(self._run(started)), name="zoom-websocket", daemon=True)
        self._thread.start()
        started.wait()

    def stop(self) -> None:
        """Disconnect. The writer still stores what was received."""
        if self._thread is None or self._loop is None or self._task is None:
            return
        with suppress(RuntimeError):  # the loop has already ended
            self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join()
        self._thread = None

    def get_gauges(self) -> dict[str, float]:
        """Return whether it is connected, the count of events, and the count of lost connections."""
        up = float(self.connected.is_set())
        return {"websocket_up": up, "websocket_events": self.received, "websocket_lost": self.disconnects}

    async def _run(self, started: Event) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        started.set()
        attempts, reason = 0, ""
        with suppress(asyncio.CancelledError):
            while True:
                connected_at = time.monotonic()
                try:
                    await self._run_connection()
                except _ConnectionLost as error:
                    reason = str(error)
                except Exception as error:  # its message may hold the address, and so the token
                    reason = f"unexpected {type(error).__name__}"
                attempts = 1 if time.monotonic() - connected_at > _STABLE_AFTER else attempts + 1
                delay = random.uniform(0.5, 1.0) * min(self._retry_delay * 2 ** min(attempts - 1, 10), _MAX_RETRY_DELAY)
                _log.warning("The WebSocket is down: %s; the next attempt is in %.1f seconds", reason, delay)
                await asyncio.sleep(delay)

    async def _run_connection(self) -> None:
        """Connect and receive until the connection is lost. Raise _ConnectionLost."""
        authorization = await self._authorize()
        connection = await self._open(authorization)
        try:
            await self._expect_acceptance(connection, authorization)
            self.connected.set()
            _log.info("The WebSocket is up")
            async with asyncio.TaskGroup() as group:
                heartbeats = group.create_task(self._send_heartbeats(connection))
                try:
                    await self._receive_events(connection, authorization)
                finally:
                    heartbeats.cancel()
        except* _ConnectionLost as errors:
            raise errors.exceptions[0] from None
        finally:
            if self.connected.is_set():
                self.connected.clear()
                self.disconnects += 1
            connection.transport.abort()

    async def _authorize(self) -> str:
        rejected, self._rejected_authorization = self._rejected_authorization, ""
        try:
            if rejected:
                return await asyncio.to_thread(self._connection.renew, rejected)
            return await asyncio.to_thread(self._connection.authorize)
        except ComponentError as error:
            self._rejected_authorization = rejected  # the next attempt must not use it either
            raise _ConnectionLost(f"no access token: {error.message.rstrip('.')}") from None

    async def _open(self, authorization: str) -> ClientConnection:
        from websockets.asyncio.client import connect
        from websockets.exceptions import InvalidStatus, WebSocketException

        try:
            options: dict[str, Any] = await self._route.open(OPEN_TIMEOUT)
            # The library's own log would reveal the address with the token. Zoom's heartbeats replace pings.
            return await connect(
                add_token(self._address, authorization),
                logger=_build_silent_logger(),
                ping_interval=None,
                max_size=self._limits.max_body_bytes * _ESCAPE_FACTOR,
                open_timeout=OPEN_TIMEOUT,
                close_timeout=2,
                **options,
            )
        except InvalidStatus as error:
            refusal = describe_refusal(error.response)
            if refusal.is_token_rejected:
                self._rejected_authorization = authorization
            raise _ConnectionLost(refusal.reason) from None
        except (OSError, WebSocketException) as error:
            reason = explain_open_failure(error, self._address, self._route.proxy_address)
            raise _ConnectionLost(f"it cannot be opened: {reason}") from None

    async def _expect_acceptance(self, connection: ClientConnection, authorization: str) -> None:
        frame = await self._read_frame(connection)
        if frame.module != "build_connection" or not frame.success:
            self._rejected_authorization = authorization
            raise _ConnectionLost("Zoom refused it: the subscription or the token belongs to another app")

    async def _receive_events(self, connection: ClientConnection, authorization: str) -> None:
        """Store events until the connection ends. Raise _ConnectionLost, also when Zoom reports a failure.

        Zoom sends "Invalid Token" at any time, in a message of any kind, and then nothing more: without a new token,
        the connection would stay open and silent.
        """
        while True:
            frame = await self._read_frame(connection)
            if not frame.success:
                self._rejected_authorization = authorization
                raise _ConnectionLost(f"Zoom reported a failure ({_describe_failure(frame, authorization)})")
            if frame.module == "message":
                await self._store_event(frame.content)
            elif frame.module == "heartbeat":
                self._writer.set_timestamp("websocket", self._clock())
            else:
                _log.warning("Ignored an unknown message over the WebSocket")

    async def _read_frame(self, connection: ClientConnection) -> Frame:
        from websockets.exceptions import ConnectionClosed

        try:
            async with asyncio.timeout(self._heartbeat_interval * 2.5):
                return parse_frame(await connection.recv())
        except TimeoutError:
            raise _ConnectionLost("no message arrived, not even the reply to a heartbeat") from None
        except ConnectionClosed as error:
            code = f"code {error.rcvd.code}" if error.rcvd else "no code"
            raise _ConnectionLost(f"the connection was closed ({code})") from None

    async def _send_heartbeats(self, connection: ClientConnection) -> None:
        from websockets.exceptions import ConnectionClosed

        with suppress(ConnectionClosed):  # the reading side reports it
            while True:
                await asyncio.sleep(self._heartbeat_interval)
                await connection.send(HEARTBEAT)

    async def _store_event(self, content: bytes) -> None:
        """Store an event. Read nothing more until it is stored, because Zoom does not send it again."""
        try:
            event = parse_event(content)
        except InvalidJson as error:
            _log.warning("Ignored an event over the WebSocket that is not JSON: %s", error)
            return
        if not event.name:
            _log.warning("Ignored a message over the WebSocket that has no event name")
            return
        incoming = to_incoming_event(event, self._clock(), "websocket")
        while True:
            try:
                await self._writer.submit(incoming)
            except (QueueFull, OSError):
                await asyncio.sleep(self._retry_delay)
            else:
                self.received += 1
                return


def _describe_failure(frame: Frame, authorization: str) -> str:
    """Return the text of Zoom's message about a failure, without a token."""
    text = " ".join(frame.content.decode("utf-8", "replace").split())[:100]
    token = authorization.partition(" ")[2]
    return text if text and text.isprintable() and (not token or token not in text) else f"module {frame.module[:40]!r}"


def _build_silent_logger() -> logging.Logger:
    logger = logging.Logger("zoom_component.events.receiver.silent")
    logger.disabled = True
    logger.setLevel(logging.CRITICAL + 1)
    return logger


def _require_websockets() -> None:
    try:
        import websockets.asyncio.client  # noqa: F401
    except ImportError:
        message = "expected the package websockets; install it with: pip install 'zoom-component[ws]'"
        raise InputError([Problem("websocket", message)]) from None
