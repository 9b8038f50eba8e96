"""Test report K1: a frame with `success: false` ends the WebSocket connection, whatever its module and its time.

Zoom sends {"module":"heartbeat","success":false,"content":"Invalid Token"} or the same with another module when it no
longer accepts the token, and no event after it: https://github.com/Jericho/ZoomNet/issues/322 and /issues/429.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from tests.support.asgi import send_request

from zoom_component import Component
from zoom_component.client.connections.connection import Connection
from zoom_component.errors import TryLater
from zoom_component.events import SqliteInbox
from zoom_component.events.inbox.protocols import EventQuery
from zoom_component.events.receiver import Receiver
from zoom_component.events.receiver.frames import parse_frame
from zoom_component.events.receiver.status_pages import StatusPages
from zoom_component.events.receiver.websocket import WebSocketSource
from zoom_sandbox import Sandbox
from zoom_sandbox.websocket_events import WebSocketConnections

FAILURES = [
    '{"module":"heartbeat","success":false,"content":"Invalid Token"}',
    '{"module":"message","success":false,"content":"Invalid Token"}',
    '{"module":"build_connection","success":false,"content":"Token is invalid"}',
    '{"module":"something_new","success":false}',
    '{"module":"message","success":false,"content":{"code":124}}',
    '{"success":false,"content":"Invalid Token"}',
    '{"module":null,"success":"false"}',
]


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
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    store = SqliteInbox(tmp_path / "inbox.db")
    receiver = Receiver(store, ["a-secret"])
    yield receiver
    receiver.close()
    store.close()


def open_source(zoom: Sandbox, connection: Connection, receiver: Receiver, retry_delay: float) -> WebSocketSource:
    source = WebSocketSource(
        zoom.websocket_url, connection, receiver.writer, heartbeat_interval=0.1, retry_delay=retry_delay
    )
    receiver.sources.append(source)
    source.start()
    assert source.connected.wait(10)
    return source


def wait_until(condition: Callable[[], object]) -> None:
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("the condition did not become true")


def send_frame(zoom: Sandbox, text: str) -> None:
    connections = zoom.engine.account.store(WebSocketConnections)
    for loop, queue in list(connections._connections.values()):
        loop.call_soon_threadsafe(queue.put_nowait, {"type": "websocket.send", "text": text})


@pytest.mark.parametrize("frame", FAILURES)
def test_a_failure_ends_the_connection_and_renews_the_token(
    frame: str, zoom: Sandbox, connection: Connection, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    source = open_source(zoom, connection, receiver, 0.02)
    first = connection.authorize()
    send_frame(zoom, frame)
    wait_until(lambda: source.disconnects == 1 and source.connected.is_set())
    assert connection.authorize() != first
    zoom.emit("meeting.started")
    wait_until(lambda: source.received == 1)
    assert "The WebSocket is down: Zoom reported a failure" in caplog.text
    assert first.split()[1] not in caplog.text


def test_a_failure_is_looked_at_later_too(zoom: Sandbox, connection: Connection, receiver: Receiver) -> None:
    source = open_source(zoom, connection, receiver, 0.02)
    zoom.emit("meeting.started")
    wait_until(lambda: source.received == 1)
    for count in (1, 2):
        send_frame(zoom, FAILURES[0])
        wait_until(lambda count=count: source.disconnects == count and source.connected.is_set())  # type: ignore[misc]
    zoom.emit("meeting.ended")
    wait_until(lambda: source.received == 2)


def test_the_status_says_that_it_is_down(zoom: Sandbox, connection: Connection, receiver: Receiver) -> None:
    source = open_source(zoom, connection, receiver, 60.0)
    pages = StatusPages(receiver, receiver.writer._inbox)

    async def read_pages() -> tuple[int, dict[str, object], str]:
        health = await send_request(pages, path="/health", method="GET")
        metrics = await send_request(pages, path="/metrics", method="GET")
        return health.status, health.json(), metrics.body.decode()

    status, health, metrics = asyncio.run(read_pages())
    assert (status, health["status"], health["websocket"]) == (200, "ok", "up")
    assert "zoom_websocket_up 1\n" in metrics
    send_frame(zoom, FAILURES[1])
    wait_until(lambda: source.disconnects)
    status, health, metrics = asyncio.run(read_pages())
    assert (status, health["status"], health["websocket"]) == (503, "failing", "down")
    assert "zoom_websocket_up 0\n" in metrics
    assert "zoom_websocket_lost 1\n" in metrics


class ReluctantConnection:
    """Fail the first renewals of a connection, as a token address that is down for a moment."""

    def __init__(self, inner: Connection, failures: int) -> None:
        self._inner, self.failures = inner, failures
        self.authorized: list[str] = []

    def authorize(self) -> str:
        self.authorized.append(self._inner.authorize())
        return self.authorized[-1]

    def renew(self, rejected_header: str) -> str:
        self.failures -= 1
        if self.failures >= 0:
            raise TryLater("the token address is down")
        return self._inner.renew(rejected_header)


def test_a_refused_token_is_not_used_again_while_no_other_is_available(
    zoom: Sandbox, connection: Connection, receiver: Receiver
) -> None:
    reluctant = ReluctantConnection(connection, failures=2)
    source = open_source(zoom, cast(Connection, reluctant), receiver, 0.02)
    send_frame(zoom, FAILURES[0])
    wait_until(lambda: reluctant.failures < 0 and source.connected.is_set())
    assert len(reluctant.authorized) == 1
    assert source.disconnects == 1


def test_success_keeps_the_connection(
    zoom: Sandbox, connection: Connection, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    source = open_source(zoom, connection, receiver, 0.02)
    for frame in ('{"module":"message","success":true,"content":"{\\"a\\":\\"b\\"}"}', '{"module":"other"}', "[]"):
        send_frame(zoom, frame)
    zoom.emit("meeting.started")
    wait_until(lambda: source.received == 1)
    assert source.disconnects == 0
    # JSON without an event name is not an event; the receiver refuses it with 400 when it is posted.
    assert "has no event name" in caplog.text
    assert [each.event.name for each in receiver.writer._inbox.find_events(EventQuery())] == ["meeting.started"]


@pytest.mark.parametrize("frame", FAILURES)
def test_every_failure_is_recognized(frame: str) -> None:
    assert not parse_frame(frame).success
    assert parse_frame(json.dumps({**json.loads(frame), "success": True})).success
