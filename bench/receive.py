"""Measure the throughput of the receiver and the latency of its answers.

The throughput is compared with that of the same server answering without work. Both servers run in their own
processes and are called alternately over the same number of connections. Meanwhile a listener that sleeps for ten
seconds has a job for each event, in another process.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common import line, middle
from receiving import Line, delivery, listening, spread

from zoom_component.events.inbox.protocols import Subscription
from zoom_component.events.inbox.sqlite import SqliteInbox

ROUNDS, EVENTS, LINES = 5, 4000, 64
RATE, SECONDS = 500, 10
_IDLE = """
import sys
from zoom_component.events.receiver.http_request import Bodies
from zoom_component.events.receiver import Limits
from zoom_component.events.receiver.server import listening, serve

BODIES = Bodies(Limits())
HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"2")]

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    await BODIES.read(receive)
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": b"{}"})

at = listening("127.0.0.1", 0)
serve(app, at, ready=lambda: print(at.getsockname()[1], flush=True))
"""
_SLOW = """
import sys, time
from zoom_component.events.inbox.sqlite import SqliteStore

store = SqliteStore(sys.argv[1])
while True:
    works = store.claim(["slow"], 10, 60, time.time())
    time.sleep(10)
    store.done(works, time.time())
"""


def main() -> None:
    """Print the throughput ratio and the 99th percentile of the latency."""
    with tempfile.TemporaryDirectory() as folder:
        inbox = Path(folder) / "inbox.db"
        store = SqliteInbox(inbox)
        store.subscribe([Subscription("slow")])
        with listening(inbox) as server, _process(_SLOW, str(inbox)), _process(_IDLE) as idle:
            assert idle.stdout is not None
            idle_port = int(idle.stdout.readline())
            _rates(server.port, idle_port)
            _latency("no work", idle_port)
            _latency("verified and stored", server.port)
        events = store.count(0.0).events
        store.close()
    expected = (ROUNDS + 1) * EVENTS + RATE * SECONDS
    print(f"events in the inbox: {events:,} of {expected:,} answered 200", flush=True)


def _rates(ours: int, idle: int) -> None:
    numbers = iter(range(10**9))
    rates: list[tuple[float, float]] = []
    for _ in range(ROUNDS + 1):
        rates.append((_rate(idle, numbers, EVENTS), _rate(ours, numbers, EVENTS)))
    bare, full = middle([a for a, _ in rates[1:]]), middle([b for _, b in rates[1:]])
    ratio = middle([b / a for a, b in rates[1:]])
    line("verified and stored, against no work", ratio, "0.25 or more", f"{bare:,.0f} a second idle, {full:,.0f} ours")


def _rate(port: int, numbers: Iterator[int], count: int) -> float:
    requests = [delivery(next(numbers)) for _ in range(count)]
    began = time.perf_counter()
    statuses = asyncio.run(spread(port, LINES, lambda: requests.pop() if requests else None))
    taken = time.perf_counter() - began
    assert statuses == [200] * count, set(statuses)
    return count / taken


def _latency(what: str, port: int) -> None:
    """Return latencies measured from the time each event was due, so that a blocked sender counts."""
    taken, shed = asyncio.run(_paced(port))
    at = taken[int(len(taken) * 0.99)] * 1000
    note = f"median {middle(taken) * 1000:.1f}, longest {taken[-1] * 1000:.0f}, {shed} not taken"
    line(f"ms, 99 of 100, {RATE} a second, {what}", at, "50 or less", note)


async def _paced(port: int) -> tuple[list[float], int]:
    found, shed = list[float](), 0
    free = deque(Line(port) for _ in range(LINES))

    async def one(number: int, due: float) -> None:
        nonlocal shed
        wire = free.popleft() if free else Line(port)
        status = await wire.ask(delivery(number))
        found.append(time.perf_counter() - due)
        shed += status != 200
        free.append(wire)

    began, tasks = time.perf_counter() + 0.1, []
    for number in range(RATE * SECONDS):
        due = began + number / RATE
        await asyncio.sleep(max(due - time.perf_counter(), 0))
        tasks.append(asyncio.create_task(one(10**9 + number, due)))
    await asyncio.gather(*tasks)
    for wire in free:
        wire.close()
    return sorted(found), shed


@contextmanager
def _process(code: str, *words: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, "-c", code, *words], stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate()


if __name__ == "__main__":
    main()
