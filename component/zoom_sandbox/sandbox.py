"""`Sandbox`: an account of its own behind a real server on loopback, in a thread, or behind no socket at all."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast

from zoom_sandbox import websocket_events
from zoom_sandbox.account import SandboxOptions
from zoom_sandbox.announcing import WebhookMethods
from zoom_sandbox.asgi import create_app
from zoom_sandbox.clock import Clock
from zoom_sandbox.controls import AccountMethods
from zoom_sandbox.engine import API, SandboxEngine
from zoom_sandbox.events import Webhook
from zoom_sandbox.factory import Document, apply_scale, create_engine
from zoom_sandbox.lifecycle import Lifecycle

if TYPE_CHECKING:
    import uvicorn

    from zoom_sandbox.transport import SandboxTransport

STARTUP_TIMEOUT = 10.0  # seconds after which a server that does not come up is given up


class Sandbox(WebhookMethods, AccountMethods):
    """A Zoom to run against.

    >>> with Sandbox() as zoom:
    ...     zoom.api_url.startswith("http://127.0.0.1:")
    True

    `port` 0 is any free one; `users` adds so many numbered people, and `scale` others too (`{"meetings": 2000}`);
    `clock` gives epoch seconds; the same `seed` gives the same ids in the same order; `webhooks` are where its events
    go; `strict` answers 501 where only a schema would answer; `scopes` are those that the app was granted, and are
    enforced; `plan` (`free`, `pro`, `business`) turns that plan's rate limits on; `data` is a YAML file or a mapping
    of people and meetings, `faults` a file or a list of faults. The state lives as long as the object: leaving and
    entering again keeps it. In a file `db` it outlives the process; the file is held until the sandbox is left or
    closed. Raises ValueError for what is wrong in any.
    """

    def __init__(
        self,
        *,
        client_id: str = SandboxOptions.client_id,
        client_secret: str = SandboxOptions.client_secret,
        account_id: str = SandboxOptions.account_id,
        host: str = "127.0.0.1",
        port: int = 0,
        users: int = 0,
        clock: Clock = time.time,
        random_seed: int = 0,
        webhooks: Sequence[Webhook] = (),
        strict: bool = False,
        scopes: Collection[str] | None = None,
        plan: str = "",
        scale: Mapping[str, int] | None = None,
        data: Document | None = None,
        faults: str | Path | list[Any] | None = None,
        db: str | Path | None = None,
    ) -> None:
        self.client_id, self.client_secret, self.account_id = client_id, client_secret, account_id
        granted = None if scopes is None else tuple(scopes)
        setup = SandboxOptions(client_id, client_secret, account_id, users, tuple(webhooks), strict, granted, plan)
        setup = apply_scale(setup, scale or {})
        self.engine, self._keeper = create_engine(setup, clock, random_seed, data=data, faults=faults, db=db)
        self._host, self._port = host, port
        self._running: _Running | None = None

    def __enter__(self) -> Self:
        """Start the server. Raises OSError when the port is taken."""
        if self._keeper is not None:
            self._keeper.open()
        self._running = _Running(self.engine, self._host, self._port)
        self.engine.base_url = self.url
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server; waits until its thread is gone. Deliveries that wait are in the file of `db`, or dropped."""
        if self._running is not None:
            self._running.stop()
            self._running = None
        self.close()
        self._stop_announcing()

    @property
    def url(self) -> str:
        """The server's address without a path, where OAuth is. Raises RuntimeError while no server runs."""
        if self._running is None:
            raise RuntimeError("The sandbox has no address until it is entered: with Sandbox() as zoom: ...")
        return self._running.url

    @property
    def api_url(self) -> str:
        """The base address of the API: `url` with /v2."""
        return self.url + API

    @property
    def websocket_url(self) -> str:
        """Where a client of Zoom's WebSocket events connects: a subscription that there need not be any before."""
        return f"ws{self.url.removeprefix('http')}{websocket_events.PATH}?subscriptionId=sandbox-subscription"

    @property
    def lifecycle(self) -> Lifecycle:
        """Meetings and webinars that take place: `play.start(id)`, `.join(id, name, email)`, `.end(id)` and more."""
        return Lifecycle(self.engine)

    def clear_faults(self) -> None:
        """Take all faults away, those of webhooks too."""
        super().clear_faults()
        self.clear_webhook_faults()

    def close(self) -> None:
        """Write the state to the file of `db` a last time and let go of it; without one, nothing."""
        if self._keeper is not None:
            self._keeper.close()
            self._stop_announcing()

    def create_transport(self, sleep: Callable[[float], None] = time.sleep) -> SandboxTransport:
        """An httpx transport, sync and async, that calls the account without a socket; no server is needed.

        `sleep` lets a fault's delay pass in sync calls; a still clock's `advance` does so without waiting.
        """
        from zoom_sandbox.transport import SandboxTransport

        return SandboxTransport(self.engine, sleep)


class _Running:
    """A server that runs in a thread until it is stopped."""

    def __init__(self, zoom: SandboxEngine, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family, backlog=512)
        # Inherited by every connection: asyncio leaves sockets that it did not make as they are, and each answer
        # would wait some 40 ms for the client to acknowledge its head.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._socket.getsockname()[1]}"
        ready = Event()
        self._server = create_server(zoom, ready)
        self._thread = Thread(target=self._server.run, args=([self._socket],), name="embedded-zoom", daemon=True)
        self._thread.start()
        if not ready.wait(STARTUP_TIMEOUT):
            raise RuntimeError("The embedded Zoom did not start.")

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


def create_server(engine: SandboxEngine, ready: Event, on_shutdown: Callable[[], None] | None = None) -> uvicorn.Server:
    """A uvicorn server for an account that prints and logs nothing, and sets `ready` once it listens.

    `closes` is called when the last answer is sent, before a signal may end the process.
    """
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            ready.set()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            await super().shutdown(sockets=sockets)
            if on_shutdown is not None:
                on_shutdown()

        async def main_loop(self) -> None:
            # Uvicorn looks at its flag ten times a second, and so would a test wait at its end.
            while not self.should_exit:
                await asyncio.sleep(0.01)

    config = uvicorn.Config(
        create_app(engine),
        http=create_protocol_class(),
        ws="auto",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    return Server(config)


def create_protocol_class() -> type[asyncio.Protocol]:
    """Uvicorn's protocol, which here also hands the connection to the application, so that it can drop it."""
    from uvicorn.protocols.http.auto import AutoHTTPProtocol

    class Protocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
        app_state: dict[str, Any]

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.app_state = {**self.app_state, "transport": transport}
            super().connection_made(transport)

    return cast("type[asyncio.Protocol]", Protocol)
