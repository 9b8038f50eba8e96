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

from receiving import SECRET, listening

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support import deliveries, malformed_deliveries
from tests.support.asgi import send_request

from zoom_component.events.inbox.protocols import EventQuery
from zoom_component.events.inbox.sqlite import SqliteInbox
from zoom_component.events.receiver import Receiver, ReceiverLimits

BULK, RAW, AT_ONCE = 100_000, 2_000, 100


def main() -> None:
    """Print the results; exit with 1 when any request was handled incorrectly."""
    logging.disable()
    count = int(sys.argv[1]) if len(sys.argv) > 1 else BULK
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as folder:
        wrong = _bulk(count, seed, Path(folder)) + _raw(RAW, seed, Path(folder))
    sys.exit(f"{wrong} were wrong" if wrong else 0)


def _bulk(count: int, seed: int, folder: Path) -> int:
    store = SqliteInbox(folder / "bulk.db")
    limits = ReceiverLimits(max_body_bytes=malformed_deliveries.LARGEST, max_headers=malformed_deliveries.MOST_HEADERS)
    now = float(deliveries.NOW)
    app = Receiver(
        store, [deliveries.SECRET], path="/", limits=limits, window=malformed_deliveries.WINDOW, clock=lambda: now
    )
    began, statuses, wrong = time.perf_counter(), collections.Counter[int](), []
    genuine: set[bytes] = set()

    async def one(sent: malformed_deliveries.MalformedRequest) -> None:
        got = await send_request(
            app, sent.headers, sent.pieces, method=sent.method, path=sent.path, whole=bool(sent.statuses)
        )
        statuses[got.status] += 1
        if got.status not in (sent.statuses or (0,)):
            wrong.append((sent, got.status))
        if got.status == 200 and sent.what != "validation":
            genuine.add(b"".join(sent.pieces))

    async def run() -> None:
        group = []
        for sent in malformed_deliveries.generate_requests(seed, count):
            group.append(one(sent))
            if len(group) == AT_ONCE:
                await asyncio.gather(*group)
                group.clear()
        await asyncio.gather(*group)

    asyncio.run(run())
    app.close()
    kept = {each.event.body for each in store.find_events(EventQuery(limit=count))}
    store.close()
    told = ", ".join(f"{status or 'left'}: {number:,}" for status, number in sorted(statuses.items()))
    took = time.perf_counter() - began
    print(f"{count:,} requests in {took:.0f} s, by status {told}; {len(kept):,} events kept", flush=True)
    for sent, status in wrong[:5]:
        print(f"  {status} for {sent}")
    return len(wrong) + len(kept - genuine)


def _raw(count: int, seed: int, folder: Path) -> int:
    """Send malformed HTTP over a socket, with genuine deliveries in between."""
    rolled, statuses, wrong = random.Random(seed), collections.Counter[str](), 0
    signed: set[bytes] = set()
    with listening(folder / "raw.db") as server:
        for number in range(count):
            body = b'{"event":"meeting.started","event_ts":%d,"payload":{}}' % number
            signed.add(body)
            request = _request(body, str(int(time.time())))
            broken = rolled.random() < 0.8
            said = _said(server.port, _break(rolled, request) if broken else request, 0.05 if broken else 5.0)
            lines = [line.split()[1].decode() for line in said.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
            statuses.update(lines or ["none"])
            if any(line.startswith("5") for line in lines) or (not broken and lines != ["200"]):
                wrong += 1
                print(f"  {lines} for {request!r}")
        alive = server.process.poll() is None
    said_too = server.errors()
    kept = SqliteInbox(folder / "raw.db")
    events = [each.event.body for each in kept.find_events(EventQuery(limit=count))]
    kept.close()
    told = ", ".join(f"{status}: {number:,}" for status, number in sorted(statuses.items()))
    print(f"{count:,} pieces of broken HTTP, by status {told}; {len(events):,} events kept", flush=True)
    if not alive or "Traceback" in said_too or "unforeseen" in said_too:
        print(f"  the server: {said_too[-2000:]}")
        wrong += 1
    return wrong + len(set(events) - signed) + len(events) - len(set(events))


def _request(body: bytes, stamp: str) -> bytes:
    head = [b"POST / HTTP/1.1", b"host: localhost", b"content-length: %d" % len(body), b"connection: close"]
    head += [name + b": " + value for name, value in malformed_deliveries.sign_headers(body, stamp, SECRET)]
    return b"\r\n".join([*head, b"", body])


def _break(rolled: random.Random, request: bytes) -> bytes:
    head, _, body = request.partition(b"\r\n\r\n")
    first, _, rest = head.partition(b"\r\n")
    odd_line = rolled.choice(
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
    odd_head = rolled.choice(
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
        odd_line + b"\r\n" + rest + b"\r\n\r\n" + body,
        first + b"\r\n" + odd_head + b"\r\n" + rest + b"\r\n\r\n" + body,
        first + b"\r\n" + rest + b"\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n" + body,
        request[: rolled.randrange(len(request))],
        os.urandom(rolled.randint(1, 300)),
        bytearray(request).replace(b"\r\n", rolled.choice([b"\n", b"\r", b"\r\n\r\n"])),
        request.replace(b"connection: close", b"x: y") * 3,
    )
    changed = bytearray(rolled.choice(choices))
    for _ in range(rolled.choice([0, 0, 1, 4])):
        changed[rolled.randrange(len(changed))] = rolled.randrange(256)
    return bytes(changed)


def _said(port: int, request: bytes, patience: float) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as wire:
        said = b""
        try:
            wire.sendall(request)
            while True:
                try:
                    part = wire.recv(65_536)
                except TimeoutError:  # it waits for more: there is none
                    wire.shutdown(socket.SHUT_WR)
                    wire.settimeout(5)
                    part = wire.recv(65_536)
                if not part:
                    return said
                said += part
        except OSError:
            return said


if __name__ == "__main__":
    main()
