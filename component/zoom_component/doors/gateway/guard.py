"""What a request has to be before it is looked at: from here or with the key, under our name, of a bearable size."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from zoom_component.doors.gateway.answers import JSON, encoded

__all__ = ["Guard"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
_LOCAL = ("127.0.0.1", "localhost", "[::1]")


class Guard:
    """Wraps an application.

    With a `key`, each request but /health needs it as a bearer. Without one, only this machine's own names are answered
    to, so that no page that a browser was led to under another name gets in. A body is at most `most` bytes.
    """

    def __init__(self, app: Any, key: str, most: int) -> None:
        self._app, self._most = app, most
        self._wanted = f"Bearer {key}".encode() if key else b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        problem = self._problem(scope, headers)
        if problem is not None:
            await _answer(send, *problem)
            return
        await self._app(scope, self._bounded(receive), send)

    def _problem(self, scope: Scope, headers: dict[bytes, bytes]) -> tuple[int, str] | None:
        if self._wanted:
            given = headers.get(b"authorization", b"")
            if scope["path"] != "/health" and not hmac.compare_digest(given, self._wanted):
                return 401, "the key is missing or wrong; send it as authorization: Bearer KEY"
        elif not _local(headers.get(b"host", b"")) or not _local_origin(headers.get(b"origin")):
            return 403, "this server answers to this machine alone; start it with a key to open it to others"
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or len(length) > 18 or int(length) > self._most:
            return 413, f"a body has at most {self._most:,} bytes"
        kind = headers.get(b"content-type", JSON.encode()).partition(b";")[0].strip().lower()
        if scope["method"] == "POST" and kind != JSON.encode():
            # A page elsewhere can make a browser send a form or text here, but not this.
            return 415, f"the body is to be {JSON}"
        return None

    def _bounded(self, receive: Receive) -> Receive:
        """A body whose length was not told is cut off where it grows too long."""
        seen = 0

        async def bounded() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._most:
                return {"type": "http.disconnect"}
            return message

        return bounded


def _local(host: bytes) -> bool:
    name = host.decode("latin-1").lower()
    return any(name == known or (name.startswith(f"{known}:") and name[len(known) + 1 :].isdigit()) for known in _LOCAL)


def _local_origin(origin: bytes | None) -> bool:
    return origin is None or _local(origin.partition(b"://")[2])


async def _answer(send: Send, status: int, message: str) -> None:
    body = encoded({"error": {"kind": "request_error", "message": message}})
    headers = [(b"content-type", JSON.encode()), (b"content-length", str(len(body)).encode())]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
