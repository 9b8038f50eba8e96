"""Define a `listen` process and senders with persistent connections, for the receiver measurements."""

from __future__ import annotations

import asyncio
import hmac
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

SECRET = "a-secret-of-the-bench"


@dataclass
class ReceiverProcess:
    """Hold a running receiver process; `kill` ends it like a power failure."""

    inbox: Path
    port: int
    process: subprocess.Popen[bytes]
    stderr: IO[bytes] = field(repr=False)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def errors(self) -> str:
        """Return what the process wrote to stderr."""
        self.stderr.seek(0)
        return self.stderr.read().decode("utf-8", "replace")


def start_receiver(inbox: Path, port: int = 0, *options: str) -> ReceiverProcess:
    """Start a receiver and wait until it accepts deliveries."""
    command = [sys.executable, "-m", "zoom_component", "listen", "--port", str(port), "--inbox", str(inbox), "--quiet"]
    stderr = TemporaryFile()  # noqa: SIM115 (it lives as long as the process)
    environment = {**os.environ, "ZOOM_WEBHOOK_SECRET": SECRET}
    process = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL, stderr=stderr, env=environment)
    server = ReceiverProcess(inbox, port, process, stderr)
    while "Receiving at" not in server.errors():
        if process.poll() is not None:
            raise RuntimeError(f"the receiver did not start: {server.errors()}")
        time.sleep(0.01)
    server.port = int(server.errors().partition("127.0.0.1:")[2].partition("/")[0])
    return server


@contextmanager
def run_receiver(inbox: Path, *options: str) -> Iterator[ReceiverProcess]:
    """Run a receiver for the duration of the block."""
    server = start_receiver(inbox, 0, *options)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.terminate()
            server.process.wait(20)


def build_delivery(number: int) -> bytes:
    """Return a complete signed request with a unique event."""
    body = b'{"event":"meeting.started","event_ts":%d,"payload":{"account_id":"AAAB","object":{"id":"%d","uuid":' % (
        1_773_140_400_000 + number,
        85_746_065_432 + number % 50,
    )
    body += b'"4444AAAiAAAAAiAiAiiAii==","host_id":"x1yCzABCDEfg23HiJKl4mN","topic":"Daily","type":2,"duration":60}}}'
    timestamp = b"%d" % time.time()
    signature = hmac.digest(SECRET.encode(), b"v0:" + timestamp + b":" + body, "sha256").hex().encode()
    return (
        b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json; charset=utf-8\r\n"
        b"content-length: %d\r\nx-zm-request-timestamp: %b\r\nx-zm-signature: v0=%b\r\n\r\n%b"
        % (len(body), timestamp, signature, body)
    )


class PersistentConnection:
    """Send requests over one connection, and read only the status of each answer."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, request: bytes) -> int:
        """Return the status of a request. Raise OSError or EOFError when the connection breaks."""
        try:
            if self._writer is None:
                self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
            assert self._reader is not None
            self._writer.write(request)
            head = await self._reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
            await self._reader.readexactly(length)
        except (OSError, EOFError):
            self.close()
            raise
        if b"connection: close" in head.lower():
            self.close()
        return int(head.split(None, 2)[1])

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


async def send_requests(port: int, connections: int, requests: Callable[[], bytes | None]) -> list[int]:
    """Send requests over `connections` connections until there are none; return their statuses."""
    statuses: list[int] = []

    async def send_until_done() -> None:
        connection = PersistentConnection(port)
        while (request := requests()) is not None:
            statuses.append(await connection.ask(request))
        connection.close()

    await asyncio.gather(*(send_until_done() for _ in range(connections)))
    return statuses
