"""Send hostile requests to an HTTP server, and count its responses: broken heads, deep JSON, slow senders, floods.

The same attacks run in tests with small counts, and with large ones in bench/fuzz.py.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from zoom_component.json_output import to_json

_CONCURRENCY = 40
_QUIET_SECONDS = 0.3  # without a response, after which the sender ends its half of the connection
_HANG_SECONDS = 15.0
_METHODS = (b"GET", b"HEAD", b"OPTIONS", b"PUT", b"PATCH", b"LINK", b"TRACE", b"CONNECT", b"BREW", b"", b"post")


@dataclass(frozen=True)
class Target:
    """Name a path that accepts JSON, the headers that it needs, and a genuine body."""

    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass
class AttackReport:
    """Count the responses by status, the connections that the server left open, and keep what must not happen."""

    statuses: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counts = ", ".join(f"{status}: {count:,}" for status, count in sorted(self.statuses.items()))
        return f"{sum(self.statuses.values()):,} requests, by status {counts}; {len(self.problems)} problems"


def generate_bodies(rng: random.Random, genuine: bytes) -> Iterator[bytes]:
    """Yield hostile bodies without end."""
    deep, digits = rng.choice((61, 1000, 100_000)), rng.choice((4301, 100_000))
    names = rng.choice((101, 8000, 60_000))
    text = genuine.decode()
    while True:
        yield b"[" * deep
        yield b'{"a":' * deep
        yield text.replace("{", '{"a":' + "[" * deep + "]" * deep + ",", 1).encode()
        yield text.replace("{", f'{{"duration":{"9" * digits},', 1).encode()
        yield text.replace(
            "{", f'{{"duration":{rng.choice(["NaN", "-Infinity", "1e999", "-0", "01", "1e5"])},', 1
        ).encode()
        yield to_json({f"name{number}": number for number in range(names)}).encode()
        yield to_json({"a" * 100_000: 1, "userId": "x" * 100_000}).encode()
        yield text.replace("{", '{"topic":"\\ud800",', 1).encode()
        yield text.replace("{", '{"topic":"\\u0000\\u202e",', 1).encode()
        yield text.replace("{", '{"userId":"a","userId":"b",', 1).encode()
        yield genuine + rng.choice((b"\0", b"{}", b"]", b"\xff", b" " * 70_000))
        yield b"\xef\xbb\xbf" + genuine
        yield genuine.decode().encode("utf-16")
        yield rng.choice((b"null", b"true", b"1", b'"x"', b"[]", b"[{}]", b"{}", b"", b" "))
        yield rng.randbytes(rng.randint(1, 400))
        changed = bytearray(genuine)
        changed[rng.randrange(len(changed))] = rng.randrange(256)
        yield bytes(changed)


def build_request(target: Target, body: bytes, *more: tuple[str, str], method: str = "POST") -> bytes:
    """Return a whole request."""
    pairs = [("host", "127.0.0.1"), ("content-length", str(len(body))), *target.headers, *more]
    head = [f"{method} {target.path} HTTP/1.1", *(f"{name}: {value}" for name, value in pairs), "", ""]
    return "\r\n".join(head).encode("latin-1") + body


def generate_requests(seed: int, count: int, targets: Sequence[Target]) -> Iterator[bytes]:
    """Yield hostile requests: half of them have a hostile body, the others a hostile head."""
    rng = random.Random(seed)
    bodies = {target: generate_bodies(rng, target.body) for target in targets}
    for number in range(count):
        target = rng.choice(targets)
        if number % 2:
            yield build_request(target, next(bodies[target]), ("connection", "close"))
        else:
            yield _break_head(rng, build_request(target, target.body, ("connection", "close")))


def _break_head(rng: random.Random, request: bytes) -> bytes:
    head, _, body = request.partition(b"\r\n\r\n")
    first, _, rest = head.partition(b"\r\n")
    path = first.split(b" ")[1]
    line, header = _choose_line(rng, first, path), _choose_header(rng)
    choices = (
        line + b"\r\n" + rest + b"\r\n\r\n" + body,
        first + b"\r\n" + header + b"\r\n" + rest + b"\r\n\r\n" + body,
        first + b"\r\n" + rest + b"\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n" + body,
        request[: rng.randrange(len(request))],
        rng.randbytes(rng.randint(1, 300)),
        request.replace(b"\r\n", rng.choice([b"\n", b"\r", b"\r\n\r\n"])),
        request.replace(b"connection: close", b"x: y") * 3,
        b"\n".join(part for part in request.split(b"\r\n") if b"content-type" not in part),
    )
    return rng.choice(choices)


def _choose_line(rng: random.Random, first: bytes, path: bytes) -> bytes:
    return rng.choice(
        [
            rng.choice(_METHODS) + b" " + path + b" HTTP/1.1",
            b"POST " + path + b"?" + b"&".join(b"n%d=1" % number for number in range(9000)) + b" HTTP/1.1",
            b"POST " + path + b"?pageSize=" + b"9" * 5000 + b"&resume=%00%ff&connection=%E2%80%AE HTTP/1.1",
            b"POST /" + b"a" * 60_000 + b" HTTP/1.1",
            b"POST " + path + b"/%2e%2e/%00%0d%0a HTTP/1.1",
            b"GET http://x:99999/ HTTP/1.1",
            b"POST //[::1 HTTP/1.1",
            b"POST " + path + b" HTTP/9.9",
            b"PRI * HTTP/2.0",
            b"\x16\x03\x01\x02\0\x01\0",
            first + b" x",
        ]
    )


def _choose_header(rng: random.Random) -> bytes:
    return rng.choice(
        [
            b"transfer-encoding: chunked",
            b"transfer-encoding: chunked\r\ntransfer-encoding: identity",
            b"content-length: -1",
            b"content-length: 5, 6",
            b"content-length: 99999999999999999999",
            b"content-type: text/plain",
            b"content-encoding: gzip",
            b"host: evil.example",
            b"origin: https://evil.example",
            b"x" * 70_000,
            b"\r\n".join(b"x%d: y" % number for number in range(200)),
            b"\r\n".join(b"a:" for _ in range(15_000)),
            b" folded",
            b"a\0b: c",
            b"expect: 100-continue",
            b"upgrade: websocket\r\nconnection: upgrade",
            b"mcp-session-id: \xff" + b"z" * 300,
            b"last-event-id: 9\r\nmcp-protocol-version: 1",
        ]
    )


async def send_hostile(port: int, requests: Iterator[bytes]) -> AttackReport:
    """Send requests, several at a time. A response of 5xx and a connection that stays open are problems."""
    report = AttackReport()

    async def send_until_done() -> None:
        for request in requests:
            received, has_ended = await _send(port, request)
            lines = [line.split(b" ")[1].decode() for line in received.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
            report.statuses.update(lines or ["none"])
            if not has_ended or any(line.startswith("5") for line in lines):
                ending = "" if has_ended else "not closed: "
                report.problems.append(
                    f"{ending}{lines} {received[-300:]!r} for {request[:200]!r} ... {request[-60:]!r}"
                )

    await asyncio.gather(*(send_until_done() for _ in range(_CONCURRENCY)))
    return report


async def _send(port: int, request: bytes) -> tuple[bytes, bool]:
    """Return all that the server sends, and whether it closes the connection."""
    received = b""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return b"", False
    try:
        writer.write(request)
        await writer.drain()
        while True:
            try:
                part = await asyncio.wait_for(reader.read(65_536), _QUIET_SECONDS)
            except TimeoutError:
                if writer.can_write_eof():
                    writer.write_eof()
                part = await asyncio.wait_for(reader.read(65_536), _HANG_SECONDS)
            if not part:
                return received, True
            received += part
    except TimeoutError:
        return received, False
    except OSError:
        return received, True
    finally:
        writer.close()


async def send_slowly(port: int, request: bytes, seconds: float, interval: float = 0.5) -> str:
    """Send one byte in each interval. Return the status that comes, "closed", or "hang" after so many seconds."""
    loop = asyncio.get_running_loop()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    reading = asyncio.ensure_future(reader.read())
    end = loop.time() + seconds
    try:
        for at in range(len(request)):
            if reading.done() or loop.time() > end:
                break
            writer.write(request[at : at + 1])
            await asyncio.wait({reading}, timeout=interval)
        await asyncio.wait({reading}, timeout=max(end - loop.time(), 0.1))
        if not reading.done():
            return "hang"
        received = reading.result()
        return received.split(b" ")[1].decode() if received.startswith(b"HTTP/1.1 ") else "closed"
    except OSError:
        return "closed"
    finally:
        reading.cancel()
        writer.close()


async def read_nothing(port: int, request: bytes, times: int, seconds: float) -> str:
    """Send a request many times without reading a response. Return "closed", or "hang" after so many seconds."""
    loop = asyncio.get_running_loop()
    closed = loop.create_future()

    class Deaf(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            transport.pause_reading()
            transport.write(request * times)

        def connection_lost(self, exc: Exception | None) -> None:
            if not closed.done():
                closed.set_result(None)

    transport, _ = await loop.create_connection(Deaf, "127.0.0.1", port)
    end = loop.time() + seconds
    while not closed.done() and loop.time() < end:
        # Only a write shows that the other side has gone.
        transport.write(b"\r\n")
        await asyncio.sleep(0.1)
    transport.abort()
    return "closed" if closed.done() else "hang"


async def open_flood(port: int, count: int) -> list[asyncio.StreamWriter]:
    """Return as many connections as the server accepts, without a request on any."""
    writers = []
    for _ in range(count):
        try:
            writers.append((await asyncio.open_connection("127.0.0.1", port))[1])
        except OSError:
            break
    return writers
