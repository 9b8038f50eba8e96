"""Test the guarded server over real sockets: connections are counted, and slow readers lose theirs."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import pytest

from zoom_component.asgi import protocol
from zoom_component.asgi.protocol import ConnectionCounts, name_client
from zoom_component.asgi.server import create_server, open_socket

REQUEST = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Respond with as many bytes as the path says."""
    if scope["type"] == "lifespan":
        for _ in range(2):
            await send({"type": f"{(await receive())['type']}.complete"})
        return
    length = int(scope["path"].strip("/") or 0)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % length)]})
    await send({"type": "http.response.body", "body": b"x" * length})


@contextmanager
def run_server(**options: Any) -> Iterator[int]:
    ready, listening_socket = Event(), open_socket("127.0.0.1", 0)
    server = create_server(app, on_ready=ready.set, **options)
    thread = Thread(target=server.run, args=([listening_socket],), daemon=True)
    thread.start()
    assert ready.wait(10)
    yield listening_socket.getsockname()[1]
    server.should_exit = True
    thread.join()
    listening_socket.close()


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def read_status(connection: socket.socket) -> bytes:
    connection.sendall(REQUEST)
    return connection.recv(65_536).split(b" ")[1]


def wait_until_closed(connection: socket.socket) -> bytes:
    received = b""
    try:
        while part := connection.recv(65_536):
            received += part
    except ConnectionError:
        pass
    return received


def test_one_client_has_half_of_the_connections_and_the_others_go_on() -> None:
    with run_server(connections=8) as port:
        connections = [connect(port) for _ in range(4)]
        assert [read_status(each) for each in connections] == [b"200"] * 4
        with connect(port) as one_more:
            assert read_status(one_more) == b"503"
        assert [read_status(each) for each in connections] == [b"200"] * 4
        connections.pop().close()
        served = b"503"
        while served == b"503":  # until the server has seen the end of the other one
            with connect(port) as again:
                served = read_status(again)
        assert served == b"200"
        for each in connections:
            each.close()


def test_a_refused_connection_says_why_in_json() -> None:
    with run_server(connections=1) as port, connect(port) as first, connect(port) as second:
        assert read_status(first) == b"200"
        second.sendall(REQUEST)
        head, _, body = wait_until_closed(second).partition(b"\r\n\r\n")
        assert b"content-type: application/json" in head
        assert b"too many connections" in body


def test_a_flood_is_closed_without_a_response() -> None:
    with run_server(connections=2) as port:
        connections = [connect(port) for _ in range(12)]
        assert [wait_until_closed(each) for each in connections[5:]] == [b""] * 7
        for each in connections:
            each.close()


def test_a_refused_connection_without_a_request_is_closed_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "_REFUSED_HEAD_TIMEOUT", 0.1)
    with run_server(connections=1) as port, connect(port), connect(port) as second:
        assert wait_until_closed(second) == b""


@pytest.mark.parametrize("line", [b"\x16\x03\x01\0\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET /\r\nhost\r\n\r\n"])
def test_what_is_not_http_is_answered_in_json(line: bytes) -> None:
    with run_server() as port, connect(port) as connection:
        connection.sendall(line)
        received = wait_until_closed(connection)
        assert received.startswith(b"HTTP/1.1 400 Bad Request")
        assert b'{"error": {"kind": "request_error", "message": "expected an HTTP/1.1 request' in received


@pytest.mark.parametrize("path", [b"/30000000", b"/200000"])
def test_a_reader_who_takes_nothing_loses_the_connection(monkeypatch: pytest.MonkeyPatch, path: bytes) -> None:
    monkeypatch.setattr(protocol, "_READ_TIMEOUT", 0.2)
    with run_server() as port, socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", port))
        connection.settimeout(20)
        # Many responses, so that the buffers of the system are full.
        connection.sendall(REQUEST.replace(b"GET /", b"GET " + path) * (1 if path == b"/30000000" else 100))
        received, is_closed = 0, Event()

        def read_late() -> None:
            nonlocal received
            is_closed.wait(1.5)
            received = len(wait_until_closed(connection))

        read_late()
        assert received < (30_000_000 if path == b"/30000000" else 20_000_000)


def test_a_slow_but_steady_reader_gets_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "_READ_TIMEOUT", 0.2)
    with run_server() as port, connect(port) as connection:
        connection.sendall(REQUEST.replace(b"GET /", b"GET /20000000").replace(b"host:", b"connection: close\r\nhost:"))
        wait, received = Event(), 0
        while part := connection.recv(1_000_000):
            received += len(part)
            wait.wait(0.01)
        assert received > 20_000_000


def test_the_rest_of_a_refused_body_is_read_but_not_without_end() -> None:
    head = b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99999999\r\n\r\n"
    with run_server() as port, connect(port) as connection:
        connection.sendall(head)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
        sent = 0
        try:
            while sent < 50_000_000:
                sent += connection.send(b" " * 100_000)
        except ConnectionError:
            pass
        assert 100_000 < sent < 50_000_000


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (("192.0.2.1", 1), "192.0.2.1"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:0db8:0001:0002"),
        (("2001:db8:1:2:ffff::1", 1), "2001:0db8:0001:0002"),
        (("::ffff:192.0.2.1", 1), "192.0.2.1"),
        (("fe80::1%eth0", 1), "fe80:0000:0000:0000"),
        (None, ""),
    ],
)
def test_an_ipv6_client_is_a_network(address: tuple[str, int] | None, name: str) -> None:
    assert name_client(address) == name


def test_clients_without_connections_are_forgotten() -> None:
    counts = ConnectionCounts(3, 2)
    add: Callable[[str], bool] = counts.add
    assert [add("a"), add("a"), add("a"), add("b")] == [True, True, False, False]
    counts.remove("a")
    counts.remove("a")
    assert add("b") is True
    for name in ("a", "b", "b"):
        counts.remove(name)
    assert not counts._counts
