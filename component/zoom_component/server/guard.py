"""Check the origin, the API key and the length of requests to the HTTP and MCP servers.

Every response forbids caching and guessing of its type: results hold passwords, links and recordings.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from zoom_component.identity_text import remove_invisible
from zoom_component.request_target import to_origin_form

__all__ = ["API_KEY_VARIABLE", "LOOPBACK_HOSTS", "Guard", "read_api_key"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

API_KEY_VARIABLE = "ZOOM_COMPONENT_API_KEY"
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
_JSON = b"application/json"
_LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")
# If one of these were sent twice, this code could check one value and the application use the other.
_UNIQUE_HEADERS = (b"authorization", b"content-length", b"content-type", b"host", b"origin")
_RESPONSE_HEADERS = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]


def read_api_key() -> str:
    """Return the API key that clients have to send, without surrounding space and characters that nobody sees.

    "" if none is set.
    """
    return remove_invisible(os.environ.get(API_KEY_VARIABLE, "")).strip()


class Guard:
    """Wrap an ASGI application and refuse requests that must not reach it.

    With an `api_key`, each request needs it as a bearer token, except for `public_paths`. Without one, only requests to
    this machine's own names are accepted, so that a page which a browser loads from elsewhere gets no access. A body
    has at most `max_body_bytes` bytes.
    """

    def __init__(self, app: Any, api_key: str, max_body_bytes: int, *, public_paths: tuple[str, ...] = ()) -> None:
        self._app, self._max_body_bytes, self._public_paths = app, max_body_bytes, public_paths
        self._api_key = api_key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request: refuse it, or pass it on to the application."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            else:  # no application here uses WebSocket
                await send({"type": "websocket.close", "code": 1008})
            return
        scope = to_origin_form(scope)
        exchange = _GuardedExchange(receive, send, self._max_body_bytes)
        problem = self._find_problem(scope, scope["headers"])
        if problem is not None:
            await exchange.refuse(*problem)
            return
        await self._app(scope, exchange.receive, exchange.send)

    def _find_problem(self, scope: Scope, pairs: list[tuple[bytes, bytes]]) -> tuple[int, str] | None:
        """Return the status and the message of a refusal, None if the request may pass."""
        names, headers = [name for name, _ in pairs], dict(pairs)
        if repeated := next((name.decode() for name in _UNIQUE_HEADERS if names.count(name) > 1), None):
            return 400, f"expected the header {repeated} once, got it {names.count(repeated.encode())} times"
        if self._api_key:
            if scope["path"] not in self._public_paths and not self._has_api_key(headers):
                return 401, "the API key is missing or wrong; send it as the header authorization: Bearer KEY"
        elif not (_is_local_name(headers.get(b"host", b"")) and _is_same_site(headers)):
            return 403, "this server only answers to this machine; start it with an API key to open it to others"
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or len(length) > 18 or int(length) > self._max_body_bytes:
            return 413, _describe_limit(self._max_body_bytes)
        media_type = headers.get(b"content-type", _JSON).partition(b";")[0].strip().lower()
        if scope["method"] == "POST" and media_type != _JSON:
            # A foreign page can make a browser send a form or text here, but not JSON.
            return 415, f"expected a body of type {_JSON.decode()}"
        return None

    def _has_api_key(self, headers: dict[bytes, bytes]) -> bool:
        scheme, _, value = headers.get(b"authorization", b"").partition(b" ")
        return hmac.compare_digest(value.strip(), self._api_key) and scheme.lower() == b"bearer"


class _GuardedExchange:
    """Pass one request and its response through.

    A body of unknown length ends where it exceeds the limit.
    """

    def __init__(self, receive: Receive, send: Send, max_body_bytes: int) -> None:
        self._receive, self._send, self._max_body_bytes = receive, send, max_body_bytes
        self._received_bytes, self._has_started, self._is_over = 0, False, False

    async def receive(self) -> Message:
        """Return the next part of the body; refuse the request if the body is too long."""
        message = await self._receive()
        self._received_bytes += len(message.get("body", b""))
        if self._received_bytes <= self._max_body_bytes:
            return message
        if not self._has_started:
            await self.refuse(413, _describe_limit(self._max_body_bytes))
        self._is_over = True
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Send a part of the response, unless the request was refused."""
        if self._is_over:
            return
        if message["type"] == "http.response.start":
            self._has_started = True
            names = {name.lower() for name, _ in message.get("headers", ())}
            added = [(name, value) for name, value in _RESPONSE_HEADERS if name not in names]
            message = {**message, "headers": [*message.get("headers", ()), *added]}
        await self._send(message)

    async def refuse(self, status: int, reason: str) -> None:
        """Send the whole response to a request that does not reach the application."""
        body = json.dumps({"error": {"kind": "request_error", "message": reason}}, allow_nan=False).encode()
        headers = [(b"content-type", _JSON), (b"content-length", str(len(body)).encode())]
        if status == 401:
            headers.append((b"www-authenticate", b"Bearer"))
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})


def _describe_limit(max_body_bytes: int) -> str:
    return f"expected a body of at most {max_body_bytes:,} bytes"


def _is_local_name(host: bytes) -> bool:
    name = host.decode("latin-1").lower()
    return any(
        name == local or (name.startswith(f"{local}:") and name[len(local) + 1 :].isdigit()) for local in _LOCAL_NAMES
    )


def _is_same_site(headers: dict[bytes, bytes]) -> bool:
    """Return whether no foreign page is behind a request.

    A browser sends one of these two headers if there is.
    """
    origin = headers.get(b"origin")
    if origin is not None and not _is_local_name(origin.partition(b"://")[2]):
        return False
    return headers.get(b"sec-fetch-site", b"") != b"cross-site"
