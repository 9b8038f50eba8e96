"""Serve the sandbox over HTTP: in a thread for tests, or in the foreground for the command line."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from threading import Event, Thread
from typing import TYPE_CHECKING

from zoom_sandbox.access import expose_options
from zoom_sandbox.account import SandboxOptions
from zoom_sandbox.asgi import create_app
from zoom_sandbox.engine import SandboxEngine
from zoom_sandbox.events import WebhookDelivery
from zoom_sandbox.factory import create_engine

if TYPE_CHECKING:
    import uvicorn

STARTUP_TIMEOUT = 10.0  # seconds
MAX_CONNECTIONS = 1000
MAX_MESSAGE_BYTES = 65_536  # of a WebSocket: a client only sends heartbeats


def serve_forever(
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

    `data`, `faults` and `db` are files, as in `Sandbox`. `on_ready` is called once, with the server's address without
    a path, when requests are accepted. `on_attempt` is called with a delivery to a webhook after each attempt, from
    another thread. Raises OSError when the port is taken, ValueError for a problem in a file or for the built-in client
    secret at an address that other machines can call, and KeyboardInterrupt after SIGINT, once everything is closed.
    """
    options = expose_options(host, options or SandboxOptions())
    engine, state_file = create_engine(options, data=data, faults=faults, db=db, on_attempt=on_attempt)
    with open_socket(host, port) as listening:
        engine.base_url = format_url(host, listening)
        is_listening = Event()
        server = create_server(engine, is_listening, None if state_file is None else state_file.close)

        def report_ready() -> None:
            is_listening.wait()
            if server.started:
                on_ready(engine.base_url)

        # The server's loop needs this thread, because it handles the signals.
        reporter = Thread(target=report_ready, name="sandbox-ready", daemon=True)
        reporter.start()
        try:
            server.run([listening])
        finally:
            is_listening.set()
            reporter.join()


class BackgroundServer:
    """Run a server in a thread until `stop`. Raises OSError when the port is taken."""

    def __init__(self, engine: SandboxEngine, host: str, port: int) -> None:
        self._socket = open_socket(host, port)
        self.url = format_url(host, self._socket)
        is_listening = Event()
        self._server = create_server(engine, is_listening)
        self._thread = Thread(target=self._server.run, args=([self._socket],), name="sandbox-server", daemon=True)
        self._thread.start()
        if not is_listening.wait(STARTUP_TIMEOUT):
            raise RuntimeError(f"The sandbox did not start within {STARTUP_TIMEOUT:g} seconds.")

    def stop(self) -> None:
        """Stop the server, and wait until its thread has ended."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


def open_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens at an address; port 0 is any free one. Raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=512)
    # Every connection inherits this. asyncio does not set it on sockets that it did not create, and without it each
    # answer waits some 40 ms until the client acknowledges the headers.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def format_url(host: str, listening: socket.socket) -> str:
    """Return the address of a server without a path, such as `http://127.0.0.1:8087`."""
    return f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"


def create_server(
    engine: SandboxEngine, is_listening: Event, on_shutdown: Callable[[], None] | None = None
) -> uvicorn.Server:
    """Return a uvicorn server for an account that prints and logs nothing, and sets `is_listening` when it is ready.

    `on_shutdown` is called after the last answer, before a signal may end the process.
    """
    import uvicorn

    from zoom_sandbox.protocol import MAX_HEAD_BYTES, SandboxProtocol

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            is_listening.set()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            await super().shutdown(sockets=sockets)
            if on_shutdown is not None:
                on_shutdown()

        async def main_loop(self) -> None:
            # Uvicorn checks its flag ten times a second, which would make every test wait at its end.
            while not self.should_exit:
                await asyncio.sleep(0.01)

    config = uvicorn.Config(
        create_app(engine),
        http=SandboxProtocol,
        loop="asyncio",
        ws="auto",
        ws_max_size=MAX_MESSAGE_BYTES,
        limit_concurrency=MAX_CONNECTIONS,
        h11_max_incomplete_event_size=MAX_HEAD_BYTES,
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    return Server(config)
