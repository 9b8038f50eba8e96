"""Call an ASGI application without a server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Application = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass(frozen=True)
class AsgiResponse:
    """Hold a response; status 0 means that there was none."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


async def send_request(
    app: Application,
    headers: Iterable[tuple[bytes, bytes]] = (),
    pieces: Sequence[bytes] = (b"",),
    *,
    method: str = "POST",
    path: str = "/",
    whole: bool = True,
    pause: float = 0.0,
    **more: Any,
) -> AsgiResponse:
    """Send one request in pieces, `pause` seconds apart, and return the response.

    If the request is not `whole`, the client disconnects after the last piece.
    """
    remaining = list(pieces)
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if pause:
            await asyncio.sleep(pause)
        if not remaining:
            return {"type": "http.disconnect"}
        part = remaining.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(remaining) or not whole}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    # Servers pass header names in lower case.
    pairs = [(name.lower(), value) for name, value in headers]
    scope = {"type": "http", "method": method, "path": path, "headers": pairs, "client": ("127.0.0.1", 1), **more}
    await app(scope, receive, send)
    if not sent:
        return AsgiResponse(0, {}, b"")
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return AsgiResponse(sent[0]["status"], dict(sent[0]["headers"]), body)
