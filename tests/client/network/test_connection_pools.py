"""Test both pools of connections: when a connection is used again, and what happens when all are in use.

No sandbox: these tests are about connections that servers close, hold or spoil.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from zoom_component.client.network import connection_pool
from zoom_component.client.network.async_connection_pool import AsyncConnectionPool
from zoom_component.client.network.connection_pool import ConnectionPool
from zoom_component.client.network.deadline_sockets import Deadline
from zoom_component.client.network.request_writer import EncodedRequest, Origin
from zoom_component.client.network.send_errors import PoolTimeout, ReadTimeout, RemoteProtocolError, SendError

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
GET = EncodedRequest("GET", "/v2/x", {}, b"")
LIMIT = 1000


class Server:
    """Answer each request of each connection with `answer`, or as `treat` does. `connections` counts them."""

    def __init__(self, answer: bytes = OK, treat: Callable[[socket.socket, int], None] | None = None) -> None:
        self.connections = self.requests = 0
        self.peers: list[socket.socket] = []
        self._answer, self._treat = answer, treat
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.origin = Origin.from_url(f"http://127.0.0.1:{self._listener.getsockname()[1]}/v2")
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self._listener.accept()
                self.connections += 1
                self.peers.append(peer)
                threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        with contextlib.suppress(OSError):
            received = b""
            while chunk := peer.recv(65_536):
                received += chunk
                while b"\r\n\r\n" in received:
                    received = received.partition(b"\r\n\r\n")[2]
                    self.requests += 1
                    if self._treat is not None:
                        self._treat(peer, self.requests)
                    else:
                        peer.sendall(self._answer)

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for peer in self.peers:
            peer.close()


def send_each(server: Server, steps: list[Callable[[], None]], connections: int = 5) -> list[Any]:
    """Return the statuses or errors of requests of a pool, with a step after each."""
    pool = ConnectionPool(server.origin, None, connections)
    outcomes: list[Any] = []
    for step in steps:
        try:
            outcomes.append(pool.send(GET, Deadline.start(2), LIMIT).status)
        except SendError as error:
            outcomes.append(type(error))
        step()
    pool.close()
    return outcomes


def send_each_async(
    server: Server, steps: list[Callable[[], None]], connections: int = 5, run: Callable[[Any], list[Any]] = asyncio.run
) -> list[Any]:
    async def main() -> list[Any]:
        pool = AsyncConnectionPool(server.origin, None, connections)
        outcomes: list[Any] = []
        for step in steps:
            try:
                outcomes.append((await pool.send(GET, 2, LIMIT)).status)
            except SendError as error:
                outcomes.append(type(error))
            step()
            await asyncio.sleep(0.02)  # in which the loop reads what has come
        await pool.aclose()
        return outcomes

    return run(main())


def send_each_on_uvloop(server: Server, steps: list[Callable[[], None]]) -> list[Any]:
    uvloop = pytest.importorskip("uvloop", reason="uvloop is not for Windows")
    return send_each_async(server, steps, run=uvloop.run)


BOTH = pytest.mark.parametrize("send", [send_each, send_each_async, send_each_on_uvloop])


def do_nothing() -> None: ...


@BOTH
def test_one_connection_carries_many_requests(send: Any) -> None:
    with Server() as server:
        assert send(server, [do_nothing] * 5) == [200] * 5
        assert (server.connections, server.requests) == (1, 5)


@BOTH
@pytest.mark.parametrize(
    "answer",
    [
        OK.replace(b"200 OK\r\n", b"200 OK\r\nconnection: close\r\n"),
        OK.replace(b"HTTP/1.1", b"HTTP/1.0"),
        OK + b"surplus",
        OK + OK,
    ],
    ids=["close", "HTTP/1.0", "surplus", "another answer"],
)
def test_a_connection_that_may_carry_no_other_request_is_not_used_again(send: Any, answer: bytes) -> None:
    with Server(answer) as server:
        assert send(server, [do_nothing] * 3) == [200] * 3
        assert (server.connections, server.requests) == (3, 3)


@BOTH
def test_a_connection_that_the_server_closed_is_not_used_again(send: Any) -> None:
    with Server() as server:

        def close() -> None:
            server.peers[-1].shutdown(socket.SHUT_RDWR)
            time.sleep(0.05)

        assert send(server, [close] * 3) == [200] * 3
        assert server.connections == 3


@BOTH
def test_what_comes_unasked_is_nobodys_answer(send: Any) -> None:
    with Server() as server:

        def inject() -> None:
            server.peers[-1].sendall(OK.replace(b"200", b"201"))
            time.sleep(0.05)

        assert send(server, [inject] * 3) == [200] * 3
        assert server.connections == 3


@BOTH
def test_an_old_connection_is_not_used_again(send: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_pool, "KEEPALIVE_SECONDS", -1.0)
    monkeypatch.setattr("zoom_component.client.network.async_connection_pool.KEEPALIVE_SECONDS", -1.0)
    with Server() as server:
        assert send(server, [do_nothing] * 3) == [200] * 3
        assert server.connections == 3


@BOTH
def test_a_request_is_not_sent_again_by_itself(send: Any) -> None:
    """Leave it to the retry policy: a create may have been made."""
    with Server(treat=lambda peer, number: peer.close()) as server:
        assert send(server, [do_nothing]) == [RemoteProtocolError]
        assert server.requests == 1


def hold(server_may_answer: threading.Event) -> Callable[[socket.socket, int], None]:
    def treat(peer: socket.socket, number: int) -> None:
        server_may_answer.wait(5)
        peer.sendall(OK)

    return treat


def test_threads_share_connections_and_wait_for_a_free_one() -> None:
    with Server() as server:
        pool = ConnectionPool(server.origin, None, 3)
        with ThreadPoolExecutor(10) as threads:
            replies = list(threads.map(lambda _: pool.send(GET, Deadline.start(10), LIMIT).status, range(200)))
        pool.close()
        assert replies == [200] * 200
        assert 1 <= server.connections <= 3


def test_a_thread_that_waits_too_long_gets_an_error_and_its_place_is_free() -> None:
    release = threading.Event()
    with Server(treat=hold(release)) as server, ThreadPoolExecutor(1) as threads:
        pool = ConnectionPool(server.origin, None, 1)
        first = threads.submit(pool.send, GET, Deadline.start(10), LIMIT)
        while not server.requests:
            time.sleep(0.01)
        with pytest.raises(PoolTimeout):
            pool.send(GET, Deadline.start(0.05), LIMIT)
        release.set()
        assert first.result().status == 200
        assert pool.send(GET, Deadline.start(10), LIMIT).status == 200
        pool.close()
        assert server.connections == 1


@pytest.mark.parametrize("count", [1, 3])
def test_tasks_share_connections_and_wait_in_their_order(count: int) -> None:
    async def main(server: Server) -> list[int]:
        pool = AsyncConnectionPool(server.origin, None, count)
        finished: list[int] = []

        async def run(number: int) -> None:
            assert (await pool.send(GET, 10, LIMIT)).status == 200
            finished.append(number)

        await asyncio.gather(*(run(number) for number in range(60)))
        await pool.aclose()
        return finished

    with Server() as server:
        finished = asyncio.run(main(server))
        assert sorted(finished) == list(range(60))
        assert count > 1 or finished == list(range(60))
        assert 1 <= server.connections <= count


def test_a_task_that_waits_too_long_or_is_cancelled_leaves_its_place_to_others() -> None:
    release = threading.Event()

    async def main(server: Server) -> None:
        pool = AsyncConnectionPool(server.origin, None, 1)
        first = asyncio.create_task(pool.send(GET, 10, LIMIT))
        while not server.requests:
            await asyncio.sleep(0.01)
        with pytest.raises(PoolTimeout):
            await pool.send(GET, 0.05, LIMIT)
        waiting = [asyncio.create_task(pool.send(GET, 10, LIMIT)) for _ in range(3)]
        await asyncio.sleep(0.01)
        waiting[0].cancel()
        first.cancel()  # while its answer is awaited: its connection is closed, another is made for the next
        await asyncio.sleep(0.01)
        release.set()
        replies = await asyncio.gather(*waiting[1:])
        assert [reply.status for reply in replies] == [200, 200]
        for task in (waiting[0], first):
            with pytest.raises(asyncio.CancelledError):
                await task
        assert (await pool.send(GET, 10, LIMIT)).status == 200
        await pool.aclose()

    with Server(treat=hold(release)) as server:
        asyncio.run(main(server))
        assert server.connections == 2


@BOTH
def test_an_answer_that_does_not_come_in_time_ends_its_connection(send: Any) -> None:
    def treat(peer: socket.socket, number: int) -> None:
        if number > 1:
            peer.sendall(OK)

    with Server(treat=treat) as server:
        start = time.monotonic()
        assert send(server, [do_nothing] * 2) == [ReadTimeout, 200]
        assert time.monotonic() - start < 10
        assert server.connections == 2


@BOTH
def test_an_early_refusal_of_a_large_body_is_read(send: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "GET", EncodedRequest("POST", "/v2/x", {}, b"a" * 30_000_000))
    refusal = b"HTTP/1.1 413 Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"

    def treat(peer: socket.socket, number: int) -> None:
        peer.sendall(refusal)
        peer.shutdown(socket.SHUT_WR)
        while peer.recv(1_000_000):  # so that no reset overtakes the answer
            pass

    with Server(treat=treat) as server:
        assert send(server, [do_nothing]) == [413]


def test_a_closed_pool_closes_its_connections_and_works_once_more() -> None:
    with Server() as server:
        pool = ConnectionPool(server.origin, None, 2)
        assert pool.send(GET, Deadline.start(2), LIMIT).status == 200
        pool.close()
        assert server.peers[0].recv(10) == b""
        assert pool.send(GET, Deadline.start(2), LIMIT).status == 200
        assert server.connections == 2


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    end = time.monotonic() + 10
    while time.monotonic() < end and any(each.name.startswith("Thread-") for each in threading.enumerate()):
        time.sleep(0.01)
