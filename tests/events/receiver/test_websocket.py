"""Events over a WebSocket from the embedded Zoom: kept, connected again, and the token never told."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.events.receiver.conftest import Moody

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
def source(zoom: Sandbox, connection: Connection, store: Moody) -> Iterator[WebSocketSource]:
    writer = InboxWriter(store, 100)
    made = WebSocketSource(zoom.websocket_url, connection, writer, heartbeat_interval=0.1, retry_delay=0.02)
    made.start()
    assert made.connected.wait(10)
    yield made
    made.stop()
    writer.close()


def comes(true: Callable[[], object]) -> None:
    for _ in range(1000):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come")


def kept(store: Moody) -> list[str]:
    return [each.event.name for each in store.find_events(EventQuery())][::-1]


def test_events_are_kept_as_they_were_said(zoom: Sandbox, source: WebSocketSource, store: Moody) -> None:
    said: list[object] = []
    zoom.add_listener(said.append)
    zoom.emit("meeting.started", {"payload.object.topic": 'Größe "quoted" \\ 🎥'})
    zoom.emit("meeting.ended")
    comes(lambda: len(kept(store)) == 2)
    assert kept(store) == ["meeting.started", "meeting.ended"]
    newest = store.find_events(EventQuery())[0].event
    assert newest.source == "websocket"
    assert [json.loads(newest.body)] == said[1:]
    comes(lambda: "websocket" in store.get_timestamps())


def test_it_comes_back_and_renews_a_token_that_is_refused(
    zoom: Sandbox, source: WebSocketSource, store: Moody, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = source._connection.authorize().split()[1]
    assert zoom.engine.account.store(WebSocketConnections)
    from zoom_sandbox.oauth import OAuth

    zoom.engine.account.store(OAuth).revoke_token(token)
    zoom.close_websockets()
    comes(lambda: source.disconnects)
    assert source.connected.wait(10)
    zoom.emit("meeting.started")
    comes(lambda: kept(store))
    renewed = source._connection.authorize().split()[1]
    assert renewed != token
    assert token not in caplog.text
    assert renewed not in caplog.text
    assert "did not accept it" in caplog.text


def test_an_inbox_that_fails_holds_the_events_back(zoom: Sandbox, source: WebSocketSource, store: Moody) -> None:
    store.fault = OSError("the disk is full")
    zoom.emit("meeting.started")
    comes(lambda: len(store.groups) > 2)
    store.fault = None
    comes(lambda: kept(store) == ["meeting.started"])


def test_silence_ends_a_connection(zoom: Sandbox, connection: Connection, store: Moody) -> None:
    zoom.engine.account.store(WebSocketConnections).heartbeat_timeout = 0.05
    writer = InboxWriter(store, 100)
    made = WebSocketSource(zoom.websocket_url, connection, writer, heartbeat_interval=5.0, retry_delay=0.02)
    made.start()
    comes(lambda: made.disconnects >= 2)
    made.stop()
    made.stop()
    writer.close()


def test_one_connection_a_subscription(zoom: Sandbox, source: WebSocketSource, connection: Connection) -> None:
    other = WebSocketSource(
        zoom.websocket_url, connection, InboxWriter(source._writer._store, 1), heartbeat_interval=0.1, retry_delay=0.5
    )
    other.start()
    comes(lambda: source.disconnects)
    other.stop()


def test_the_address_is_zooms_and_private() -> None:
    assert build_subscription_url("a/b".replace("/", "+")) == "wss://ws.zoom.us/ws?subscriptionId=a%2Bb"
    assert build_subscription_url(" wss://ws.zoom.us/ws?subscriptionId=x ") == "wss://ws.zoom.us/ws?subscriptionId=x"
    for wrong in (
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
            build_subscription_url(wrong)
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
def test_frames_of_any_shape_are_read(text: str, frame: Frame) -> None:
    assert parse_frame(text) == frame
