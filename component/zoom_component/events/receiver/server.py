"""A server of its own for a receiver: sockets, TLS, patience with slow senders, and an end that loses nothing."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, Any, NoReturn, cast

if TYPE_CHECKING:
    import uvicorn

__all__ = ["create_server", "open_socket", "serve"]

_LEAVING = 5  # seconds for what is under way when the server ends


def open_socket(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises OSError when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.create_server((host, port), family=family, backlog=1024)
    # Inherited by every connection: asyncio leaves sockets that it did not make as they are, and each answer would
    # wait some 40 ms for the sender to acknowledge its head.
    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return found


def serve(
    app: Any,
    listening_socket: socket.socket,
    *,
    connections: int = 1024,
    certificate: str | None = None,
    key: str | None = None,
    on_ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve an ASGI application until SIGINT or SIGTERM. Prints nothing.

    The application's lifespan ends before this returns. `connections` are held at most; `certificate` and `key` are
    PEM files, and make it speak TLS alone. `ready` is called once, when requests are taken.
    """
    before = signal.signal(signal.SIGTERM, _interrupt) if current_thread() is main_thread() else None
    try:
        create_server(app, connections=connections, certificate=certificate, key=key, on_ready=on_ready).run(
            [listening_socket]
        )
    except KeyboardInterrupt:
        return
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)


def _interrupt(number: int, frame: object) -> NoReturn:
    # Uvicorn raises a signal again once it has ended. SIGTERM would end the process there and then.
    raise KeyboardInterrupt


def create_server(
    app: Any,
    *,
    connections: int = 1024,
    certificate: str | None = None,
    key: str | None = None,
    on_ready: Callable[[], None] = lambda: None,
) -> uvicorn.Server:
    """The server itself, for a caller that runs and ends it otherwise than by signals."""
    import uvicorn

    from zoom_component.events.receiver.protocol import MAX_HEAD_BYTES, HeadTimeoutProtocol

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if self.started:
                on_ready()

    config = uvicorn.Config(
        app,
        http=cast("type[asyncio.Protocol]", HeadTimeoutProtocol),
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        limit_concurrency=connections,
        timeout_graceful_shutdown=_LEAVING,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        h11_max_incomplete_event_size=MAX_HEAD_BYTES,
    )
    return Server(config)
