"""Test events over a WebSocket: storing, reconnecting, and keeping the token secret."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.events.receiver.conftest import FaultyInbox

from zoom_component import Component
from zoom_component.client.connections.connection import Connection
from zoom_component.errors import InputError
from zoom_component.events.inbox.protocols import EventQuery
from zoom_component.events.receiver.frames import Frame, add_token, build_subscription_url, parse_frame
from zoom_component.events.receiver.websocket import WebSocketSource
from zoom_component.events.receiver.writer import InboxWriter
from zoom_sandbox import Sandbox
from zoom_sandbox.websocket_events import WebSocketConnections


@pytest.fixture
def zoom() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def connection(zoom: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Connection:
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", str(tmp_path / "state"))
    known = {"client_id": zoom.client_id, "client_secret": zoom.client_secret, "account_id": zoom.account_id}
    return Component.load().resolve_connection(base_url=zoom.api_url, **known)


@pytest.fixture
def source(zoom: Sandbox, connection: Connection, store: FaultyInbox) -> Iterator[WebSocketSource]:
    writer = InboxWriter(store, 100)
    source = WebSocketSource(zoom.websocket_url, connection, writer, heartbeat_interval=0.1, retry_delay=0.02)
    source.start()
    assert source.connected.wait(10)
    yield source
    source.stop()
    writer.close()


def wait_until(condition: Callable[[], object]) -> None:
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("the condition did not become true")


def list_stored_names(store: FaultyInbox) -> list[str]:
    return [each.event.name for each in store.find_events(EventQuery())][::-1]


def test_events_are_stored_unchanged(zoom: Sandbox, source: WebSocketSource, store: FaultyInbox) -> None:
    messages: list[object] = []
    zoom.add_listener(messages.append)
    zoom.emit("meeting.started", {"payload.object.topic": 'Größe "quoted" \\ 🎥'})
    zoom.emit("meeting.ended")
    wait_until(lambda: len(list_stored_names(store)) == 2)
    assert list_stored_names(store) == ["meeting.started", "meeting.ended"]
    newest = store.find_events(EventQuery())[0].event
    assert newest.source == "websocket"
    assert [json.loads(newest.body)] == messages[1:]
    wait_until(lambda: "websocket" in store.get_timestamps())


def test_it_reconnects_and_renews_a_refused_token(
    zoom: Sandbox, source: WebSocketSource, store: FaultyInbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = source._connection.authorize().split()[1]
    assert zoom.engine.account.store(WebSocketConnections)
    from zoom_sandbox.oauth import OAuth

    zoom.engine.account.store(OAuth).revoke_token(token)
    zoom.close_websockets()
    wait_until(lambda: source.disconnects)
    assert source.connected.wait(10)
    zoom.emit("meeting.started")
    wait_until(lambda: list_stored_names(store))
    renewed = source._connection.authorize().split()[1]
    assert renewed != token
    assert token not in caplog.text
    assert renewed not in caplog.text
    assert "Zoom refused it" in caplog.text


def test_events_wait_while_the_inbox_fails(zoom: Sandbox, source: WebSocketSource, store: FaultyInbox) -> None:
    store.fault = OSError("the disk is full")
    zoom.emit("meeting.started")
    wait_until(lambda: len(store.groups) > 2)
    store.fault = None
    wait_until(lambda: list_stored_names(store) == ["meeting.started"])


def test_a_silent_connection_is_closed(zoom: Sandbox, connection: Connection, store: FaultyInbox) -> None:
    zoom.engine.account.store(WebSocketConnections).heartbeat_timeout = 0.05
    writer = InboxWriter(store, 100)
    source = WebSocketSource(zoom.websocket_url, connection, writer, heartbeat_interval=5.0, retry_delay=0.02)
    source.start()
    wait_until(lambda: source.disconnects >= 2)
    source.stop()
    source.stop()
    writer.close()


def test_a_second_connection_closes_the_first(zoom: Sandbox, source: WebSocketSource, connection: Connection) -> None:
    other = WebSocketSource(
        zoom.websocket_url, connection, InboxWriter(source._writer._inbox, 1), heartbeat_interval=0.1, retry_delay=0.5
    )
    other.start()
    wait_until(lambda: source.disconnects)
    other.stop()


def test_the_id_of_a_subscription_loses_what_nobody_sees() -> None:
    assert build_subscription_url("\u200bZb9f\u00a0") == "wss://ws.zoom.us/ws?subscriptionId=Zb9f"
    with pytest.raises(InputError, match=r"U\+0435 \(CYRILLIC SMALL LETTER IE\) at position 2"):
        build_subscription_url("Z\u0435b9f")


def test_only_an_address_of_zoom_without_a_token_is_accepted() -> None:
    assert build_subscription_url("a/b".replace("/", "+")) == "wss://ws.zoom.us/ws?subscriptionId=a%2Bb"
    assert build_subscription_url(" wss://ws.zoom.us/ws?subscriptionId=x ") == "wss://ws.zoom.us/ws?subscriptionId=x"
    for address in (
        "",
        "wss://ws.zoom.us/ws",
        "ws://ws.zoom.us/ws?subscriptionId=x",
        "wss://zoom.us.example.com/ws?subscriptionId=x",
        "wss://user:word@ws.zoom.us/ws?subscriptionId=x",
        "https://ws.zoom.us/ws?subscriptionId=x",
        "wss://[/ws?subscriptionId=x",
        "wss://ws.zoom.us/ws?subscriptionId=x&access_token=secret-token",
    ):
        with pytest.raises(InputError) as caught:
            build_subscription_url(address)
        assert "secret-token" not in str(caught.value)
    assert (
        add_token("wss://z/ws?subscriptionId=a%2Bb", "Bearer x y&")
        == "wss://z/ws?subscriptionId=a%2Bb&access_token=x+y%26"
    )


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ('{"module":"build_connection","success":true}', Frame("build_connection")),
        ('{"module":"build_connection","success":false}', Frame("build_connection", False)),
        ('{"module":"message","content":"{\\"a\\":1}"}', Frame("message", True, b'{"a":1}')),
        ('{"module":"message","content":{"a":1}}', Frame("message", True, b'{"a":1}')),
        ('{"module":"message","content":7}', Frame("message")),
        ("[]", Frame("")),
        ('{"module":1}', Frame("")),
        ("no json", Frame("")),
        (b"\xff\xfe\xfd", Frame("")),
    ],
)
def test_any_message_is_parsed(text: str, frame: Frame) -> None:
    assert parse_frame(text) == frame
