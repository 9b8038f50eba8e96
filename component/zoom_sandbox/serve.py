"""The embedded Zoom in the foreground, for a command line that says the rest."""

from __future__ import annotations

import socket
from collections.abc import Callable
from threading import Event, Thread
from typing import TYPE_CHECKING

from zoom_sandbox.account import SandboxOptions
from zoom_sandbox.engine import SandboxEngine
from zoom_sandbox.events import WebhookDelivery
from zoom_sandbox.factory import create_engine
from zoom_sandbox.sandbox import create_server

if TYPE_CHECKING:
    import uvicorn


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    options: SandboxOptions | None = None,
    data: str | None = None,
    faults: str | None = None,
    db: str | None = None,
    on_attempt: Callable[[WebhookDelivery], None] = lambda delivery: None,
    on_ready: Callable[[str], None] = lambda url: None,
) -> None:
    """Serve an account until the process is interrupted (SIGINT or SIGTERM). Prints nothing.

    `data`, `faults` and `db` are files, as in `Sandbox`. `ready` is called once, with the address without a path, when
    requests are taken; `tried` with a delivery to a webhook after each try, from another thread. Raises OSError when
    the port is taken, ValueError for what is wrong in a file, and KeyboardInterrupt after SIGINT, once everything is
    closed.
    """
    zoom, keeper = create_engine(options or SandboxOptions(), data=data, faults=faults, db=db, on_attempt=on_attempt)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=512) as listening:
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as in server.py
        shown = f"[{host}]" if ":" in host else host
        zoom.base_url = f"http://{shown}:{listening.getsockname()[1]}"
        _run(zoom, listening, on_ready, None if keeper is None else keeper.close)


def _run(
    zoom: SandboxEngine, listening: socket.socket, ready: Callable[[str], None], closes: Callable[[], None] | None
) -> None:
    listens = Event()
    server: uvicorn.Server = create_server(zoom, listens, closes)

    def tell() -> None:
        listens.wait()
        if server.started:
            ready(zoom.base_url)

    # The server's loop holds this thread, as signals need; the caller is told from another.
    teller = Thread(target=tell, name="embedded-zoom-ready", daemon=True)
    teller.start()
    try:
        server.run([listening])
    finally:
        listens.set()
        teller.join()
