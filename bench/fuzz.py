"""Send 100,000 odd, forged and broken requests to the receiver.

The run fails on a 5xx answer, a stored forgery or a refused genuine delivery.

.venv/bin/python bench/fuzz.py [REQUESTS] [SEED]
"""

from __future__ import annotations

import asyncio
import collections
import logging
import os
import random
import socket
import sys
import tempfile
import time
from pathlib import Path

from receiving import SECRET, run_receiver

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support import deliveries, malformed_deliveries
from tests.support.asgi import send_request

from zoom_component.events.inbox.protocols import EventQuery
from zoom_component.events.inbox.sqlite import SqliteInbox
from zoom_component.events.receiver import Receiver, ReceiverLimits

BULK, RAW, CONCURRENCY = 100_000, 2_000, 100


def main() -> None:
    """Print the results; exit with 1 when any request was handled incorrectly."""
    logging.disable()
    count = int(sys.argv[1]) if len(sys.argv) > 1 else BULK
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as folder:
        failures = _send_bulk(count, seed, Path(folder)) + _send_raw(RAW, seed, Path(folder))
    sys.exit(f"{failures} requests were handled incorrectly" if failures else 0)


def _send_bulk(count: int, seed: int, folder: Path) -> int:
    store = SqliteInbox(folder / "bulk.db")
    limits = ReceiverLimits(max_body_bytes=malformed_deliveries.LARGEST, max_headers=malformed_deliveries.MOST_HEADERS)
    now = float(deliveries.NOW)
    app = Receiver(
        store, [deliveries.SECRET], path="/", limits=limits, window=malformed_deliveries.WINDOW, clock=lambda: now
    )
    start, statuses, failures = time.perf_counter(), collections.Counter[int](), []
    genuine: set[bytes] = set()

    async def send_one(sent: malformed_deliveries.MalformedRequest) -> None:
        response = await send_request(
            app, sent.headers, sent.pieces, method=sent.method, path=sent.path, whole=bool(sent.statuses)
        )
        statuses[response.status] += 1
        if response.status not in (sent.statuses or (0,)):
            failures.append((sent, response.status))
        if response.status == 200 and sent.what != "validation":
            genuine.add(b"".join(sent.pieces))

    async def run() -> None:
        group = []
        for sent in malformed_deliveries.generate_requests(seed, count):
            group.append(send_one(sent))
            if len(group) == CONCURRENCY:
                await asyncio.gather(*group)
                group.clear()
        await asyncio.gather(*group)

    asyncio.run(run())
    app.close()
    stored = {each.event.body for each in store.find_events(EventQuery(limit=count))}
    store.close()
    summary = ", ".join(f"{status or 'left'}: {number:,}" for status, number in sorted(statuses.items()))
    seconds = time.perf_counter() - start
    print(f"{count:,} requests in {seconds:.0f} s, by status {summary}; {len(stored):,} events stored", flush=True)
    for sent, status in failures[:5]:
        print(f"  {status} for {sent}")
    return len(failures) + len(stored - genuine)


def _send_raw(count: int, seed: int, folder: Path) -> int:
    """Send malformed HTTP over a socket, with genuine deliveries in between."""
    rng, statuses, failures = random.Random(seed), collections.Counter[str](), 0
    signed: set[bytes] = set()
    with run_receiver(folder / "raw.db") as server:
        for number in range(count):
            body = b'{"event":"meeting.started","event_ts":%d,"payload":{}}' % number
            signed.add(body)
            request = _build_request(body, str(int(time.time())))
            broken = rng.random() < 0.8
            answer = _send_bytes(
                server.port, _break_request(rng, request) if broken else request, 0.05 if broken else 5.0
            )
            lines = [line.split()[1].decode() for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
            statuses.update(lines or ["none"])
            if any(line.startswith("5") for line in lines) or (not broken and lines != ["200"]):
                failures += 1
                print(f"  {lines} for {request!r}")
        is_alive = server.process.poll() is None
    stderr = server.errors()
    stored = SqliteInbox(folder / "raw.db")
    events = [each.event.body for each in stored.find_events(EventQuery(limit=count))]
    stored.close()
    summary = ", ".join(f"{status}: {number:,}" for status, number in sorted(statuses.items()))
    print(f"{count:,} pieces of broken HTTP, by status {summary}; {len(events):,} events stored", flush=True)
    if not is_alive or "Traceback" in stderr or "Unexpected error" in stderr:
        print(f"  the server: {stderr[-2000:]}")
        failures += 1
    return failures + len(set(events) - signed) + len(events) - len(set(events))


def _build_request(body: bytes, timestamp: str) -> bytes:
    head = [b"POST / HTTP/1.1", b"host: localhost", b"content-length: %d" % len(body), b"connection: close"]
    head += [name + b": " + value for name, value in malformed_deliveries.sign_headers(body, timestamp, SECRET)]
    return b"\r\n".join([*head, b"", body])


def _break_request(rng: random.Random, request: bytes) -> bytes:
    head, _, body = request.partition(b"\r\n\r\n")
    first, _, rest = head.partition(b"\r\n")
    line = rng.choice(
        [
            b"POST /",
            b"",
            b"POST / HTTP/9.9",
            b"POST\0/ HTTP/1.1",
            b"GET http://x:99999/ HTTP/1.1",
            b"POST /%zz HTTP/1.1",
            b"PRI * HTTP/2.0",
            b"\x16\x03\x01\x02\0\x01\0",
            first + b" x",
        ]
    )
    header = rng.choice(
        [
            b"transfer-encoding: chunked",
            b"content-length: -1",
            b"content-length: 5, 6",
            b"x" * 70_000,
            b"transfer-encoding: gzip",
            b" folded",
            b"a\0b: c",
            b"expect: 100-continue",
            b"upgrade: websocket\r\nconnection: upgrade",
            b"content-length: 99999999999999999999",
        ]
    )
    choices = (
        line + b"\r\n" + rest + b"\r\n\r\n" + body,
        first + b"\r\n" + header + b"\r\n" + rest + b"\r\n\r\n" + body,
        first + b"\r\n" + rest + b"\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n" + body,
        request[: rng.randrange(len(request))],
        os.urandom(rng.randint(1, 300)),
        bytearray(request).replace(b"\r\n", rng.choice([b"\n", b"\r", b"\r\n\r\n"])),
        request.replace(b"connection: close", b"x: y") * 3,
    )
    changed = bytearray(rng.choice(choices))
    for _ in range(rng.choice([0, 0, 1, 4])):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _send_bytes(port: int, request: bytes, timeout: float) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        answer = b""
        try:
            connection.sendall(request)
            while True:
                try:
                    chunk = connection.recv(65_536)
                except TimeoutError:  # the server waits for more bytes
                    connection.shutdown(socket.SHUT_WR)
                    connection.settimeout(5)
                    chunk = connection.recv(65_536)
                if not chunk:
                    return answer
                answer += chunk
        except OSError:
            return answer


if __name__ == "__main__":
    main()
