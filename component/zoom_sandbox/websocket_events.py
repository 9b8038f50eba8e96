"""Send events over WebSocket, as Zoom does for apps that choose it: at /ws, one connection for each subscription.

https://developers.zoom.us/docs/api/websockets/
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from zoom_sandbox.account import Account
from zoom_sandbox.engine import SandboxEngine
from zoom_sandbox.events import EventPublisher
from zoom_sandbox.oauth import OAuth

WEBSOCKET_PATH = "/ws"
HEARTBEAT_TIMEOUT = 60.0  # seconds without a heartbeat after which a connection is closed
Message = dict[str, Any]
_CLOSE: Message = {"type": "websocket.close", "code": 1012}


class WebSocketConnections:
    """Hold the open connections. An event that happens while none is open is not sent."""

    survives_reset: ClassVar[bool] = True

    def __init__(self, account: Account) -> None:
        self._connections: dict[str, tuple[asyncio.AbstractEventLoop, asyncio.Queue[Message]]] = {}
        self.heartbeat_timeout = HEARTBEAT_TIMEOUT
        account.store(EventPublisher).add_listener(self._send_event)

    def __len__(self) -> int:
        return len(self._connections)

    def add(self, subscription: str) -> asyncio.Queue[Message]:
        """Return the queue of messages for a new connection. An earlier one of the same subscription is closed."""
        self._enqueue(subscription, _CLOSE)
        queue: asyncio.Queue[Message] = asyncio.Queue()
        self._connections[subscription] = (asyncio.get_running_loop(), queue)
        return queue

    def remove(self, subscription: str, queue: asyncio.Queue[Message]) -> None:
        """Remove a connection that has ended."""
        if subscription in self._connections and self._connections[subscription][1] is queue:
            del self._connections[subscription]

    def close_all(self) -> None:
        """Close every connection."""
        for subscription in list(self._connections):
            self._enqueue(subscription, _CLOSE)

    def _send_event(self, body: Message) -> None:
        content = json.dumps(body, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        for subscription in list(self._connections):
            self._enqueue(subscription, _build_message("message", content=content))

    def _enqueue(self, subscription: str, message: Message) -> None:
        if connection := self._connections.get(subscription):
            loop, queue = connection
            loop.call_soon_threadsafe(queue.put_nowait, message)


async def serve_websocket(
    engine: SandboxEngine, scope: Message, receive: Callable[[], Awaitable[Message]], send: Any
) -> None:
    """Serve one WebSocket connection until it ends."""
    await receive()
    query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
    subscription, token = query.get("subscriptionId", ""), query.get("access_token", "")
    if scope["path"] != WEBSOCKET_PATH or not subscription:
        await send({"type": "websocket.close"})
        return
    await send({"type": "websocket.accept"})
    with engine.lock:
        is_authorized = engine.account.store(OAuth).has_valid_token(f"Bearer {token}")
        connections = engine.account.store(WebSocketConnections)
    if not is_authorized:
        await send(_build_message("build_connection", success=False, content="Invalid Token!!"))
        await send({"type": "websocket.close"})
        return
    queue = connections.add(subscription)
    queue.put_nowait(_build_message("build_connection", success=True))
    sender = asyncio.create_task(_send_messages(queue, send))
    try:
        await _answer_heartbeats(receive, queue, connections.heartbeat_timeout, sender)
    finally:
        connections.remove(subscription, queue)
        sender.cancel()


async def _send_messages(queue: asyncio.Queue[Message], send: Any) -> None:
    while True:
        message = await queue.get()
        await send(message)
        if message is _CLOSE:
            return


async def _answer_heartbeats(
    receive: Callable[[], Awaitable[Message]], queue: asyncio.Queue[Message], timeout: float, sender: Any
) -> None:
    """Answer heartbeats until the connection ends, or none arrives within `timeout` seconds."""
    while not sender.done():
        try:
            message = await asyncio.wait_for(receive(), timeout)
        except TimeoutError:
            queue.put_nowait(_CLOSE)
            await sender
            return
        if message["type"] == "websocket.disconnect":
            return
        if _is_heartbeat(message.get("text") or ""):
            queue.put_nowait(_build_message("heartbeat", success=True))


def _is_heartbeat(text: str) -> bool:
    try:
        payload = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(payload, dict) and payload.get("module") == "heartbeat"


def _build_message(module: str, **fields: Any) -> Message:
    return {
        "type": "websocket.send",
        "text": json.dumps({"module": module, **fields}, ensure_ascii=False, allow_nan=False),
    }
