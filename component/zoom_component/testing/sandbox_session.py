"""Open sessions on an in-memory transport with a manual clock.

The connection requests tokens as a Server-to-Server app does.
"""

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
    """Open a session on a transport that acts as Zoom, including OAuth. Waiting only advances the clock."""
    session_options = (options or SessionOptions())._replace(clock=clock, random=_midpoint, count_daily=False)
    recorder = RecordingTransport(transport, BASE_URL, clock)
    endpoint = TokenEndpoint(sleep=clock.advance, random=_midpoint, transport=recorder)
    connections = ConnectionRegistry(actions.catalogue.connections(), MemoryStore(), endpoint=endpoint, clock=clock)
    fields = {
        "clientId": SandboxOptions.client_id,
        "clientSecret": SandboxOptions.client_secret,
        "accountId": SandboxOptions.account_id,
    }
    connection = connections.open_with_fields("serverToServer", fields, BASE_URL)
    driver = Driver(connection, recorder, timeout=session_options.timeout, sleep=clock.advance)
    with Session(actions, driver, session_options) as session:
        yield session, recorder


def _midpoint() -> float:
    return 0.5
