"""Provide the sandbox, a store and a fixed clock for the tests of renewing connections."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.client.connections.kinds import ACCESS, ACCOUNT, CLIENT, REFRESH, SPECS
from tests.client.connections.oauth import OAuthSandbox
from zoom_component.client.connections.encrypted_store import EncryptedStore
from zoom_component.client.connections.registry import ConnectionRegistry
from zoom_component.client.connections.renewing_connection import RenewingConnection
from zoom_component.client.connections.store import ConnectionStore, StoredConnection
from zoom_component.client.connections.token_endpoint import TokenEndpoint
from zoom_component.client.connections.tokens import Token
from zoom_component.errors import ComponentError


@dataclass
class BrokerSetup:
    """Hold a sandbox, a store and a fixed clock; `naps` records waits instead of sleeping."""

    zoom: OAuthSandbox
    store: ConnectionStore
    now: float = 1_000_000.0
    naps: list[float] = field(default_factory=list)

    def create_registry(self, store: ConnectionStore | None = None) -> ConnectionRegistry:
        endpoint = TokenEndpoint(sleep=self.naps.append, random=lambda: 0.5)
        return ConnectionRegistry(SPECS, store or self.store, endpoint=endpoint, clock=lambda: self.now)

    def open_server_connection(self, store: ConnectionStore | None = None) -> RenewingConnection:
        return self.create_registry(store).open_with_fields("serverToServer", ACCOUNT, self.zoom.api_url)

    def save_connection(self, refresh: str = f"{REFRESH}-0", *, ends_in: float = 0.0) -> RenewingConnection:
        token = Token(f"{ACCESS}-saved", self.now + ends_in, refresh, issued_at=self.now)
        self.create_registry().save("work", "oauth", CLIENT, self.zoom.api_url, token)
        return self.create_registry().open("work")

    def read_row(self) -> StoredConnection:
        row = self.store.read("work")
        assert row is not None
        return row


@pytest.fixture(name="world")
def _world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BrokerSetup]:
    monkeypatch.setenv("ZOOM_COMPONENT_KEY", "A" * 43 + "=")
    with OAuthSandbox() as zoom:
        yield BrokerSetup(zoom, EncryptedStore(tmp_path / "state"))


def run_together(calls: list[Callable[[], str]]) -> list[str | ComponentError]:
    """Start all calls at the same time and return what each returns or raises."""
    gate = threading.Barrier(len(calls))
    results: list[str | ComponentError] = []

    def run(call: Callable[[], str]) -> None:
        gate.wait()
        try:
            results.append(call())
        except ComponentError as error:
            results.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
