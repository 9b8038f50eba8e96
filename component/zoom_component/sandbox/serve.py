"""The embedded Zoom in the foreground, for a command line that says the rest."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from threading import Event, Thread
from typing import TYPE_CHECKING

from zoom_component.sandbox.announce import Announcer, Delivery, Webhook
from zoom_component.sandbox.server import quiet_server
from zoom_component.sandbox.world import Setup
from zoom_component.sandbox.zoom import Zoom

if TYPE_CHECKING:
    import uvicorn


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    client_id: str = Setup.client_id,
    client_secret: str = Setup.client_secret,
    account_id: str = Setup.account_id,
    users: int = 0,
    webhooks: Sequence[Webhook] = (),
    tried: Callable[[Delivery], None] = lambda delivery: None,
    ready: Callable[[str], None] = lambda url: None,
) -> None:
    """Serve an account until the process is interrupted (SIGINT or SIGTERM). Prints nothing.

    `ready` is called once, with the address without a path, when requests are taken; `tried` with a delivery to a
    webhook after each try, from another thread. Raises OSError when the port is taken and KeyboardInterrupt after
    SIGINT, once everything is closed.
    """
    zoom = Zoom(Setup(client_id, client_secret, account_id, users, tuple(webhooks)))
    zoom.world.part(Announcer).watch(tried)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=512) as listening:
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as in server.py
        shown = f"[{host}]" if ":" in host else host
        zoom.base = f"http://{shown}:{listening.getsockname()[1]}"
        _run(zoom, listening, ready)


def _run(zoom: Zoom, listening: socket.socket, ready: Callable[[str], None]) -> None:
    listens = Event()
    server: uvicorn.Server = quiet_server(zoom, listens)

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
