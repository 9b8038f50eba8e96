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

from common import median, print_result
from receiving import PersistentConnection, build_delivery, run_receiver, send_requests

from zoom_component.events.inbox.protocols import Subscription
from zoom_component.events.inbox.sqlite import SqliteInbox

ROUNDS, EVENTS, CONNECTIONS = 5, 4000, 64
RATE, SECONDS = 500, 10
_IDLE = """
import sys
from zoom_component.events.receiver import ReceiverLimits
from zoom_component.asgi.request_bounds import BodyReader
from zoom_component.asgi.server import open_socket, serve

READER = BodyReader(ReceiverLimits())
HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"2")]

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    await READER.read(receive)
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": b"{}"})

server_socket = open_socket("127.0.0.1", 0)
serve(app, server_socket, on_ready=lambda: print(server_socket.getsockname()[1], flush=True))
"""
_SLOW = """
import sys, time
from zoom_component.events.inbox.sqlite import SqliteInbox

inbox = SqliteInbox(sys.argv[1])
while True:
    jobs = inbox.claim_jobs(["slow"], 10, 60, time.time())
    time.sleep(10)
    inbox.acknowledge(jobs, time.time())
"""


def main() -> None:
    """Print the throughput ratio and the 99th percentile of the latency."""
    with tempfile.TemporaryDirectory() as folder:
        inbox = Path(folder) / "inbox.db"
        store = SqliteInbox(inbox)
        store.subscribe([Subscription("slow")])
        with run_receiver(inbox) as server, _process(_SLOW, str(inbox)), _process(_IDLE) as idle:
            assert idle.stdout is not None
            idle_port = int(idle.stdout.readline())
            _compare_throughput(server.port, idle_port)
            _measure_latency("no work", idle_port)
            _measure_latency("verified and stored", server.port)
        events = store.count(0.0).events
        store.close()
    expected = (ROUNDS + 1) * EVENTS + RATE * SECONDS
    print(f"events in the inbox: {events:,} of {expected:,} answered 200", flush=True)


def _compare_throughput(receiver_port: int, idle: int) -> None:
    numbers = iter(range(10**9))
    rates: list[tuple[float, float]] = []
    for _ in range(ROUNDS + 1):
        rates.append((_measure_throughput(idle, numbers, EVENTS), _measure_throughput(receiver_port, numbers, EVENTS)))
    idle_rate, receiver_rate = median([a for a, _ in rates[1:]]), median([b for _, b in rates[1:]])
    ratio = median([b / a for a, b in rates[1:]])
    print_result(
        "verified and stored, against no work",
        ratio,
        "0.25 or more",
        f"{idle_rate:,.0f} a second idle, {receiver_rate:,.0f} ours",
    )


def _measure_throughput(port: int, numbers: Iterator[int], count: int) -> float:
    requests = [build_delivery(next(numbers)) for _ in range(count)]
    start = time.perf_counter()
    statuses = asyncio.run(send_requests(port, CONNECTIONS, lambda: requests.pop() if requests else None))
    seconds = time.perf_counter() - start
    assert statuses == [200] * count, set(statuses)
    return count / seconds


def _measure_latency(label: str, port: int) -> None:
    """Print latencies measured from the time each event was due, so that a blocked sender counts."""
    latencies, rejected = asyncio.run(_send_at_rate(port))
    milliseconds = latencies[int(len(latencies) * 0.99)] * 1000
    note = f"median {median(latencies) * 1000:.1f}, longest {latencies[-1] * 1000:.0f}, {rejected} rejected"
    print_result(f"ms, 99 of 100, {RATE} a second, {label}", milliseconds, "50 or less", note)


async def _send_at_rate(port: int) -> tuple[list[float], int]:
    latencies, rejected = list[float](), 0
    idle_connections = deque(PersistentConnection(port) for _ in range(CONNECTIONS))

    async def send_one(number: int, due: float) -> None:
        nonlocal rejected
        connection = idle_connections.popleft() if idle_connections else PersistentConnection(port)
        status = await connection.ask(build_delivery(number))
        latencies.append(time.perf_counter() - due)
        rejected += status != 200
        idle_connections.append(connection)

    start, tasks = time.perf_counter() + 0.1, []
    for number in range(RATE * SECONDS):
        due = start + number / RATE
        await asyncio.sleep(max(due - time.perf_counter(), 0))
        tasks.append(asyncio.create_task(send_one(10**9 + number, due)))
    await asyncio.gather(*tasks)
    for connection in idle_connections:
        connection.close()
    return sorted(latencies), rejected


@contextmanager
def _process(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate()


if __name__ == "__main__":
    main()
