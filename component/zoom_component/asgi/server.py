"""Run a server for an ASGI application: socket, TLS, bounds of connections, and a shutdown that ends what has begun."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable
from functools import partial
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, Any, NoReturn, TypedDict, Unpack, cast

from zoom_component.accept_errors import limit_accept_errors
from zoom_component.log_records import get_logger, preload

if TYPE_CHECKING:
    import uvicorn

__all__ = ["ServerOptions", "create_server", "open_socket", "serve"]

_SHUTDOWN_TIMEOUT = 5  # seconds for the requests in progress


def open_socket(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raise OSError when the address is not available."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening_socket = socket.create_server((host, port), family=family, backlog=1024)
    # Every connection inherits this. asyncio does not set it on a socket that it did not create, and each response
    # would wait some 40 ms for the sender to acknowledge its head.
    listening_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening_socket


class ServerOptions(TypedDict, total=False):
    """Set how an application is served.

    `connections` is the maximum at a time, 1,024 by default, and `per_client` that of one client: half of all by
    default. `certificate` and `key` are PEM files; with them the server accepts TLS only. `on_ready` is called once,
    when it accepts requests, and `on_shutdown` when it waits for those in progress. What fails below the application
    is logged under `log_name`.
    """

    connections: int
    per_client: int | None
    certificate: str | None
    key: str | None
    on_ready: Callable[[], None]
    on_shutdown: Callable[[], None]
    log_name: str


def serve(app: Any, listening_socket: socket.socket, **options: Unpack[ServerOptions]) -> None:
    """Serve an ASGI application until SIGINT or SIGTERM. Print nothing.

    The lifespan of the application ends before this returns.
    """
    previous = signal.signal(signal.SIGTERM, _interrupt) if current_thread() is main_thread() else None
    server = create_server(app, **options)
    try:
        server.run([listening_socket])
    except KeyboardInterrupt:
        return
    finally:
        if previous is not None:
            signal.signal(signal.SIGTERM, previous)


def _interrupt(number: int, frame: object) -> NoReturn:
    # Uvicorn raises a signal again after it has shut down. SIGTERM would end the process at once.
    raise KeyboardInterrupt


def create_server(app: Any, **options: Unpack[ServerOptions]) -> uvicorn.Server:
    """Return the server itself, for a caller that starts and stops it without signals."""
    import uvicorn

    on_ready, on_shutdown = options.get("on_ready"), options.get("on_shutdown")
    log = get_logger(options.get("log_name", "zoom_component.events.receiver"))

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            preload()
            limit_accept_errors(asyncio.get_running_loop(), log)
            await super().startup(sockets=sockets)
            if self.started and on_ready is not None:
                on_ready()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            if on_shutdown is not None:
                on_shutdown()
            await super().shutdown(sockets=sockets)

    return Server(_build_config(app, options))


def _build_config(app: Any, options: ServerOptions) -> uvicorn.Config:
    import uvicorn

    from zoom_component.asgi.protocol import MAX_HEAD_BYTES, ConnectionCounts, GuardedProtocol

    total = options.get("connections", 1024)
    per_client = options.get("per_client") or max(total // 2, 1)
    return uvicorn.Config(
        app,
        http=cast("type[asyncio.Protocol]", partial(GuardedProtocol, ConnectionCounts(total, per_client))),
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_SHUTDOWN_TIMEOUT,
        ssl_certfile=options.get("certificate"),
        ssl_keyfile=options.get("key"),
        h11_max_incomplete_event_size=MAX_HEAD_BYTES,
    )
