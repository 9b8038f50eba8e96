"""Events over WebSockets, as Zoom sends them to apps that chose that way: at /ws, one connection a subscription.

https://developers.zoom.us/docs/api/websockets/
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qsl

from zoom_sandbox.events import EventPublisher
from zoom_sandbox.oauth import OAuth

if TYPE_CHECKING:
    from zoom_sandbox.account import Account
    from zoom_sandbox.engine import SandboxEngine

PATH = "/ws"
HEARTBEAT_TIMEOUT = 60.0  # seconds without a heartbeat after which a connection is closed
Message = dict[str, Any]
_DROP: Message = {"type": "websocket.close", "code": 1012}


class WebSocketConnections:
    """The connections that are open. What is announced while none is open goes nowhere."""

    survives_reset: ClassVar[bool] = True

    def __init__(self, world: Account) -> None:
        self._open: dict[str, tuple[asyncio.AbstractEventLoop, asyncio.Queue[Message]]] = {}
        self.heartbeat_timeout = HEARTBEAT_TIMEOUT
        world.store(EventPublisher).add_listener(self._tell)

    def __len__(self) -> int:
        return len(self._open)

    def add(self, subscription: str) -> asyncio.Queue[Message]:
        """The messages for a new connection. One of the same subscription is closed."""
        self._put(subscription, _DROP)
        queue: asyncio.Queue[Message] = asyncio.Queue()
        self._open[subscription] = (asyncio.get_running_loop(), queue)
        return queue

    def remove(self, subscription: str, queue: asyncio.Queue[Message]) -> None:
        """A connection is gone."""
        if subscription in self._open and self._open[subscription][1] is queue:
            del self._open[subscription]

    def close_all(self) -> None:
        """Close all."""
        for subscription in list(self._open):
            self._put(subscription, _DROP)

    def _tell(self, body: Message) -> None:
        content = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
        for subscription in list(self._open):
            self._put(subscription, _said("message", content=content))

    def _put(self, subscription: str, message: Message) -> None:
        if found := self._open.get(subscription):
            loop, queue = found
            loop.call_soon_threadsafe(queue.put_nowait, message)


async def serve_websocket(
    zoom: SandboxEngine, scope: Message, receive: Callable[[], Awaitable[Message]], send: Any
) -> None:
    """One WebSocket, from its opening to its end."""
    await receive()
    query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
    subscription, token = query.get("subscriptionId", ""), query.get("access_token", "")
    if scope["path"] != PATH or not subscription:
        await send({"type": "websocket.close"})
        return
    await send({"type": "websocket.accept"})
    with zoom.lock:
        held = zoom.account.store(OAuth).has_valid_token(f"Bearer {token}")
        sockets = zoom.account.store(WebSocketConnections)
    if not held:
        await send(_said("build_connection", success=False, content="Invalid Token!!"))
        await send({"type": "websocket.close"})
        return
    queue = sockets.add(subscription)
    queue.put_nowait(_said("build_connection", success=True))
    sending = asyncio.create_task(_send(queue, send))
    try:
        await _hear(receive, queue, sockets.heartbeat_timeout, sending)
    finally:
        sockets.remove(subscription, queue)
        sending.cancel()


async def _send(queue: asyncio.Queue[Message], send: Any) -> None:
    while True:
        message = await queue.get()
        await send(message)
        if message is _DROP:
            return


async def _hear(
    receive: Callable[[], Awaitable[Message]], queue: asyncio.Queue[Message], silence: float, sending: Any
) -> None:
    """Answer heartbeats until the connection ends, or none comes."""
    while not sending.done():
        try:
            message = await asyncio.wait_for(receive(), silence)
        except TimeoutError:
            queue.put_nowait(_DROP)
            await sending
            return
        if message["type"] == "websocket.disconnect":
            return
        if _is_heartbeat(message.get("text") or ""):
            queue.put_nowait(_said("heartbeat", success=True))


def _is_heartbeat(text: str) -> bool:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and said.get("module") == "heartbeat"


def _said(module: str, **more: Any) -> Message:
    return {"type": "websocket.send", "text": json.dumps({"module": module, **more}, ensure_ascii=False)}
