"""Serve a bare ASGI application on uvicorn with uvloop and httptools: the base of every server.

It reads each body, and answers what the variable BENCH_ANSWERS holds: a JSON file of statuses and bodies by target
prefix, or 200 and `{}` for everything. It prints its port.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvicorn

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
_FILE = os.environ.get("BENCH_ANSWERS")
_ANSWERS: dict[str, dict[str, Any]] = json.loads(Path(_FILE).read_text(encoding="utf-8")) if _FILE else {}


def _prepare(status: int, body: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    start = {"type": "http.response.start", "status": status, "headers": headers}
    return start, {"type": "http.response.body", "body": body}


_PREPARED = {
    (method, path): _prepare(answer["status"], answer["body"].encode())
    for key, answer in _ANSWERS.items()
    for method, _, path in (key.partition(" "),)
}
_DEFAULT = _prepare(200, b"{}")


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Read the whole body, and answer with prepared bytes."""
    more = True
    while more:
        message = await receive()
        more = message.get("more_body", False)
    start, body = _PREPARED.get((scope["method"], scope["path"]), _DEFAULT)
    await send(start)
    await send(body)


def main() -> None:
    """Serve on a free port until the process is ended."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    print(listening.getsockname()[1], flush=True)
    config = uvicorn.Config(
        app, loop="uvloop", http="httptools", ws="none", lifespan="off", access_log=False, log_level="warning"
    )
    uvicorn.Server(config).run([listening])


if __name__ == "__main__":
    main()
