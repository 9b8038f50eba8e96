"""Test the server over real sockets, with slow and vanishing senders, and the status pages."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
import time
from collections.abc import Iterator
from threading import Event, Thread
from typing import cast

import pytest
from tests.events.receiver.conftest import FaultyInbox
from tests.support.asgi import send_request
from tests.support.deliveries import SECRET, build_event_body, build_signed_headers

from zoom_component.asgi import protocol
from zoom_component.asgi.server import create_server, open_socket
from zoom_component.events.inbox.protocols import EventLog, EventQuery, StoredEvent, Subscription
from zoom_component.events.receiver import Receiver, ReceiverLimits
from zoom_component.events.receiver.follower import Follower
from zoom_component.events.receiver.status_pages import StatusPages


@pytest.fixture
def port(store: FaultyInbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(protocol, "_HEAD_TIMEOUT", 0.2)
    receiver = Receiver(store, [SECRET], limits=ReceiverLimits(max_body_bytes=200_000, response_timeout=0.5))
    ready, listening_socket = Event(), open_socket("127.0.0.1", 0)
    server = create_server(receiver, connections=8, on_ready=ready.set)
    thread = Thread(target=server.run, args=([listening_socket],), daemon=True)
    thread.start()
    assert ready.wait(10)
    yield listening_socket.getsockname()[1]
    server.should_exit = True
    thread.join()
    listening_socket.close()


def build_request(body: bytes) -> bytes:
    head = [f"{name}: {value}" for name, value in build_signed_headers(body, int(time.time())).items()]
    lines = ["POST / HTTP/1.1", "host: localhost", f"content-length: {len(body)}", *head, "", ""]
    return "\r\n".join(lines).encode() + body


def read_all(connection: socket.socket) -> bytes:
    """Return all bytes until the server closes the connection."""
    received = b""
    try:
        while part := connection.recv(65_536):
            received += part
    except ConnectionError:
        pass
    return received


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def test_a_large_body_and_two_pipelined_requests(port: int, store: FaultyInbox) -> None:
    large, small = build_event_body(topic="x" * 150_000), build_event_body()
    with connect(port) as connection:
        connection.sendall(build_request(large) + build_request(small).replace(b"host:", b"connection: close\r\nhost:"))
        assert read_all(connection).count(b"HTTP/1.1 200 OK") == 2
    assert len(store.find_events(EventQuery())) == 2


@pytest.mark.parametrize("sent", [b"", b"POST / HT", b"POST / HTTP/1.1\r\nx: y\r\n"])
def test_an_incomplete_head_closes_the_connection(sent: bytes, port: int) -> None:
    with connect(port) as connection:
        connection.sendall(sent)
        began = time.monotonic()
        assert read_all(connection) == b""
        assert time.monotonic() - began < 5


def test_an_incomplete_second_head_closes_the_connection(port: int) -> None:
    with connect(port) as connection:
        connection.sendall(build_request(build_event_body()))
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
        connection.sendall(b"POST / HTTP/1.1\r\nx")
        assert b"HTTP" not in read_all(connection)


def test_an_endless_head_closes_the_connection(port: int) -> None:
    with connect(port) as connection:
        with contextlib.suppress(OSError):
            for _ in range(40):
                connection.sendall(b"POST / HTTP/1.1\r\n" + b"x: " + b"y" * 65_536)
        received = read_all(connection)
        assert received == b"" or received.startswith(b"HTTP/1.1 4")
        assert read_all(connection) == b""


def test_a_slow_body_is_answered_with_408(port: int) -> None:
    with connect(port) as connection:
        whole = build_request(build_event_body())
        connection.sendall(whole[:-3])
        assert read_all(connection).startswith(b"HTTP/1.1 408")


def test_a_vanished_sender_is_not_logged(port: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for _ in range(3):
        with connect(port) as connection:
            connection.sendall(build_request(build_event_body())[:-3])
    with connect(port) as connection:
        connection.sendall(build_request(build_event_body()))
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
    assert caplog.records == []


def test_connections_beyond_the_limit_are_answered_with_503(port: int) -> None:
    connections = [connect(port) for _ in range(9)]
    with connect(port) as connection:
        connection.sendall(build_request(build_event_body()))
        assert connection.recv(65_536).startswith(b"HTTP/1.1 503")
    for each in connections:
        each.close()


def test_the_pages_report_health_and_metrics(store: FaultyInbox, caplog: pytest.LogCaptureFixture) -> None:
    store.subscribe([Subscription("one")])
    receiver = Receiver(store, [SECRET])
    pages, body = StatusPages(receiver, store), build_event_body()
    headers = [(name.encode(), value.encode()) for name, value in build_signed_headers(body, int(time.time())).items()]

    async def run() -> None:
        assert (await send_request(pages, headers, [body])).status == 200
        while receiver.writer.pending:  # counted down after the answer
            await asyncio.sleep(0.01)
        health = await send_request(pages, path="/health", method="GET")
        assert health.json() == {"status": "ok", "backlog": 1, "waiting": 0, "dead": 0}
        text = (await send_request(pages, path="/metrics", method="GET")).body.decode()
        for line in ("stored_total 1", "answer_seconds_count 1", 'requests_total{status="200"} 1', "waiting 0"):
            assert f"zoom_receiver_{line}\n" in text
        assert "zoom_inbox_unfinished 1\n" in text
        assert (await send_request(pages, path="/health", method="HEAD")).body == b""
        assert (await send_request(pages, headers, [body], path="/health")).status == 200

    asyncio.run(run())
    receiver.close()


def test_the_health_page_shows_a_failing_inbox_and_its_recovery(
    store: FaultyInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zoom_component.events.receiver.status_pages._CACHE_SECONDS", 0.0)
    receiver = Receiver(store, [SECRET])
    pages, set_timestamp = StatusPages(receiver, store), store.set_timestamp

    def broken(name: str, listening_socket: float) -> None:
        raise OSError("the disk is full")

    async def health() -> int:
        return (await send_request(pages, path="/health", method="GET")).status

    receiver.writer.error = "the disk is full"
    monkeypatch.setattr(store, "set_timestamp", broken)
    assert asyncio.run(health()) == 503
    monkeypatch.setattr(store, "set_timestamp", set_timestamp)
    assert asyncio.run(health()) == 200
    assert json.loads(json.dumps(store.get_timestamps())).keys() == {"health"}


def test_a_follower_reads_later_events(store: FaultyInbox) -> None:
    from tests.events.inbox.conftest import make_event

    store.add_events([make_event(1)])
    follower = Follower(store)
    assert list(follower.read_new()) == []
    store.add_events([make_event(number) for number in range(2, 1203)])
    assert [each.event.event_ts for each in follower.read_new()] == list(range(2, 1203))
    assert list(follower.read_new()) == []
    assert len(list(Follower(store, after_id=0).read_new())) == 1202


@pytest.mark.parametrize("is_paged", [False, True])
def test_a_follower_returns_an_event_that_appears_after_one_with_a_higher_id(is_paged: bool) -> None:
    """On a shared server, a transaction may commit after a later one."""
    from tests.events.inbox.conftest import make_event

    visible: dict[int, StoredEvent] = {}

    class Log:
        def find_events(self, query: EventQuery) -> list[StoredEvent]:
            ids = [id for id in sorted(visible, reverse=True) if not query.ids or id in query.ids]
            return [visible[id] for id in ids if query.before_id is None or id < query.before_id][: query.limit]

    def read() -> list[int]:
        return [each.id for each in (follower.read_next_page() if is_paged else follower.read_new())]

    def store(id: int) -> None:
        visible[id] = StoredEvent(id, make_event(id))

    now = 0.0
    follower = Follower(cast(EventLog, Log()), after_id=0, clock=lambda: now)
    store(1)
    store(4)
    assert read() == [1, 4]
    store(3)
    assert read() == [3]
    assert read() == []
    store(5)
    assert read() == [5]
    now = 60.0
    store(2)  # an id that is filled so late was taken over by somebody else
    assert read() == []
