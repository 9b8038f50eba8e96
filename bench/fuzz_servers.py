"""Attack the HTTP server, the MCP server and the receiver: hostile requests, slow senders and readers, floods.

The run fails on a 5xx answer, a connection that stays open, a traceback, a server that ends, and a genuine request
that is not answered afterwards.

.venv/bin/python bench/fuzz_servers.py [REQUESTS] [SEED]
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from receiving import run_receiver

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.hostile_http import (
    AttackReport,
    Target,
    build_request,
    generate_requests,
    open_flood,
    read_nothing,
    send_hostile,
    send_slowly,
)

from zoom_sandbox import Sandbox

REQUESTS, SLOW, FLOOD = 10_000, 20, 700
SLOW_SECONDS, DEAF_SECONDS = 40.0, 100.0
KEY = "0123456789abcdef0123456789abcdef"
JSON = ("content-type", "application/json")
AUTHORIZATION = ("authorization", f"Bearer {KEY}")
ACCEPT = ("accept", "application/json, text/event-stream")
HTTP_TARGETS = [
    Target("/actions/createMeeting", (JSON, AUTHORIZATION), b'{"userId":"me","topic":"x","duration":30}'),
    Target("/actions/listUsers/items", (JSON, AUTHORIZATION), b'{"status":"active"}'),
    Target("/sources/selectUser", (JSON, AUTHORIZATION), b'{"search":"a"}'),
    Target("/tools/ZOOM_GET_A_MEETING", (JSON, AUTHORIZATION), b'{"meetingId":81234567890}'),
]
INITIALIZE = Target(
    "/mcp",
    (JSON, AUTHORIZATION, ACCEPT),
    b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},'
    b'"clientInfo":{"name":"fuzz","version":"1"}}}',
)
MCP_BODIES = (
    b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"createMeeting","arguments":{"userId":"me"}}}',
    b'{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"zoom://countries"}}',
)
RECEIVER_TARGETS = [Target("/", (JSON,), b'{"event":"meeting.started","event_ts":1,"payload":{"object":{"id":1}}}')]


def main() -> None:
    """Print the results; exit with 1 when a server did what it must not do."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    failures = 0
    with tempfile.TemporaryDirectory() as folder, Sandbox(users=40) as zoom:
        home = Path(folder)
        with run_server(zoom, home, ["serve", "--port", "0"]) as (process, stderr, port):
            failures += attack_server("serve", port, HTTP_TARGETS, "200", count, seed)
            failures += check_process("serve", process, stderr)
        with run_server(zoom, home, ["mcp", "--http", "--port", "0"]) as (process, stderr, port):
            failures += attack_server("mcp", port, open_mcp_session(port), "200", count, seed)
            failures += check_process("mcp", process, stderr)
        with run_receiver(home / "inbox.db") as server:
            failures += attack_server("receiver", server.port, RECEIVER_TARGETS, "401", count, seed)
            failures += check_process("receiver", server.process, server.stderr)
    sys.exit(f"{failures} problems" if failures else 0)


@contextmanager
def run_server(
    zoom: Sandbox, home: Path, arguments: list[str]
) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes], int]]:
    """Run a command of the component with a sandbox behind it, and yield its port."""
    own = {"ZOOM_TOKEN": zoom.issue_token(), "ZOOM_BASE_URL": zoom.api_url, "ZOOM_COMPONENT_STATE": str(home)}
    environment = {**os.environ, **own, "ZOOM_COMPONENT_API_KEY": KEY}
    with tempfile.TemporaryFile() as stderr:
        command = [sys.executable, "-m", "zoom_component", *arguments]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stderr, env=environment)
        try:
            while (match := re.search(rb"Serving \w+ at http://127\.0\.0\.1:(\d+)", _read(stderr))) is None:
                assert process.poll() is None, _read(stderr)
                time.sleep(0.05)
            yield process, stderr, int(match[1])
        finally:
            process.terminate()
            process.wait(20)


def open_mcp_session(port: int) -> list[Target]:
    """Return targets in a session of the MCP server."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(build_request(INITIALIZE, INITIALIZE.body, ("connection", "close")))
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    match = re.search(rb"mcp-session-id: ([0-9a-f]+)", received)
    assert match is not None, received
    headers = (*INITIALIZE.headers, ("mcp-session-id", match[1].decode()))
    return [Target("/mcp", headers, body) for body in MCP_BODIES]


def attack_server(name: str, port: int, targets: list[Target], expected: str, count: int, seed: int) -> int:
    """Attack one server in every way, print what it did, and return the number of problems."""
    start = time.perf_counter()
    report = asyncio.run(send_hostile(port, generate_requests(seed, count, targets)))
    print(f"{name}: {report} in {time.perf_counter() - start:.0f} s", flush=True)
    for problem in report.problems[:5]:
        print(f"  {problem}")
    slow = asyncio.run(_attack_slowly(port, targets[0]))
    print(f"{name}: slow senders and readers: {dict(slow)}", flush=True)
    genuine = asyncio.run(_flood(port, targets[0]))
    print(f"{name}: a genuine request after {FLOOD} idle connections: {genuine.statuses}", flush=True)
    return len(report.problems) + slow["hang"] + (genuine.statuses != Counter([expected]))


async def _attack_slowly(port: int, target: Target) -> Counter[str]:
    whole = build_request(target, target.body)
    head, _, body = whole.partition(b"\r\n\r\n")
    slow_body = head.replace(b"content-length: %d" % len(body), b"content-length: 5000") + b"\r\n\r\n"
    attacks = [send_slowly(port, whole * 20, SLOW_SECONDS) for _ in range(SLOW)]
    attacks += [_send_slow_body(port, slow_body) for _ in range(SLOW)]
    attacks += [read_nothing(port, whole, 20_000, DEAF_SECONDS)]
    return Counter(await asyncio.gather(*attacks))


async def _send_slow_body(port: int, head: bytes) -> str:
    """Send a head at once, and then a body that does not end in time."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    reading = asyncio.ensure_future(reader.read())
    writer.write(head)
    loop = asyncio.get_running_loop()
    end = loop.time() + SLOW_SECONDS
    while not reading.done() and loop.time() < end:
        writer.write(b" ")
        await asyncio.wait({reading}, timeout=0.5)
    is_closed = reading.done()
    reading.cancel()
    writer.close()
    return "closed" if is_closed else "hang"


async def _flood(port: int, target: Target) -> AttackReport:
    writers = await open_flood(port, FLOOD)
    for writer in writers:
        writer.close()
    await asyncio.sleep(1)
    return await send_hostile(port, iter([build_request(target, target.body, ("connection", "close"))]))


def check_process(name: str, process: subprocess.Popen[bytes], stderr: IO[bytes]) -> int:
    """Return 1 if the server has ended, or has written a traceback or very much."""
    text = _read(stderr)
    if process.poll() is None and b"Traceback" not in text and b"Error" not in text and len(text) < 1_000_000:
        return 0
    print(
        f"  {name}, exit code {process.poll()}, {len(text):,} bytes on stderr: {text[-3000:].decode(errors='replace')}"
    )
    return 1


def _read(file: IO[bytes]) -> bytes:
    return os.pread(file.fileno(), 10_000_000, 0)


if __name__ == "__main__":
    main()
