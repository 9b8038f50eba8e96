"""What a request to a door on HTTP has to be before it is looked at: from here or with the key, under our name, short.

Every answer says that it is not to be kept and is what it says it is: results hold passwords, links and recordings.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

__all__ = ["API_KEY_VARIABLE", "LOOPBACK_HOSTS", "Guard", "read_api_key"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

API_KEY_VARIABLE = "ZOOM_COMPONENT_API_KEY"
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
_JSON = b"application/json"
_LOCAL = ("127.0.0.1", "localhost", "[::1]")
# Said twice, one could be checked here and the other heeded there.
_ONCE = (b"authorization", b"content-length", b"content-type", b"host", b"origin")
_ALWAYS = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]


def read_api_key() -> str:
    """The key that clients have to send; "" where none is set. Blanks around it are nobody's key."""
    return os.environ.get(API_KEY_VARIABLE, "").strip()


class Guard:
    """Wraps an application.

    With a `key`, each request needs it as a bearer, but for those to the paths that are `free`. Without one, only this
    machine's own names are answered to, so that no page that a browser was led to elsewhere gets in. A body is at most
    `most` bytes.
    """

    def __init__(self, app: Any, key: str, max_body_bytes: int, *, public_paths: tuple[str, ...] = ()) -> None:
        self._app, self._most, self._free = app, max_body_bytes, public_paths
        self._key = key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            else:  # no door speaks WebSocket, and what is not looked at does not get in
                await send({"type": "websocket.close", "code": 1008})
            return
        exchange = _Exchange(receive, send, self._most)
        problem = self._problem(scope, scope["headers"])
        if problem is not None:
            await exchange.refuse(*problem)
            return
        await self._app(scope, exchange.receive, exchange.send)

    def _problem(self, scope: Scope, said: list[tuple[bytes, bytes]]) -> tuple[int, str] | None:
        names, headers = [name for name, _ in said], dict(said)
        if twice := next((name.decode() for name in _ONCE if names.count(name) > 1), None):
            return 400, f"the header {twice} came twice; send it once"
        if self._key:
            scheme, _, given = headers.get(b"authorization", b"").partition(b" ")
            known = hmac.compare_digest(given.strip(), self._key) and scheme.lower() == b"bearer"
            if not known and scope["path"] not in self._free:
                return 401, "the key is missing or wrong; send it as authorization: Bearer KEY"
        elif not (_local(headers.get(b"host", b"")) and _from_here(headers)):
            return 403, "this server answers to this machine alone; start it with a key to open it to others"
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or len(length) > 18 or int(length) > self._most:
            return 413, _too_long(self._most)
        kind = headers.get(b"content-type", _JSON).partition(b";")[0].strip().lower()
        if scope["method"] == "POST" and kind != _JSON:
            # A page elsewhere can make a browser send a form or text here, but not this.
            return 415, f"the body is to be {_JSON.decode()}"
        return None


class _Exchange:
    """One request and its answer, on their way through. A body whose length was not told ends where it is too long."""

    def __init__(self, receive: Receive, send: Send, most: int) -> None:
        self._receive, self._send, self._most = receive, send, most
        self._seen, self._begun, self._over = 0, False, False

    async def receive(self) -> Message:
        """The next piece of the body, as long as all of it is bearable."""
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        if self._seen <= self._most:
            return message
        if not self._begun:
            await self.refuse(413, _too_long(self._most))
        self._over = True
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """A piece of the answer, unless it has been given already."""
        if self._over:
            return
        if message["type"] == "http.response.start":
            self._begun = True
            names = {name.lower() for name, _ in message.get("headers", ())}
            more = [(name, value) for name, value in _ALWAYS if name not in names]
            message = {**message, "headers": [*message.get("headers", ()), *more]}
        await self._send(message)

    async def refuse(self, status: int, why: str) -> None:
        """The whole answer to a request that is not looked at."""
        body = json.dumps({"error": {"kind": "request_error", "message": why}}).encode()
        headers = [(b"content-type", _JSON), (b"content-length", str(len(body)).encode())]
        if status == 401:
            headers.append((b"www-authenticate", b"Bearer"))
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})


def _too_long(most: int) -> str:
    return f"a body has at most {most:,} bytes"


def _local(host: bytes) -> bool:
    name = host.decode("latin-1").lower()
    return any(name == known or (name.startswith(f"{known}:") and name[len(known) + 1 :].isdigit()) for known in _LOCAL)


def _from_here(headers: dict[bytes, bytes]) -> bool:
    """Whether no page from elsewhere is behind a request; a browser says so, with the one header or the other."""
    origin = headers.get(b"origin")
    if origin is not None and not _local(origin.partition(b"://")[2]):
        return False
    return headers.get(b"sec-fetch-site", b"") != b"cross-site"
