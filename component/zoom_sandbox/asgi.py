"""The core as an ASGI application: bytes in, bytes out, and what only a server can do: delay and drop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from zoom_sandbox.engine import SandboxEngine
from zoom_sandbox.messages import Request, Response
from zoom_sandbox.websocket_events import serve_websocket

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def create_app(engine: SandboxEngine) -> Application:
    """An ASGI application that answers from one account.

    To drop a connection it asks the server for it: `scope["state"]["transport"]`, see `server.protocol`.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await serve_websocket(engine, scope, receive, send)
            return
        if scope["type"] != "http":
            raise RuntimeError(f"The embedded Zoom speaks HTTP and WebSocket only, not {scope['type']}.")
        response = engine.respond(_request(scope, await _body(receive)))
        if response.delay and await _leaves(receive, response.delay):
            return
        if response.drop:
            await _drop(scope)
        else:
            await _send(response, send)

    return answer


def _request(scope: Scope, body: bytes) -> Request:
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    raw_path = scope["raw_path"].decode("latin-1")
    peer = (scope.get("client") or ("unknown",))[0]
    return Request(scope["method"], raw_path, tuple(query), headers, body, peer)


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


async def _leaves(receive: Receive, seconds: float) -> bool:
    """Let time pass; whether the client goes meanwhile, which ends the wait."""
    try:
        await asyncio.wait_for(receive(), seconds)
    except TimeoutError:
        return False
    return True


async def _send(response: Response, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
    if response.status != 204:
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})


async def _drop(scope: Scope) -> None:
    transport = scope.get("state", {}).get("transport")
    if transport is None:
        raise RuntimeError("This server gives no way to drop a connection.")
    transport.abort()
    # The loop needs a turn to tell the server that the connection is gone, or it would answer on it.
    while not transport.is_closing():
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
