"""What the broker does when the token address is sick, silent or gone: faults of the embedded Zoom."""

from __future__ import annotations

import logging

import pytest

from tests.client.connections.broker_setup import BrokerSetup
from tests.client.connections.kinds import ACCESS, ACCOUNT, CLIENT, PLANTED, REFRESH, SPECS
from tests.client.connections.oauth import TOKEN
from zoom_component.client.connections.registry import ConnectionRegistry
from zoom_component.client.connections.store import RECONNECT_NEEDED, MemoryStore, StoredConnection, StoreError
from zoom_component.client.connections.token_endpoint import TokenEndpoint
from zoom_component.client.connections.tokens import Token
from zoom_component.errors import ConnectionFailed, RateLimited, TimedOut, Unavailable


def test_a_sick_server_is_asked_a_few_times_with_growing_jittered_waits(world: BrokerSetup) -> None:
    world.zoom.refuse(503, calls=(1, 2, 3))
    assert world.server().authorize() == f"Bearer {ACCESS}-4"
    assert world.naps == [0.5, 1.0, 2.0]


def test_a_server_that_stays_sick_is_for_later(world: BrokerSetup) -> None:
    world.zoom.refuse(500)
    with pytest.raises(Unavailable):
        world.server().authorize()
    assert len(world.zoom.token_requests) == 4


def test_too_many_token_requests_are_for_later(world: BrokerSetup) -> None:
    world.zoom.refuse(429, retry_after=60)
    with pytest.raises(RateLimited, match="1970-01-12T13:47:40Z"):
        world.server().authorize()


def test_a_redirect_is_not_followed_with_the_secret_in_hand(world: BrokerSetup) -> None:
    world.zoom.refuse(307, headers={"location": f"{world.zoom.url}/elsewhere"})
    with pytest.raises(ConnectionFailed, match="token URL"):
        world.server().authorize()
    assert world.zoom.paths == ["/oauth/token"]


def test_a_network_failure_is_for_later_and_keeps_the_refresh_token(world: BrokerSetup) -> None:
    connection = world.saved()
    world.zoom.__exit__(None, None, None)
    with pytest.raises(Unavailable, match="cannot be reached"):
        connection.authorize()
    assert (world.row().state, world.row().token) != (RECONNECT_NEEDED, None)


def test_a_silent_server_is_timed_out(world: BrokerSetup) -> None:
    world.zoom.add_fault(*TOKEN, delay=1)
    connections = ConnectionRegistry(SPECS, world.store, endpoint=TokenEndpoint(timeout=0.05))
    with pytest.raises(TimedOut):
        connections.open_with_fields("serverToServer", ACCOUNT, world.zoom.api_url).authorize()


def test_a_token_url_without_tls_is_refused_before_anything_is_sent(world: BrokerSetup) -> None:
    fields = {**ACCOUNT, "tokenUrl": "http://zoom.example/oauth/token"}
    with pytest.raises(ConnectionFailed, match="https://"):
        world.connections().open_with_fields("serverToServer", fields).authorize()


def test_without_a_store_everything_works_in_memory(world: BrokerSetup, caplog: pytest.LogCaptureFixture) -> None:
    class Full(MemoryStore):
        def write(self, row: StoredConnection) -> None:
            raise StoreError("no space left")

    connection = world.server(Full())
    with caplog.at_level(logging.WARNING):
        assert connection.authorize() == connection.authorize() == f"Bearer {ACCESS}-1"
    assert len(world.zoom.token_requests) == 1
    assert "this process only" in caplog.text
    assert PLANTED not in caplog.text


def test_a_refresh_token_rotates_even_where_it_cannot_be_stored(world: BrokerSetup) -> None:
    class ReadOnly(MemoryStore):
        def write(self, row: StoredConnection) -> None:
            raise StoreError("read-only")

    seed = Token("", refresh=f"{REFRESH}-0")
    connection = world.connections(ReadOnly()).open_with_fields("oauth", CLIENT, world.zoom.api_url, seed)
    assert connection.authorize() == f"Bearer {ACCESS}-1"
    world.now += 3600
    assert connection.authorize() == f"Bearer {ACCESS}-2"
    world.zoom.revoke(f"{REFRESH}-2")
    world.now += 3600
    for _ in range(3):
        with pytest.raises(ConnectionFailed):
            connection.authorize()
    assert [form["refresh_token"] for form in world.zoom.token_requests] == [f"{REFRESH}-{n}" for n in range(3)]
