"""Check each request to the HTTP and MCP servers before an application sees it: who sends it, its head and its body.

Every response forbids caching and guessing of its type: results hold passwords, links and recordings.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zoom_component.asgi.request_bounds import (
    BodyReader,
    ClientDisconnected,
    Receive,
    RequestRejected,
    Scope,
    Send,
    check_headers,
)
from zoom_component.bounded_json import UnacceptableJson, check_json_bounds, load_bounded_json
from zoom_component.client_address import TrustedProxies
from zoom_component.log_records import get_logger
from zoom_component.request_target import to_origin_form
from zoom_component.server.access import Access, Caller

__all__ = ["CALLER", "Guard", "GuardLimits", "check_json", "check_json_size"]

CALLER = "zoom_component.caller"
"""The key of the scope under which an application finds the Caller."""
MAX_JSON_VALUES = 100_000
_JSON = b"application/json"
# If one of these were sent twice, this code could check one value and the application use the other.
_UNIQUE_HEADERS = (b"authorization", b"content-length", b"content-type", b"host", b"origin")
_RESPONSE_HEADERS = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
_log = get_logger("zoom_component.server")
CheckBody = Callable[[bytes], None]


@dataclass(frozen=True)
class GuardLimits:
    """Bound a request, and all bodies that are read at a time (`max_buffered_bytes`). `body_timeout` is in seconds."""

    max_body_bytes: int = 5_000_000
    max_headers: int = 100
    max_header_bytes: int = 32_768
    max_buffered_bytes: int = 67_108_864
    body_timeout: float = 20.0


def check_json_size(body: bytes) -> None:
    """Raise UnacceptableJson for a body with too many values, or levels. The application checks all else."""
    check_json_bounds(body.decode("utf-8", "replace"), max_values=MAX_JSON_VALUES)


def check_json(body: bytes) -> None:
    """Raise UnacceptableJson for a body that is not JSON, or has too many values, levels or digits."""
    load_bounded_json(body, max_values=MAX_JSON_VALUES)


class Guard:
    """Wrap an ASGI application and refuse requests that must not reach it.

    `access` decides who may send one. The application gets whole bodies that `check_body` accepts. It finds the Caller
    in the scope; `proxies` are those that name the client.
    """

    def __init__(
        self,
        app: Any,
        access: Access,
        limits: GuardLimits | None = None,
        *,
        check_body: CheckBody = check_json_size,
        proxies: TrustedProxies | None = None,
    ) -> None:
        self._app, self._access, self._limits = app, access, limits or GuardLimits()
        self._check_body, self._proxies = check_body, proxies or TrustedProxies()
        self._bodies = BodyReader(self._limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request: refuse it, or pass it on to the application."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            else:  # no application here uses WebSocket
                await send({"type": "websocket.close", "code": 1008})
            return
        scope = to_origin_form(scope)
        response = _GuardedResponse(send)
        try:
            self._check_head(scope)
            body = await self._bodies.read(receive)
            if body.strip():
                self._check_body(body)
        except RequestRejected as rejected:
            await response.refuse(rejected.status, rejected.message)
        except UnacceptableJson as error:
            await response.refuse(400, f"the body: {error}")
        except ClientDisconnected:
            return
        else:
            await self._run(self._add_caller(scope), _RepeatedBody(body, receive).receive, response)

    async def _run(self, scope: Scope, receive: Receive, response: _GuardedResponse) -> None:
        try:
            await self._app(scope, receive, response.send)
        except Exception:
            _log.exception("the server failed to handle %s %s", scope["method"], scope["path"][:200])
            if not response.has_started:
                await response.refuse(500, "internal error of this server; its log has the details")
            elif not response.is_complete:
                raise  # the connection is closed, so that nobody takes the part for the whole

    def _add_caller(self, scope: Scope) -> Scope:
        peer = (scope.get("client") or ("",))[0]
        client = self._proxies.find_client(peer, scope["headers"])
        has_key = any(name == b"authorization" for name, _ in scope["headers"])
        return {**scope, CALLER: Caller(client, self._access.key_id if has_key else "")}

    def _check_head(self, scope: Scope) -> None:
        """Raise RequestRejected for a request that is refused without its body."""
        pairs: list[tuple[bytes, bytes]] = scope["headers"]
        names, headers = [name for name, _ in pairs], dict(pairs)
        if repeated := next((name.decode() for name in _UNIQUE_HEADERS if names.count(name) > 1), None):
            message = f"expected the header {repeated} once, got it {names.count(repeated.encode())} times"
            raise RequestRejected(400, "repeated_header", message)
        if refusal := self._access.find_refusal(scope["method"], scope["path"], headers):
            raise RequestRejected(refusal[0], "access", refusal[1])
        if not headers.get(b"content-length", b"0").isdigit():
            raise RequestRejected(413, "large_body", "expected the length of the body as a number")
        check_headers(pairs, self._limits)
        media_type = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
        if scope["method"] == "POST" and media_type != _JSON:
            # A foreign page can make a browser send a form, a text or a body without a type here, but not JSON:
            # https://fetch.spec.whatwg.org/#cors-safelisted-request-header
            message = f"expected a body of type {_JSON.decode()}; send the header content-type: {_JSON.decode()}"
            raise RequestRejected(415, "media_type", message)


class _RepeatedBody:
    """Give an application the body that was read before, and then what comes after it."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def receive(self) -> Any:
        """Return the body once, and wait for the end of the connection afterwards."""
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


class _GuardedResponse:
    """Pass one response through, with the headers that all have."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.has_started, self.is_complete = False, False

    async def send(self, message: Any) -> None:
        """Send a part of the response."""
        if message["type"] == "http.response.start":
            self.has_started = True
            names = {name.lower() for name, _ in message.get("headers", ())}
            added = [(name, value) for name, value in _RESPONSE_HEADERS if name not in names]
            message = {**message, "headers": [*message.get("headers", ()), *added]}
        elif not message.get("more_body", False):
            self.is_complete = True
        await self._send(message)

    async def refuse(self, status: int, reason: str) -> None:
        """Send the whole response to a request that does not reach the application."""
        body = json.dumps({"error": {"kind": "request_error", "message": reason}}, allow_nan=False).encode()
        headers = [(b"content-type", _JSON), (b"content-length", str(len(body)).encode())]
        if status == 401:
            headers.append((b"www-authenticate", b"Bearer"))
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})
