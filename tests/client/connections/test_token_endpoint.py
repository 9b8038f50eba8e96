"""Test token requests when the endpoint fails, is slow or is gone, by faults of the sandbox."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable

import pytest

from tests.client.connections.broker_setup import BrokerSetup
from tests.client.connections.kinds import ACCESS, ACCOUNT, CLIENT, PLANTED, REFRESH, SPECS
from tests.client.connections.oauth import TOKEN
from tests.support.broken_servers import serve, stay_silent
from zoom_component import Component, SessionOptions
from zoom_component.client.connections.registry import ConnectionRegistry
from zoom_component.client.connections.renewing_connection import RenewingConnection
from zoom_component.client.connections.store import RECONNECT_NEEDED, MemoryStore, StoredConnection, StoreError
from zoom_component.client.connections.token_endpoint import OAuthClient, TokenEndpoint, request_account_token
from zoom_component.client.connections.tokens import Token
from zoom_component.errors import ConnectionFailed, RateLimited, TimedOut, Unavailable


def test_a_failing_server_is_retried_with_growing_jittered_waits(world: BrokerSetup) -> None:
    world.zoom.refuse(503, calls=(1, 2, 3))
    assert world.open_server_connection().authorize() == f"Bearer {ACCESS}-4"
    assert world.naps == [0.5, 1.0, 2.0]


def test_a_server_that_keeps_failing_is_unavailable(world: BrokerSetup) -> None:
    world.zoom.refuse(500)
    with pytest.raises(Unavailable):
        world.open_server_connection().authorize()
    assert len(world.zoom.token_requests) == 4


def test_too_many_token_requests_are_rate_limited(world: BrokerSetup) -> None:
    world.zoom.refuse(429, retry_after=60)
    with pytest.raises(RateLimited, match="1970-01-12T13:47:40Z"):
        world.open_server_connection().authorize()


def test_a_redirect_is_not_followed_with_the_client_secret(world: BrokerSetup) -> None:
    world.zoom.refuse(307, headers={"location": f"{world.zoom.url}/elsewhere"})
    with pytest.raises(Unavailable, match="token URL"):
        world.open_server_connection().authorize()
    assert world.zoom.paths == ["/oauth/token"]


def test_a_network_failure_is_unavailable_and_does_not_lose_the_refresh_token(world: BrokerSetup) -> None:
    connection = world.save_connection()
    world.zoom.__exit__(None, None, None)
    with pytest.raises(
        Unavailable, match=r"The token request was not sent: 127.0.0.1, port [0-9]+, refused the connection"
    ):
        connection.authorize()
    assert (world.read_row().state, world.read_row().token) != (RECONNECT_NEEDED, None)


def test_a_server_that_does_not_answer_times_out(world: BrokerSetup) -> None:
    world.zoom.add_fault(*TOKEN, delay=1)
    connections = ConnectionRegistry(SPECS, world.store, endpoint=TokenEndpoint(timeout=0.05))
    with pytest.raises(TimedOut):
        connections.open_with_fields("serverToServer", ACCOUNT, world.zoom.api_url).authorize()


def test_a_token_url_without_tls_is_refused_before_anything_is_sent(world: BrokerSetup) -> None:
    fields = {**ACCOUNT, "tokenUrl": "http://zoom.example/oauth/token"}
    with pytest.raises(ConnectionFailed, match="https://"):
        world.create_registry().open_with_fields("serverToServer", fields).authorize()


def test_a_token_is_held_in_memory_if_the_store_is_full(world: BrokerSetup, caplog: pytest.LogCaptureFixture) -> None:
    class Full(MemoryStore):
        def write(self, row: StoredConnection) -> None:
            raise StoreError("no space left")

    connection = world.open_server_connection(Full())
    with caplog.at_level(logging.WARNING):
        assert connection.authorize() == connection.authorize() == f"Bearer {ACCESS}-1"
    assert len(world.zoom.token_requests) == 1
    assert "this process only" in caplog.text
    assert PLANTED not in caplog.text


def test_a_refresh_token_rotates_even_if_it_cannot_be_stored(world: BrokerSetup) -> None:
    class ReadOnly(MemoryStore):
        def write(self, row: StoredConnection) -> None:
            raise StoreError("read-only")

    initial_token = Token("", refresh=f"{REFRESH}-0")
    connection = world.create_registry(ReadOnly()).open_with_fields("oauth", CLIENT, world.zoom.api_url, initial_token)
    assert connection.authorize() == f"Bearer {ACCESS}-1"
    world.now += 3600
    assert connection.authorize() == f"Bearer {ACCESS}-2"
    world.zoom.revoke(f"{REFRESH}-2")
    world.now += 3600
    for _ in range(3):
        with pytest.raises(ConnectionFailed):
            connection.authorize()
    assert [form["refresh_token"] for form in world.zoom.token_requests] == [f"{REFRESH}-{n}" for n in range(3)]


def run_sync(connection: RenewingConnection, options: SessionOptions) -> None:
    with Component.load().connect(connection, options=options) as session:
        session.run("getUser", {"userId": "me"})


def run_async(connection: RenewingConnection, options: SessionOptions) -> None:
    async def main() -> None:
        async with Component.load().aconnect(connection, options=options) as session:
            await session.run("getUser", {"userId": "me"})

    asyncio.run(main())


@pytest.mark.parametrize("run", [run_sync, run_async])
def test_a_token_request_follows_the_timeout_of_the_session(run: Callable[..., None]) -> None:
    with serve(stay_silent) as port:
        fields = {**ACCOUNT, "tokenUrl": f"http://127.0.0.1:{port}/oauth/token"}
        registry = ConnectionRegistry(SPECS, MemoryStore())
        connection = registry.open_with_fields("serverToServer", fields, f"http://127.0.0.1:{port}/v2")
        with pytest.raises(TimedOut, match=r"The token request failed: no complete answer arrived within 0\.1 seconds"):
            run(connection, SessionOptions(timeout=0.1))


def test_an_answer_that_drips_ends_with_the_limit() -> None:
    def drip(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        while True:
            connection.sendall(b" ")
            time.sleep(0.02)

    with serve(drip) as port:
        client = OAuthClient("id", "secret", f"http://127.0.0.1:{port}/oauth/token")
        with pytest.raises(TimedOut, match="no complete answer arrived"):
            TokenEndpoint(timeout=0.2).fetch_token(request_account_token(client, "account", 0.0))


def test_a_block_page_with_503_is_not_asked_for_again(world: BrokerSetup) -> None:
    world.zoom.refuse(503, body="<html><title>Just a moment...</title></html>", headers={"x-zm-trackingid": ""})
    with pytest.raises(Unavailable, match="Something in front of Zoom"):
        world.open_server_connection().authorize()
    assert world.naps == []
