"""A session without a socket in which no time passes by itself: its connection asks for tokens as an app's does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from zoom_component.client.actions import Actions
from zoom_component.client.calls import Options
from zoom_component.client.connections.endpoint import TokenEndpoint
from zoom_component.client.connections.named import Connections
from zoom_component.client.connections.store import MemoryStore
from zoom_component.client.session import Session
from zoom_component.client.transport.wire import Wire
from zoom_component.testing.exchanges import Witness
from zoom_sandbox import StillClock
from zoom_sandbox.world import Setup

__all__ = ["BASE", "still_session"]

BASE = "http://127.0.0.1/v2"


@contextmanager
def still_session(
    actions: Actions, transport: httpx.BaseTransport, clock: StillClock, options: Options | None = None
) -> Iterator[tuple[Session, Witness]]:
    """A session over a transport that plays Zoom, its OAuth included. No wait takes time: each moves the clock."""
    chosen = (options or Options())._replace(clock=clock, chance=_middling, count_daily=False)
    witness = Witness(transport, BASE, clock)
    endpoint = TokenEndpoint(sleep=clock.advance, chance=_middling, transport=witness)
    connections = Connections(actions.catalogue.connections(), MemoryStore(), endpoint=endpoint, clock=clock)
    fields = {"clientId": Setup.client_id, "clientSecret": Setup.client_secret, "accountId": Setup.account_id}
    connection = connections.given("serverToServer", fields, BASE)
    wire = Wire(connection, witness, timeout=chosen.timeout, sleep=clock.advance)
    with Session(actions, wire, chosen) as session:
        yield session, witness


def _middling() -> float:
    return 0.5
