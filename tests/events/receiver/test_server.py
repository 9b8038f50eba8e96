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
from tests.support.asgi import asked
from tests.support.deliveries import SECRET, body_of, signed

from zoom_component.events.inbox.store import Interest, Question
from zoom_component.events.receiver import Limits, Receiver, protocol
from zoom_component.events.receiver.follow import Follower
from zoom_component.events.receiver.pages import Pages
from zoom_component.events.receiver.serve import listening, server


@pytest.fixture
def port(store: Moody, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(protocol, "_HEAD_WITHIN", 0.2)
    receiver = Receiver(store, [SECRET], limits=Limits(body=200_000, answer_within=0.5))
    ready, at = Event(), listening("127.0.0.1", 0)
    running = server(receiver, connections=8, ready=ready.set)
    thread = Thread(target=running.run, args=([at],), daemon=True)
    thread.start()
    assert ready.wait(10)
    yield at.getsockname()[1]
    running.should_exit = True
    thread.join()
    at.close()


def request(body: bytes) -> bytes:
    head = [f"{name}: {value}" for name, value in signed(body, int(time.time())).items()]
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
    large, small = body_of(topic="x" * 150_000), body_of()
    with connected(port) as wire:
        wire.sendall(request(large) + request(small).replace(b"host:", b"connection: close\r\nhost:"))
        assert said(wire).count(b"HTTP/1.1 200 OK") == 2
    assert len(store.find(Question())) == 2


@pytest.mark.parametrize("sent", [b"", b"POST / HT", b"POST / HTTP/1.1\r\nx: y\r\n"])
def test_a_head_that_does_not_come_is_given_up(sent: bytes, port: int) -> None:
    with connected(port) as wire:
        wire.sendall(sent)
        began = time.monotonic()
        assert said(wire) == b""
        assert time.monotonic() - began < 5


def test_a_second_head_that_does_not_come_is_given_up(port: int) -> None:
    with connected(port) as wire:
        wire.sendall(request(body_of()))
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
        whole = request(body_of())
        wire.sendall(whole[:-3])
        assert said(wire).startswith(b"HTTP/1.1 408")


def test_a_sender_that_vanishes_is_no_failure(port: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for _ in range(3):
        with connected(port) as wire:
            wire.sendall(request(body_of())[:-3])
    with connected(port) as wire:
        wire.sendall(request(body_of()))
        assert wire.recv(65_536).startswith(b"HTTP/1.1 200")
    assert caplog.records == []


def test_connections_beyond_the_limit_are_503(port: int) -> None:
    held = [connected(port) for _ in range(9)]
    with connected(port) as wire:
        wire.sendall(request(body_of()))
        assert wire.recv(65_536).startswith(b"HTTP/1.1 503")
    for each in held:
        each.close()


def test_the_pages_tell_how_it_goes(store: Moody, caplog: pytest.LogCaptureFixture) -> None:
    store.register([Interest("one")])
    receiver = Receiver(store, [SECRET])
    pages, body = Pages(receiver, store), body_of()
    headers = [(name.encode(), value.encode()) for name, value in signed(body, int(time.time())).items()]

    async def run() -> None:
        assert (await asked(pages, headers, [body])).status == 200
        health = await asked(pages, path="/health", method="GET")
        assert health.json() == {"status": "ok", "backlog": 1, "waiting": 0, "dead": 0}
        text = (await asked(pages, path="/metrics", method="GET")).body.decode()
        for line in ("stored_total 1", "answer_seconds_count 1", 'requests_total{status="200"} 1', "waiting 0"):
            assert f"zoom_receiver_{line}\n" in text
        assert "zoom_inbox_unfinished 1\n" in text
        assert (await asked(pages, path="/health", method="HEAD")).body == b""
        assert (await asked(pages, headers, [body], path="/health")).status == 200

    asyncio.run(run())
    receiver.close()


def test_an_inbox_that_fails_shows_and_its_recovery_too(store: Moody, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoom_component.events.receiver.pages._KEPT", 0.0)
    receiver = Receiver(store, [SECRET])
    pages, mark = Pages(receiver, store), store.mark

    def broken(name: str, at: float) -> None:
        raise OSError("the disk is full")

    async def health() -> int:
        return (await asked(pages, path="/health", method="GET")).status

    receiver.writer.fault = "the disk is full"
    monkeypatch.setattr(store, "mark", broken)
    assert asyncio.run(health()) == 503
    monkeypatch.setattr(store, "mark", mark)
    assert asyncio.run(health()) == 200
    assert json.loads(json.dumps(store.marks())).keys() == {"health"}


def test_a_follower_sees_what_came_after_it(store: Moody) -> None:
    from tests.events.inbox.conftest import arrived

    store.put([arrived(1)])
    follower = Follower(store)
    assert list(follower.news()) == []
    store.put([arrived(number) for number in range(2, 1203)])
    assert [each.arrival.event_ts for each in follower.news()] == list(range(2, 1203))
    assert list(follower.news()) == []
    assert len(list(Follower(store, after=0).news())) == 1202
