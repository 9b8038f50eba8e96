"""Send prepared requests over persistent connections, in a process of its own, as cheaply as Python can.

Lines on stdin say what to send; a line of JSON on stdout says how it went:

    events PORT COUNT CONNECTIONS          signed deliveries of new events
    rate PORT COUNT PER_SECOND             the same at a fixed rate; latencies count from when each was due
    stamped PORT COUNT PER_SECOND          the same; the topic of each event has the time at which it was sent
    file PORT COUNT CONNECTIONS FILE       the requests of a file of hexadecimal lines, again and again
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import httptools
import uvloop
from bench.peers.figures import find_percentile
from bench.peers.servers.deliveries import build_delivery, build_event

CONNECTIONS_AT_RATE = 64
NUMBERS = itertools.count(int(time.time()) % 1_000_000 * 100_000)


class Connection(asyncio.Protocol):
    """Send one request at a time, and call back with the status of its answer."""

    def __init__(self, on_answer: Callable[[Connection, int], None]) -> None:
        self._on_answer = on_answer
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self.due = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self._on_answer(self, self._parser.get_status_code())

    def connection_lost(self, _error: Exception | None) -> None:
        self._transport = None

    def send(self, request: bytes) -> None:
        """Send a request. Raise RuntimeError when the server has closed the connection."""
        if self._transport is None:
            raise RuntimeError("the server closed a connection")
        self._parser = httptools.HttpResponseParser(self)
        self._transport.write(request)

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()


async def send_all(port: int, requests: list[bytes], connections: int) -> dict[str, Any]:
    """Send all requests as fast as they are answered, over some connections."""
    loop = asyncio.get_running_loop()
    waiting, statuses, ended = deque(requests), Counter[int](), loop.create_future()

    def go_on(connection: Connection, status: int) -> None:
        statuses[status] += 1
        if waiting:
            connection.send(waiting.popleft())
        elif statuses.total() == len(requests) and not ended.done():
            ended.set_result(None)

    opened = [await _connect(port, go_on) for _ in range(connections)]
    start = time.perf_counter()
    for connection in opened:
        if waiting:
            connection.send(waiting.popleft())
    await ended
    wall = time.perf_counter() - start
    for connection in opened:
        connection.close()
    return {"wall": wall, "statuses": statuses}


async def send_at_rate(port: int, requests: list[bytes], rate: float, stamped: bool = False) -> dict[str, Any]:
    """Send the requests at a rate, each when it is due, over whatever connection is free."""
    loop = asyncio.get_running_loop()
    statuses, ended, latencies = Counter[int](), loop.create_future(), list[float]()
    free: deque[Connection] = deque()

    def note_answer(connection: Connection, status: int) -> None:
        latencies.append(time.perf_counter() - connection.due)
        statuses[status] += 1
        free.append(connection)
        if len(latencies) == len(requests):
            ended.set_result(None)

    free.extend([await _connect(port, note_answer) for _ in range(CONNECTIONS_AT_RATE)])
    start = time.perf_counter() + 0.05
    for number, request in enumerate(requests):
        due = start + number / rate
        await asyncio.sleep(max(due - time.perf_counter(), 0))
        connection = free.popleft() if free else await _connect(port, note_answer)
        connection.due = due
        connection.send(_build_stamped() if stamped else request)
    await ended
    for connection in free:
        connection.close()
    percentiles = [find_percentile(latencies, share) for share in (0.5, 0.99, 1)]
    return {"wall": time.perf_counter() - start, "statuses": statuses, "latencies": percentiles}


async def _connect(port: int, on_answer: Callable[[Connection, int], None]) -> Connection:
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(lambda: Connection(on_answer), "127.0.0.1", port)
    return connection


def _build_deliveries(count: int) -> list[bytes]:
    return [build_delivery(build_event(next(NUMBERS))) for _ in range(count)]


def _build_stamped() -> bytes:
    return build_delivery(build_event(next(NUMBERS), note=f" @{time.time():.6f}"))


def _run_line(line: str) -> dict[str, Any]:
    kind, port, count, amount, *file = line.split()
    if kind == "rate":
        return uvloop.run(send_at_rate(int(port), _build_deliveries(int(count)), float(amount)))
    if kind == "stamped":
        return uvloop.run(send_at_rate(int(port), [b""] * int(count), float(amount), stamped=True))
    if kind == "events":
        return uvloop.run(send_all(int(port), _build_deliveries(int(count)), int(amount)))
    lines = Path(file[0]).read_text(encoding="ascii").split()
    requests: Iterator[bytes] = itertools.cycle([bytes.fromhex(each) for each in lines])
    return uvloop.run(send_all(int(port), list(itertools.islice(requests, int(count))), int(amount)))


if __name__ == "__main__":
    print("ready", flush=True)
    for instruction in sys.stdin:
        print(json.dumps(_run_line(instruction)), flush=True)
