"""The embedded Zoom in the foreground, for a command line that says the rest."""

from __future__ import annotations

import socket
from collections.abc import Callable
from threading import Event, Thread
from typing import TYPE_CHECKING

from zoom_sandbox.account import opened
from zoom_sandbox.announce import Delivery
from zoom_sandbox.server import quiet_server
from zoom_sandbox.world import Setup
from zoom_sandbox.zoom import Zoom

if TYPE_CHECKING:
    import uvicorn


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    setup: Setup | None = None,
    data: str | None = None,
    faults: str | None = None,
    db: str | None = None,
    tried: Callable[[Delivery], None] = lambda delivery: None,
    ready: Callable[[str], None] = lambda url: None,
) -> None:
    """Serve an account until the process is interrupted (SIGINT or SIGTERM). Prints nothing.

    `data`, `faults` and `db` are files, as in `Sandbox`. `ready` is called once, with the address without a path, when
    requests are taken; `tried` with a delivery to a webhook after each try, from another thread. Raises OSError when
    the port is taken, ValueError for what is wrong in a file, and KeyboardInterrupt after SIGINT, once everything is
    closed.
    """
    zoom, keeper = opened(setup or Setup(), data=data, faults=faults, db=db, tried=tried)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=512) as listening:
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as in server.py
        shown = f"[{host}]" if ":" in host else host
        zoom.base = f"http://{shown}:{listening.getsockname()[1]}"
        _run(zoom, listening, ready, None if keeper is None else keeper.close)


def _run(zoom: Zoom, listening: socket.socket, ready: Callable[[str], None], closes: Callable[[], None] | None) -> None:
    listens = Event()
    server: uvicorn.Server = quiet_server(zoom, listens, closes)

    def tell() -> None:
        listens.wait()
        if server.started:
            ready(zoom.base)

    # The server's loop holds this thread, as signals need; the caller is told from another.
    teller = Thread(target=tell, name="embedded-zoom-ready", daemon=True)
    teller.start()
    try:
        server.run([listening])
    finally:
        listens.set()
        teller.join()
