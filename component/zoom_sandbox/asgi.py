"""Serve an engine as an ASGI application, which can also delay answers and drop connections."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from zoom_sandbox.dispatch import respond
from zoom_sandbox.engine import SandboxEngine
from zoom_sandbox.messages import Request, Response
from zoom_sandbox.websocket_events import serve_websocket

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def create_app(engine: SandboxEngine) -> Application:
    """Return an ASGI application that answers from one account.

    To drop a connection, it uses `scope["state"]["transport"]`, which `http_server.create_protocol_class` provides.
    """

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await serve_websocket(engine, scope, receive, send)
            return
        if scope["type"] != "http":
            raise RuntimeError(f"The sandbox only supports HTTP and WebSocket, not {scope['type']}.")
        response = respond(engine, _build_request(scope, await _read_body(receive)))
        if response.delay and await _disconnects_within(receive, response.delay):
            return
        if response.drop:
            await _drop_connection(scope)
        else:
            await _send_response(response, send)

    return app


def _build_request(scope: Scope, body: bytes) -> Request:
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    raw_path = scope["raw_path"].decode("latin-1")
    peer = (scope.get("client") or ("unknown",))[0]
    return Request(scope["method"], raw_path, tuple(query), headers, body, peer)


async def _read_body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    has_more = True
    while has_more:
        message = await receive()
        parts.append(message.get("body", b""))
        has_more = message.get("more_body", False)
    return b"".join(parts)


async def _disconnects_within(receive: Receive, seconds: float) -> bool:
    """Wait, and return whether the client disconnects meanwhile, which ends the wait."""
    try:
        await asyncio.wait_for(receive(), seconds)
    except TimeoutError:
        return False
    return True


async def _send_response(response: Response, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
    if response.status != 204:
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})


async def _drop_connection(scope: Scope) -> None:
    transport = scope.get("state", {}).get("transport")
    if transport is None:
        raise RuntimeError("This server does not let the application drop a connection.")
    transport.abort()
    # The server needs turns of the loop to notice that the connection is gone, or it would answer on it.
    while not transport.is_closing():
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
