"""Offer `Sandbox`: a Zoom account to test against, behind a local HTTP server or an httpx transport."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

from zoom_sandbox.access import expose_options
from zoom_sandbox.account import SandboxOptions
from zoom_sandbox.clock import Clock
from zoom_sandbox.documents import read_document
from zoom_sandbox.events import EventPublisher, Webhook, WebhookDelivery
from zoom_sandbox.events.publisher import EventListener
from zoom_sandbox.factory import Document, apply_scale, create_engine
from zoom_sandbox.fault_parsing import FaultFields, parse_fault
from zoom_sandbox.faults import ANY, ApiFault, DeliveryFault
from zoom_sandbox.http_server import BackgroundServer
from zoom_sandbox.lifecycle import Lifecycle
from zoom_sandbox.messages import RecordedRequest
from zoom_sandbox.router import API_PREFIX
from zoom_sandbox.websocket_events import WEBSOCKET_PATH, WebSocketConnections

if TYPE_CHECKING:
    from zoom_sandbox.transport import SandboxTransport


class Sandbox:
    """Run a Zoom account for tests.

    >>> with Sandbox() as sandbox:
    ...     sandbox.api_url.startswith("http://127.0.0.1:")
    True

    - `host`, `port`: where the server listens; port 0 is any free one. An address that other machines can call needs
      a `client_secret` of at least 16 characters.
    - `users`, `scale`: add numbered users, or `{"users": 30000, "meetings": 2000, "webinars": 10}`.
    - `clock`: a callable that returns epoch seconds, such as a `ManualClock`.
    - `random_seed`: the same seed gives the same ids in the same order.
    - `webhooks`: where events are sent.
    - `strict`: answer 501 for an operation without state, instead of an example from its schema.
    - `scopes`: the scopes of the app, which are then enforced; None grants everything.
    - `plan`: `free`, `pro` or `business` enforces that plan's rate limits.
    - `keep_emoji`: leave emoji in agendas, which Zoom replaces by hyphens.
    - `data`: users, meetings and more, as a mapping or a YAML file.
    - `faults`: faults to inject, as a list or a YAML file.
    - `db`: a file that keeps the state between processes. It is locked until the sandbox is left or closed.

    Without `db`, the state lives as long as the object: leaving and entering again keeps it. Raises ValueError for a
    problem in any argument.
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
        keep_emoji: bool = False,
    ) -> None:
        self.client_id, self.client_secret, self.account_id = client_id, client_secret, account_id
        options = SandboxOptions(
            client_id=client_id,
            client_secret=client_secret,
            account_id=account_id,
            users=users,
            webhooks=tuple(webhooks),
            strict=strict,
            scopes=None if scopes is None else tuple(scopes),
            plan=plan,
            keep_emoji=keep_emoji,
        )
        options = expose_options(host, apply_scale(options, scale or {}))
        self.engine, self._state_file = create_engine(options, clock, random_seed, data=data, faults=faults, db=db)
        self._host, self._port = host, port
        self._server: BackgroundServer | None = None

    def __enter__(self) -> Self:
        """Start the server. Raises OSError when the port is taken."""
        if self._state_file is not None:
            self._state_file.open()
        self._server = BackgroundServer(self.engine, self._host, self._port)
        self.engine.base_url = self.url
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server and wait for its thread. Pending deliveries are saved in the file of `db`, or dropped."""
        if self._server is not None:
            self._server.stop()
            self._server = None
        self.close()
        self._publisher.drop_pending()

    def close(self) -> None:
        """Save the state to the file of `db` and unlock it; without a file, do nothing."""
        if self._state_file is not None:
            self._state_file.close()
            self._publisher.drop_pending()

    # Addresses

    @property
    def url(self) -> str:
        """Return the server's address without a path. Raises RuntimeError while no server runs."""
        if self._server is None:
            raise RuntimeError("The sandbox has no address until its server runs: use `with Sandbox() as sandbox:`.")
        return self._server.url

    @property
    def api_url(self) -> str:
        """Return the base URL of the API: `url` with /v2."""
        return self.url + API_PREFIX

    @property
    def websocket_url(self) -> str:
        """Return the URL for a client of Zoom's WebSocket events. Any subscription id works."""
        return f"ws{self.url.removeprefix('http')}{WEBSOCKET_PATH}?subscriptionId=sandbox-subscription"

    def create_transport(self, sleep: Callable[[float], None] = time.sleep) -> SandboxTransport:
        """Return an httpx transport, sync and async, that calls the account without a socket or a server.

        `sleep` waits for a fault's delay in sync calls; the `advance` of a `ManualClock` does so without waiting.
        """
        from zoom_sandbox.transport import SandboxTransport

        return SandboxTransport(self.engine, sleep)

    # The account

    def issue_token(self, scopes: Collection[str] | None = None) -> str:
        """Return a new bearer token, with these scopes or the app's. Other tokens stay valid."""
        return self.engine.issue_token(scopes)

    def get_state(self) -> dict[str, Any]:
        """Return the account's options and its counts of users, meetings and so on."""
        return self.engine.get_state()

    def load_data(self, data: Document) -> None:
        """Add the data of a mapping or of a YAML file. Raises SandboxInputError with every problem."""
        self.engine.load_data(data if isinstance(data, Mapping) else read_document(data))

    def reset(self) -> None:
        """Restore the account as it was at the start: data, tokens, clock, faults and recorded requests."""
        self.engine.reset()

    def now(self) -> float:
        """Return the account's time in epoch seconds."""
        return self.engine.clock()

    def set_clock(self, now: float) -> None:
        """Set the account's time, in epoch seconds; the clock continues from there."""
        self.engine.set_clock(now)

    def advance_clock(self, seconds: float) -> None:
        """Move the account's time ahead; tokens and page tokens age with it."""
        self.engine.set_clock(self.engine.clock() + seconds)

    @property
    def lifecycle(self) -> Lifecycle:
        """Return what simulates people in meetings: `lifecycle.start(id)`, `.join(id, name, email)`, `.end(id)` ..."""
        return Lifecycle(self.engine)

    @property
    def requests(self) -> list[RecordedRequest]:
        """Return the recorded requests without Authorization headers, the oldest first."""
        return self.engine.requests

    def clear_requests(self) -> None:
        """Delete the recorded requests."""
        self.engine.clear_requests()

    # Injected faults

    def add_fault(self, method: str = ANY, path: str = ANY, **fields: Unpack[FaultFields]) -> ApiFault | DeliveryFault:
        """Make calls of an operation, or deliveries of an event, fail until `clear_faults`.

        `path` is an operation's template, such as `/users/{userId}` or `/oauth/token`. With `event`, the fault is
        about deliveries of that event instead. The fields are those of `ApiFault` and `DeliveryFault`; files and the
        admin API have the same. Returns the fault, whose `hits` counts. Raises ValueError for a field that is not
        valid, or a path that no operation has.

        >>> sandbox = Sandbox()
        >>> sandbox.add_fault("GET", "/users", status=503, calls=[1]).hits
        0
        >>> sandbox.add_fault(event="meeting.*", copies=2).hits
        0
        """
        operation = {name: value for name, value in (("method", method), ("path", path)) if value != ANY}
        return self.engine.add_fault(parse_fault({**operation, **fields}))

    def clear_faults(self) -> None:
        """Remove all injected faults."""
        self.engine.clear_faults()

    # Events

    def emit(self, event: str, set: Mapping[str, Any] | None = None) -> None:
        """Send an event with Zoom's sample values; nothing else in the account changes.

        `set` maps paths in the body, such as `payload.object.topic`, to values. Raises ValueError for an event that
        Zoom does not document, and for a path that leads through a scalar.
        """
        self._publisher.emit_sample(event, set or {})

    def add_listener(self, listener: EventListener) -> None:
        """Call a function with the body of every later event, at once and without HTTP."""
        self._publisher.add_listener(listener)

    @property
    def deliveries(self) -> list[WebhookDelivery]:
        """Return the deliveries of events to webhooks; webhook by webhook, the oldest first."""
        return self._publisher.deliveries

    def wait_for_deliveries(self, timeout: float = 5.0) -> list[WebhookDelivery]:
        """Wait until every delivery has succeeded or will not be tried again, and return them all.

        Deliveries that a fault holds back are sent. Raises TimeoutError, naming a pending delivery, after `timeout`
        seconds: the retries of a webhook without `retry_speedup` take minutes.
        """
        return self._publisher.wait_until_final(timeout)

    def close_websockets(self) -> None:
        """Close every WebSocket connection, as Zoom does now and then."""
        self.engine.account.store(WebSocketConnections).close_all()

    @property
    def _publisher(self) -> EventPublisher:
        return self.engine.account.store(EventPublisher)
