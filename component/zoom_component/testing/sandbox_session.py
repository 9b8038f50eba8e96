"""A session without a socket in which no time passes by itself: its connection asks for tokens as an app's does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from zoom_component.client.actions import Actions
from zoom_component.client.calls import SessionOptions
from zoom_component.client.connections.registry import ConnectionRegistry
from zoom_component.client.connections.store import MemoryStore
from zoom_component.client.connections.token_endpoint import TokenEndpoint
from zoom_component.client.session import Session
from zoom_component.client.transport.driver import Driver
from zoom_component.testing.exchanges import RecordingTransport
from zoom_sandbox import ManualClock
from zoom_sandbox.account import SandboxOptions

__all__ = ["BASE_URL", "open_sandbox_session"]

BASE_URL = "http://127.0.0.1/v2"


@contextmanager
def open_sandbox_session(
    actions: Actions, transport: httpx.BaseTransport, clock: ManualClock, options: SessionOptions | None = None
) -> Iterator[tuple[Session, RecordingTransport]]:
    """A session over a transport that plays Zoom, its OAuth included. No wait takes time: each moves the clock."""
    chosen = (options or SessionOptions())._replace(clock=clock, random=_midpoint, count_daily=False)
    witness = RecordingTransport(transport, BASE_URL, clock)
    endpoint = TokenEndpoint(sleep=clock.advance, random=_midpoint, transport=witness)
    connections = ConnectionRegistry(actions.catalogue.connections(), MemoryStore(), endpoint=endpoint, clock=clock)
    fields = {
        "clientId": SandboxOptions.client_id,
        "clientSecret": SandboxOptions.client_secret,
        "accountId": SandboxOptions.account_id,
    }
    connection = connections.open_with_fields("serverToServer", fields, BASE_URL)
    wire = Driver(connection, witness, timeout=chosen.timeout, sleep=clock.advance)
    with Session(actions, wire, chosen) as session:
        yield session, witness


def _midpoint() -> float:
    return 0.5
