"""Test that a timeout limits the whole answer, also one that arrives byte by byte and never ends.

No sandbox: it answers at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from zoom_component import Component, SessionOptions
from zoom_component.errors import TimedOut

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 400\r\n\r\n"
OPTIONS = SessionOptions(timeout=0.2, retries=0)


@pytest.fixture
def slow_server() -> Iterator[str]:
    """Return the base URL of a server that sends a byte every 20 ms."""
    stop = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=send_slowly, args=(connection,), daemon=True).start()

    def send_slowly(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.recv(65_536)
            connection.sendall(HEAD)
            while not stop.wait(0.02):
                connection.sendall(b" ")

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/v2"
    stop.set()
    listener.close()


def test_a_slow_answer_times_out(slow_server: str) -> None:
    start = time.monotonic()
    with (
        Component.load().connect(token="a-token", base_url=slow_server, options=OPTIONS) as session,
        pytest.raises(TimedOut),
    ):
        session.run("getUser", {"userId": "me"})
    assert time.monotonic() - start < 3


@pytest.mark.parametrize("pool", [None, httpx.AsyncHTTPTransport])
def test_a_slow_answer_times_out_on_an_event_loop(
    slow_server: str, pool: type[httpx.AsyncHTTPTransport] | None
) -> None:
    async def call() -> None:
        transport = pool() if pool else None
        session = Component.load().aconnect(token="a-token", base_url=slow_server, options=OPTIONS, transport=transport)
        async with session:
            with pytest.raises(TimedOut):
                await session.run("getUser", {"userId": "me"})

    start = time.monotonic()
    asyncio.run(call())
    assert time.monotonic() - start < 3
