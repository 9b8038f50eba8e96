"""The embedded Zoom, a store and a standing clock for the tests of the broker."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.client.connections.kinds import ACCESS, ACCOUNT, CLIENT, REFRESH, SPECS
from tests.client.connections.oauth import PlantedZoom

from zoom_component.client.connections.broker import BrokeredConnection
from zoom_component.client.connections.endpoint import TokenEndpoint
from zoom_component.client.connections.named import Connections
from zoom_component.client.connections.sealed import SealedStore
from zoom_component.client.connections.store import Row, Store
from zoom_component.client.connections.tokens import Token
from zoom_component.errors import ComponentError


@dataclass
class World:
    """A Zoom, a store, a clock that stands, and naps that are only noted."""

    zoom: PlantedZoom
    store: Store
    now: float = 1_000_000.0
    naps: list[float] = field(default_factory=list)

    def connections(self, store: Store | None = None) -> Connections:
        endpoint = TokenEndpoint(sleep=self.naps.append, chance=lambda: 0.5)
        return Connections(SPECS, store or self.store, endpoint=endpoint, clock=lambda: self.now)

    def server(self, store: Store | None = None) -> BrokeredConnection:
        return self.connections(store).given("serverToServer", ACCOUNT, self.zoom.api_url)

    def saved(self, refresh: str = f"{REFRESH}-0", *, ends_in: float = 0.0) -> BrokeredConnection:
        token = Token(f"{ACCESS}-saved", self.now + ends_in, refresh, issued_at=self.now)
        self.connections().save("work", "oauth", CLIENT, self.zoom.api_url, token)
        return self.connections().open("work")

    def row(self) -> Row:
        row = self.store.read("work")
        assert row is not None
        return row


@pytest.fixture(name="world")
def _world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("ZOOM_COMPONENT_KEY", "A" * 43 + "=")
    with PlantedZoom() as zoom:
        yield World(zoom, SealedStore(tmp_path / "state"))


def at_once(calls: list[Callable[[], str]]) -> list[str | ComponentError]:
    """What the calls give, or raise, when all of them begin together."""
    gate = threading.Barrier(len(calls))
    ends: list[str | ComponentError] = []

    def run(call: Callable[[], str]) -> None:
        gate.wait()
        try:
            ends.append(call())
        except ComponentError as error:
            ends.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends
