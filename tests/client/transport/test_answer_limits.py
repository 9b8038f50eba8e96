"""Test that every exchange is limited as a whole: in time, in bytes after it is unpacked, and in depth.

No sandbox: it sends neither bombs nor a byte at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import random
import re
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoom_component import Component, SessionOptions
from zoom_component.client.connections.token_endpoint import OAuthClient, TokenEndpoint, request_account_token
from zoom_component.client.network.answer_reader import join_body
from zoom_component.client.network.settings import NetworkSettings
from zoom_component.client.request.bodies import BodyRefused, DamagedBody, unpack_body
from zoom_component.errors import ComponentError, TimedOut, Unavailable, Unexpected
from zoom_component.events.inbox.protocols import Job, to_incoming_event
from zoom_component.events.listeners.forward import ForwardHandler
from zoom_component.events.listeners.listener import Retry, make_delivery
from zoom_component.events.webhook import parse_event
from zoom_sandbox.events.http_post import post_bytes

component = Component.load()
MODES = ["sync", "async", "async httpx"]
LIMIT = 1_000_000
INPUTS = {
    "getUser": {"userId": "me"},
    "createMeeting": {"userId": "me", "topic": "Daily"},
    "deleteUser": {"userId": "ada@example.com", "action": "delete"},
}
Respond = Callable[[socket.socket, threading.Event], None]


@contextlib.contextmanager
def serve(respond: Respond) -> Iterator[str]:
    """Yield the base URL of a server that treats each connection with `respond` once a request has come."""
    stop = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def treat(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            read_request(connection)
            respond(connection, stop)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=treat, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/v2"
    stop.set()
    listener.close()


def read_request(connection: socket.socket) -> None:
    request = b""
    while True:
        head, end, body = request.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if end and len(body) >= int(length[1] if length else 0):
            return
        request += connection.recv(65_536)


def drip_head(connection: socket.socket, stop: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nx-slow: ")
    while not stop.wait(0.02):
        connection.sendall(b"a")


def drip_status(connection: socket.socket, stop: threading.Event) -> None:
    for byte in b"HTTP/1.1 200 OK\r\n" * 100:
        connection.sendall(bytes([byte]))
        if stop.wait(0.02):
            return


def drip_interim_answers(connection: socket.socket, stop: threading.Event) -> None:
    while not stop.wait(0.02):
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


def drip_chunks(connection: socket.socket, stop: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    while not stop.wait(0.02):
        connection.sendall(b"1\r\n \r\n")


def drip_packed(connection: socket.socket, stop: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 100000\r\n\r\n")
    for byte in gzip.compress(bytes(range(256)) * 20):
        connection.sendall(bytes([byte]))
        if stop.wait(0.02):
            return


DRIPS = [drip_head, drip_status, drip_interim_answers, drip_chunks, drip_packed]


def respond_with(body: bytes, *headers: str, status: str = "200 OK") -> Respond:
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, f"content-length: {len(body)}", "", ""]).encode()
    return lambda connection, stop: connection.sendall(head + body)


def call(url: str, mode: str, key: str = "getUser", timeout: float = 20.0) -> ComponentError | Any:
    """Return the data or the error of a call in one of the modes."""
    options = SessionOptions(timeout=timeout, retries=2, first_wait=0.0, max_wait=0.0, max_answer_bytes=LIMIT)
    inputs = INPUTS[key]
    args: dict[str, Any] = {"token": "t", "base_url": url, "options": options}

    async def run() -> Any:
        transport = httpx.AsyncHTTPTransport() if mode == "async httpx" else None
        async with component.aconnect(transport=transport, **args) as session:
            return (await session.run(key, inputs)).data

    try:
        if mode.startswith("async"):
            return asyncio.run(run())
        with component.connect(**args) as session:
            return session.run(key, inputs).data
    except ComponentError as error:
        return error


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("drip", DRIPS)
def test_an_answer_that_drips_ends_with_the_timeout(drip: Respond, mode: str) -> None:
    with serve(drip) as url:
        error = call(url, mode, "createMeeting", timeout=0.2)
    assert isinstance(error, TimedOut)
    assert error.may_be_done


@pytest.mark.parametrize("drip", DRIPS)
def test_a_token_server_that_drips_ends_with_the_timeout(drip: Respond) -> None:
    with serve(drip) as url:
        client = OAuthClient("id", "secret", url.replace("/v2", "/oauth/token"))
        with pytest.raises(TimedOut):
            TokenEndpoint(timeout=0.2, attempts=1).fetch_token(request_account_token(client, "account", 0.0))


@pytest.mark.parametrize("drip", DRIPS)
def test_a_forward_target_that_drips_ends_with_the_timeout(drip: Respond) -> None:
    event = parse_event(b'{"event": "meeting.started", "payload": {"object": {"id": "1"}}}')
    delivery = make_delivery(Job(1, "forward", 1, 0.0, to_incoming_event(event, 0.0, "webhook")))
    start = time.monotonic()
    with serve(drip_error(drip)) as url, pytest.raises(Retry, match=r"within 0\.3 seconds"):
        ForwardHandler(url, "a-signing-secret").handle(delivery, 0.3)
    assert time.monotonic() - start < 15


def drip_error(drip: Respond) -> Respond:
    """Return the same answers with a status whose body is read."""

    class Connection:
        def __init__(self, connection: socket.socket) -> None:
            self.sendall = lambda data: connection.sendall(data.replace(b"200 OK", b"500 No"))

    return lambda connection, stop: drip(Connection(connection), stop)  # type: ignore[arg-type]


@pytest.mark.parametrize("drip", DRIPS)
def test_a_webhook_of_the_sandbox_that_drips_ends_with_the_timeout(drip: Respond) -> None:
    with serve(drip) as url:
        response = post_bytes(url, {}, b"{}", 0.3)
    assert (response.status, response.problem) == (None, "no answer arrived within 0.3 seconds")


def pack_twice(body: bytes) -> bytes:
    return gzip.compress(gzip.compress(body))


BOMB = b'{"id": "' + b"a" * 30_000_000 + b'"}'
BOMBS = {
    "plain": (BOMB[: 2 * LIMIT], "x-packed: no"),
    "gzip": (gzip.compress(BOMB, 1), "content-encoding: gzip"),
    "x-gzip": (gzip.compress(BOMB, 1), "content-encoding: X-GZIP"),
    "deflate": (zlib.compress(BOMB, 1), "content-encoding: deflate"),
    "gzip twice": (pack_twice(BOMB[:20_000_000]), "content-encoding: gzip, gzip"),
    "brotli": (b"\x8b\x02\x80", "content-encoding: br"),
}
BOMB = b""


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", BOMBS)
def test_an_answer_beyond_the_limits_ends_in_an_error_with_flat_memory(name: str, mode: str) -> None:
    body, header = BOMBS[name]
    with serve(respond_with(b'{"id": "1"}')) as url:
        call(url, mode)  # imports what a call needs, which would count
    with serve(respond_with(body, header)) as url:
        tracemalloc.start()
        error = call(url, mode)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert isinstance(error, Unexpected), error
    assert error.message.startswith("the answer was not read to its end: expected ")
    assert error.attempts.requests == 1, "it is not sent again"
    assert peak < 8 * LIMIT


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "body",
    [b"these bytes are not packed", gzip.compress(b'{"id": "1"}')[:-9], gzip.compress(b'{"id": "1"}') + b"more"],
    ids=["not packed", "a part", "more than a whole"],
)
def test_an_answer_that_cannot_be_unpacked_is_sent_again_for_a_read(body: bytes, mode: str) -> None:
    with serve(respond_with(body, "content-encoding: gzip")) as url:
        error = call(url, mode)
    assert isinstance(error, Unavailable)
    assert "packed with gzip, got " in error.message
    assert error.attempts.requests == 3


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("body", "header"),
    [
        (b'{"id": "1"}', "x: y"),
        (gzip.compress(b'{"id": "1"}'), "content-encoding: gzip"),
        (zlib.compress(b'{"id": "1"}'), "content-encoding: deflate"),
        (zlib.compress(b'{"id": "1"}')[2:-4], "content-encoding: deflate"),
        (b'{"id": "1"}', "content-encoding: identity"),
        (b'{"id": "1", "dept": "' + b"a" * (LIMIT - 60) + b'"}', "x: y"),
    ],
    ids=["plain", "gzip", "deflate", "raw deflate", "identity", "almost too large"],
)
def test_an_answer_within_the_limits_is_read(body: bytes, header: str, mode: str) -> None:
    with serve(respond_with(body, header)) as url:
        data: Any = call(url, mode)
    assert data["id"] == "1"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"a":' * 100_000, b'{"id": ' + b"9" * 10_000 + b"}", b'{"id": 1e999}', b'{"id": NaN}'],
    ids=["lists", "objects", "digits", "exponent", "nan"],
)
@pytest.mark.parametrize("status", ["200 OK", "400 Bad Request"])
def test_json_that_is_too_deep_or_has_too_many_digits_ends_in_an_error(body: bytes, status: str, mode: str) -> None:
    with serve(respond_with(body, "content-type: application/json", status=status)) as url:
        error = call(url, mode)
    assert isinstance(error, ComponentError)
    assert len(error.message) < 1000


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("encoding", ["gzip", "deflate", "identity"])
def test_an_empty_answer_may_name_an_encoding(encoding: str, mode: str) -> None:
    answer = f"HTTP/1.1 204 No Content\r\ncontent-encoding: {encoding}\r\n\r\n".encode()
    with serve(lambda connection, stop: connection.sendall(answer)) as url:
        assert call(url, mode, "deleteUser") == {}


@pytest.mark.parametrize("mode", MODES)
def test_a_change_whose_answer_is_too_large_may_have_been_made(mode: str) -> None:
    with serve(respond_with(b" " * 2 * LIMIT)) as url:
        error = call(url, mode, "createMeeting")
    assert isinstance(error, Unexpected)
    assert error.may_be_done


def test_a_token_answer_that_is_too_large_is_not_read_to_its_end() -> None:
    with serve(respond_with(*BOMBS["gzip"])) as url:
        client = OAuthClient("id", "secret", url.replace("/v2", "/oauth/token"))
        with pytest.raises(Unavailable, match="was not read to its end"):
            TokenEndpoint(attempts=1, network=NetworkSettings()).fetch_token(
                request_account_token(client, "account", 0.0)
            )


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=3000), st.sampled_from(["gzip", "deflate"]), st.integers(1, 700), st.integers(1, 4000))
def test_a_packed_body_is_unpacked_up_to_the_limit(body: bytes, encoding: str, step: int, limit: int) -> None:
    packed = gzip.compress(body) if encoding == "gzip" else zlib.compress(body)
    chunks = [packed[at : at + step] for at in range(0, len(packed), step)]
    if len(body) <= limit:
        assert join_body(unpack_body(chunks, encoding), limit) == body
    else:
        with pytest.raises(BodyRefused, match=f"at most {limit:,} bytes"):
            join_body(unpack_body(chunks, encoding), limit)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_nothing_is_stored_of_what_follows_a_packed_body(encoding: str) -> None:
    packed = gzip.compress(b"{}") if encoding == "gzip" else zlib.compress(b"{}")
    requested: list[int] = []

    def send() -> Iterator[bytes]:
        yield packed
        for number in range(1000):
            requested.append(number)
            yield b"x" * 65_536

    with pytest.raises(DamagedBody, match="got more bytes"):
        join_body(unpack_body(send(), encoding), LIMIT)
    assert requested == [0]


def test_a_large_chunk_is_not_copied_for_every_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unpack one piece in 32 parts: 2 MB that hardly shrink."""
    body = random.Random(1).randbytes(2_000_000)
    read: list[int] = []
    create = zlib.decompressobj

    class Decoder:
        def __init__(self, bits: int) -> None:
            self._decoder = create(bits)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._decoder, name)

        def decompress(self, chunk: bytes, limit: int) -> bytes:
            read.append(len(chunk))
            return self._decoder.decompress(chunk, limit)

    monkeypatch.setattr("zoom_component.client.request.bodies.zlib.decompressobj", Decoder)
    assert join_body(unpack_body([gzip.compress(body)], "gzip"), len(body)) == body
    assert sum(read) < 2 * len(body)


@given(st.text(max_size=40))
def test_any_encoding_is_known_or_refused(text: str) -> None:
    outcome = "refused"
    with contextlib.suppress(BodyRefused):
        outcome = str(list(unpack_body([], text)))
    assert (outcome == "[]") is (text.strip().lower() in ("", "identity"))
