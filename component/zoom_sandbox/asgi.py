"""Serve an engine as an ASGI application, which can also delay answers and drop connections."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl

from zoom_sandbox.access import is_local_host_header
from zoom_sandbox.dispatch import respond
from zoom_sandbox.engine import SandboxEngine
from zoom_sandbox.messages import Request, Response, json_response
from zoom_sandbox.websocket_events import serve_websocket

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
BODY_TIMEOUT = 30.0  # seconds
MAX_BODY_BYTES = 4 * 1024 * 1024
MAX_FORM_BYTES = 160 * 1024 * 1024  # the files of a chat message may have 128 MB together
MAX_BUFFERED_BYTES = 512 * 1024 * 1024
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def create_app(engine: SandboxEngine) -> Application:
    """Return an ASGI application that answers from one account.

    To drop a connection, it uses `scope["state"]["transport"]`, which `protocol.SandboxProtocol` provides. Unless other
    machines may call the account, a Host header that does not name this machine is refused, because it is a page of
    another site that has its name point here (DNS rebinding). Bodies are bounded in size and time.
    """
    buffer = _BodyBuffer()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        is_allowed = engine.account.options.is_exposed or _names_this_machine(scope)
        if scope["type"] == "websocket" and not is_allowed:
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "websocket":
            await serve_websocket(engine, scope, receive, send)
        elif scope["type"] != "http":
            raise RuntimeError(f"The sandbox only supports HTTP and WebSocket, not {scope['type']}.")
        elif not is_allowed:
            message = "expected a Host header that names this machine; a sandbox on loopback only answers to it"
            await _send_response(json_response(403, {"errors": [message]}), send)
        else:
            await _serve_http(engine, buffer, scope, receive, send)

    return app


async def _serve_http(engine: SandboxEngine, buffer: _BodyBuffer, scope: Scope, receive: Receive, send: Send) -> None:
    with buffer.open_body(scope) as body:
        try:
            await asyncio.wait_for(body.read(receive), BODY_TIMEOUT)
        except TimeoutError:
            await _refuse(408, f"expected the whole body within {BODY_TIMEOUT:g} seconds", send)
            return
        except _BodyTooLarge as problem:
            await _refuse(problem.status, str(problem), send)
            return
        response = respond(engine, _build_request(scope, body.get_bytes()))
    if response.delay and await _disconnects_within(receive, response.delay):
        return
    if response.drop:
        await _drop_connection(scope)
    else:
        await _send_response(response, send)


class _BodyTooLarge(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class _BodyBuffer:
    """Count the bytes of all bodies in progress."""

    def __init__(self) -> None:
        self._bytes = 0

    @contextmanager
    def open_body(self, scope: Scope) -> Iterator[_Body]:
        """Provide the body of a request, and forget its bytes afterwards."""
        body = _Body(self, _find_header(scope, b"content-type").lower().startswith("multipart/"))
        try:
            yield body
        finally:
            self._bytes -= body.size

    def add(self, count: int) -> None:
        """Add to the bytes. Raises _BodyTooLarge if there are too many at a time."""
        self._bytes += count
        if self._bytes > MAX_BUFFERED_BYTES:
            raise _BodyTooLarge(503, "too many bodies at a time; send this one later")


class _Body:
    """Read the body of one request. A form with files may be larger than any other."""

    def __init__(self, buffer: _BodyBuffer, is_form: bool) -> None:
        self._buffer, self._max_bytes = buffer, MAX_FORM_BYTES if is_form else MAX_BODY_BYTES
        self._parts: list[bytes] = []
        self.size = 0

    async def read(self, receive: Receive) -> None:
        """Read all parts. Raises _BodyTooLarge."""
        has_more = True
        while has_more:
            message = await receive()
            part = message.get("body", b"")
            self._parts.append(part)
            self.size += len(part)
            self._buffer.add(len(part))
            if self.size > self._max_bytes:
                raise _BodyTooLarge(413, f"expected a body of at most {self._max_bytes:,} bytes")
            has_more = message.get("more_body", False)

    def get_bytes(self) -> bytes:
        """Return the body."""
        return b"".join(self._parts)


async def _refuse(status: int, message: str, send: Send) -> None:
    response = json_response(status, {"errors": [message]}, {"connection": "close"})
    await _send_response(response, send)


def _names_this_machine(scope: Scope) -> bool:
    return is_local_host_header(_find_header(scope, b"host"))


def _find_header(scope: Scope, name: bytes) -> str:
    return next((bytes(value).decode("latin-1") for each, value in scope.get("headers", ()) if each == name), "")


def _build_request(scope: Scope, body: bytes) -> Request:
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    raw_path = scope["raw_path"].decode("latin-1")
    peer = (scope.get("client") or ("unknown",))[0]
    return Request(scope["method"], raw_path, tuple(query), headers, body, peer)


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
