"""A server over real sockets: slow, broken and vanishing senders, and the pages beside the receiver."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import time
from collections.abc import Iterator
from threading import Event, Thread

import pytest
from tests.events.receiver.conftest import Moody
from tests.support.asgi import send_request
from tests.support.deliveries import SECRET, build_event_body, build_signed_headers

from zoom_component.events.inbox.protocols import EventQuery, Subscription
from zoom_component.events.receiver import Receiver, ReceiverLimits, protocol
from zoom_component.events.receiver.follower import Follower
from zoom_component.events.receiver.server import create_server, open_socket
from zoom_component.events.receiver.status_pages import StatusPages


@pytest.fixture
def port(store: Moody, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(protocol, "_HEAD_WITHIN", 0.2)
    receiver = Receiver(store, [SECRET], limits=ReceiverLimits(max_body_bytes=200_000, response_timeout=0.5))
    ready, at = Event(), open_socket("127.0.0.1", 0)
    running = create_server(receiver, connections=8, on_ready=ready.set)
    thread = Thread(target=running.run, args=([at],), daemon=True)
    thread.start()
    assert ready.wait(10)
    yield at.getsockname()[1]
    running.should_exit = True
    thread.join()
    at.close()


def request(body: bytes) -> bytes:
    head = [f"{name}: {value}" for name, value in build_signed_headers(body, int(time.time())).items()]
    lines = ["POST / HTTP/1.1", "host: localhost", f"content-length: {len(body)}", *head, "", ""]
    return "\r\n".join(lines).encode() + body


def said(wire: socket.socket) -> bytes:
    """Everything until the server closes."""
    found = b""
    try:
        while part := wire.recv(65_536):
            found += part
    except ConnectionError:
        pass
    return found


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def test_a_large_body_in_one_go_and_two_requests_at_once(port: int, store: Moody) -> None:
    large, small = build_event_body(topic="x" * 150_000), build_event_body()
    with connected(port) as wire:
        wire.sendall(request(large) + request(small).replace(b"host:", b"connection: close\r\nhost:"))
        assert said(wire).count(b"HTTP/1.1 200 OK") == 2
    assert len(store.find_events(EventQuery())) == 2


@pytest.mark.parametrize("sent", [b"", b"POST / HT", b"POST / HTTP/1.1\r\nx: y\r\n"])
def test_a_head_that_does_not_come_is_given_up(sent: bytes, port: int) -> None:
    with connected(port) as wire:
        wire.sendall(sent)
        began = time.monotonic()
        assert said(wire) == b""
        assert time.monotonic() - began < 5


def test_a_second_head_that_does_not_come_is_given_up(port: int) -> None:
    with connected(port) as wire:
        wire.sendall(request(build_event_body()))
        assert wire.recv(65_536).startswith(b"HTTP/1.1 200")
        wire.sendall(b"POST / HTTP/1.1\r\nx")
        assert b"HTTP" not in said(wire)


def test_a_head_without_end_is_given_up(port: int) -> None:
    with connected(port) as wire:
        try:
            for _ in range(40):
                wire.sendall(b"POST / HTTP/1.1\r\n" + b"x: " + b"y" * 65_536)
        except OSError:
            return
        assert not said(wire).startswith(b"HTTP/1.1 2")


def test_a_body_that_trickles_is_408(port: int) -> None:
    with connected(port) as wire:
        whole = request(build_event_body())
        wire.sendall(whole[:-3])
        assert said(wire).startswith(b"HTTP/1.1 408")


def test_a_sender_that_vanishes_is_no_failure(port: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for _ in range(3):
        with connected(port) as wire:
            wire.sendall(request(build_event_body())[:-3])
    with connected(port) as wire:
        wire.sendall(request(build_event_body()))
        assert wire.recv(65_536).startswith(b"HTTP/1.1 200")
    assert caplog.records == []


def test_connections_beyond_the_limit_are_503(port: int) -> None:
    held = [connected(port) for _ in range(9)]
    with connected(port) as wire:
        wire.sendall(request(build_event_body()))
        assert wire.recv(65_536).startswith(b"HTTP/1.1 503")
    for each in held:
        each.close()


def test_the_pages_tell_how_it_goes(store: Moody, caplog: pytest.LogCaptureFixture) -> None:
    store.subscribe([Subscription("one")])
    receiver = Receiver(store, [SECRET])
    pages, body = StatusPages(receiver, store), build_event_body()
    headers = [(name.encode(), value.encode()) for name, value in build_signed_headers(body, int(time.time())).items()]

    async def run() -> None:
        assert (await send_request(pages, headers, [body])).status == 200
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


def test_an_inbox_that_fails_shows_and_its_recovery_too(store: Moody, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoom_component.events.receiver.status_pages._KEPT", 0.0)
    receiver = Receiver(store, [SECRET])
    pages, mark = StatusPages(receiver, store), store.set_timestamp

    def broken(name: str, at: float) -> None:
        raise OSError("the disk is full")

    async def health() -> int:
        return (await send_request(pages, path="/health", method="GET")).status

    receiver.writer.error = "the disk is full"
    monkeypatch.setattr(store, "set_timestamp", broken)
    assert asyncio.run(health()) == 503
    monkeypatch.setattr(store, "set_timestamp", mark)
    assert asyncio.run(health()) == 200
    assert json.loads(json.dumps(store.get_timestamps())).keys() == {"health"}


def test_a_follower_sees_what_came_after_it(store: Moody) -> None:
    from tests.events.inbox.conftest import arrived

    store.add_events([arrived(1)])
    follower = Follower(store)
    assert list(follower.read_new()) == []
    store.add_events([arrived(number) for number in range(2, 1203)])
    assert [each.event.event_ts for each in follower.read_new()] == list(range(2, 1203))
    assert list(follower.read_new()) == []
    assert len(list(Follower(store, after_id=0).read_new())) == 1202
