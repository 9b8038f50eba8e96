"""Test that the WebSocket goes through the proxy, which does not see the token in its address."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.events.receiver.conftest import FaultyInbox
from tests.support.network_world import KINDS, NetworkWorld, open_network_world

from zoom_component import Component
from zoom_component.client.connections.registry import ConnectionRegistry
from zoom_component.client.network.settings import NetworkSettings
from zoom_component.errors import InputError
from zoom_component.events.inbox.protocols import EventQuery
from zoom_component.events.receiver.websocket import WebSocketSource
from zoom_component.events.receiver.writer import InboxWriter

COMPONENT = Component.load()
SUBSCRIPTION = "Zb9fQ7xTRQ6vRzkDpEMvTw"


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[NetworkWorld]:
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", str(tmp_path / "state"))
    with open_network_world(tmp_path, request.param) as opened:
        yield opened


@contextmanager
def run_source(world: NetworkWorld, store: FaultyInbox, **args: Any) -> Iterator[WebSocketSource]:
    connection = COMPONENT.resolve_connection(**args)
    writer = InboxWriter(store, 100)
    source = WebSocketSource(SUBSCRIPTION, connection, writer, retry_delay=0.02)
    source.start()
    try:
        yield source
    finally:
        source.stop()
        writer.close()


def wait_until(condition: Callable[[], object]) -> None:
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("the condition did not become true")


def receive_one_event(world: NetworkWorld, store: FaultyInbox, source: WebSocketSource) -> None:
    assert source.connected.wait(20)
    with COMPONENT.connect(token=world.zoom.issue_token(), base_url=world.zoom.api_url) as session:
        session.run("createMeeting", {"userId": "me", "topic": "Daily"})
    wait_until(lambda: [each.event.name for each in store.find_events(EventQuery())] == ["meeting.created"])
    world.assert_nothing_leaked()
    assert ("ws.zoom.us", 443) in world.proxy.targets


def test_events_arrive_with_the_environment(
    world: NetworkWorld, store: FaultyInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in world.environ.items():
        monkeypatch.setenv(name, value)
    with run_source(world, store, base_url=world.base_url, **world.credentials) as source:
        receive_one_event(world, store, source)


def test_events_arrive_with_options(world: NetworkWorld, store: FaultyInbox) -> None:
    network = {"proxy": world.proxy_url, "ca_file": str(world.authority.file)}
    with run_source(world, store, base_url=world.base_url, **network, **world.credentials) as source:
        receive_one_event(world, store, source)


def test_events_arrive_with_a_stored_connection(world: NetworkWorld, store: FaultyInbox) -> None:
    names = {"clientId": "client_id", "clientSecret": "client_secret", "accountId": "account_id"}
    fields = {key: world.credentials[name] for key, name in names.items()}
    settings = NetworkSettings(world.proxy_url, str(world.authority.file))
    ConnectionRegistry(COMPONENT.catalogue.connections()).save(
        "work", "serverToServer", fields, world.base_url, network=settings
    )
    with run_source(world, store, connection="work") as source:
        receive_one_event(world, store, source)


def test_nothing_connects_without_the_authority(
    world: NetworkWorld, store: FaultyInbox, caplog: pytest.LogCaptureFixture
) -> None:
    token = world.zoom.issue_token()
    with run_source(world, store, token=token, base_url=world.base_url, proxy=world.proxy_url):
        wait_until(lambda: "The WebSocket is down" in caplog.text)
    assert token not in caplog.text


def test_no_proxy_holds_for_a_websocket(
    world: NetworkWorld, store: FaultyInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Look at the route only, because the tests resolve no public name."""
    monkeypatch.setenv("NO_PROXY", "zoom.us")
    connection = COMPONENT.resolve_connection(token="x" * 20, proxy=world.proxy_url)
    writer = InboxWriter(store, 100)
    source = WebSocketSource(SUBSCRIPTION, connection, writer)
    writer.close()
    assert source._route.proxy_address == ""


def test_a_wrong_password_is_not_logged(
    world: NetworkWorld, store: FaultyInbox, caplog: pytest.LogCaptureFixture
) -> None:
    scheme, _, _ = world.proxy_url.partition(":")
    network = {
        "proxy": f"{scheme}://anna:wrong-password@127.0.0.1:{world.proxy.port}",
        "ca_file": str(world.authority.file),
    }
    token = world.zoom.issue_token()
    world.hosts.clear()
    with run_source(world, store, token=token, base_url=world.base_url, **network):
        wait_until(lambda: "The WebSocket is down" in caplog.text)
    assert "wrong-password" not in caplog.text
    assert token not in caplog.text


def test_a_wrong_proxy_is_reported_at_the_start(store: FaultyInbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://proxy:0")
    writer = InboxWriter(store, 100)
    with pytest.raises(InputError, match="ALL_PROXY"):
        WebSocketSource(SUBSCRIPTION, COMPONENT.resolve_connection(token="x" * 20), writer)
    writer.close()
