"""Run several calls of a batch at a time, and print the results in the order of the lines."""

from __future__ import annotations

import asyncio
import os
import stat
from argparse import Namespace
from collections import deque
from threading import Thread
from typing import TYPE_CHECKING, Any, BinaryIO

from zoom_component.cli.arguments import build_session_options
from zoom_component.cli.batch_format import InvalidLine, ResultWriter, parse_line
from zoom_component.cli.console import Console
from zoom_component.cli.signals import interrupt_on_sigterm

if TYPE_CHECKING:
    from zoom_component.client.session import AsyncSession
    from zoom_component.component import Component

__all__ = ["run_concurrently"]

_CHUNK = 65_536
_LINES_PER_WORKER = 4


def run_concurrently(
    args: Namespace, component: Component, connection: Any, file: BinaryIO, console: Console, writer: ResultWriter
) -> None:
    """Run the lines of a file, `args.concurrency` at a time.

    At most four times as many lines are in memory.
    """
    try:
        with interrupt_on_sigterm():
            asyncio.run(_run(args, component, connection, file, console, writer))
    except BaseExceptionGroup as group:
        # Errors of calls are results; what ends a worker, such as a closed stdout, ends the batch.
        raise group.exceptions[0] from None


async def _run(
    args: Namespace, component: Component, connection: Any, file: BinaryIO, console: Console, writer: ResultWriter
) -> None:
    from zoom_component.client.transport.async_driver import create_async_transport
    from zoom_component.client.transport.driver import get_network

    concurrency: int = args.concurrency
    transport = create_async_transport(connection.base_url, get_network(connection), connections=concurrency)
    async with component.aconnect(connection, options=build_session_options(args), transport=transport) as session:
        queue = _OrderedQueue(_LineReader(file), console, concurrency * _LINES_PER_WORKER)
        async with asyncio.TaskGroup() as group:
            for _ in range(concurrency):
                group.create_task(_run_worker(queue, session, writer))


async def _run_worker(queue: _OrderedQueue, session: AsyncSession, writer: ResultWriter) -> None:
    while (pending := await queue.take()) is not None:
        call = parse_line(pending.line)
        if isinstance(call, InvalidLine):
            queue.complete(pending, writer.format_error(call.id, call.error))
            continue
        try:
            text = writer.format_success(call, await session.run(call.action, call.inputs))
        except Exception as error:
            text = writer.format_failure(call, error)
        queue.complete(pending, text)


class _PendingLine:
    """Hold a line and its result, which is None until the call has ended."""

    __slots__ = ("line", "result")

    def __init__(self, line: bytes) -> None:
        self.line = line
        self.result: str | None = None


class _OrderedQueue:
    """Hand out lines and print results in their order.

    At most `capacity` lines are pending; `take` waits until there are fewer.
    """

    def __init__(self, lines: _LineReader, console: Console, capacity: int) -> None:
        self._lines = lines
        self._console = console
        self._capacity = capacity
        self._pending: deque[_PendingLine] = deque()
        self._take_lock = asyncio.Lock()
        self._capacity_freed = asyncio.Event()

    async def take(self) -> _PendingLine | None:
        """Return the next line, or None when there is none left."""
        async with self._take_lock:
            while len(self._pending) >= self._capacity:
                self._capacity_freed.clear()
                await self._capacity_freed.wait()
            line = await self._lines.next()
            if not line:
                return None
            pending = _PendingLine(line)
            self._pending.append(pending)
            return pending

    def complete(self, pending: _PendingLine, text: str) -> None:
        """Store a result, and print every result whose turn has come."""
        pending.result = text
        results = []
        while self._pending and (result := self._pending[0].result) is not None:
            results.append(result)
            self._pending.popleft()
        if results:
            self._console.print_now("\n".join(results))
            self._capacity_freed.set()


class _LineReader:
    """Read the lines of a file that are not blank.

    A pipe is read in a thread, so that calls continue while the pipe is silent.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._descriptor = _find_pipe_descriptor(file)
        self._ready: deque[bytes] = deque()
        self._rest: list[bytes] = []

    async def next(self) -> bytes:
        """Return the next line, or an empty one at the end."""
        while True:
            line = self._file.readline() if self._descriptor is None else await self._next_from_pipe(self._descriptor)
            if not line or not line.isspace():
                return line

    async def _next_from_pipe(self, descriptor: int) -> bytes:
        while not self._ready:
            chunk = await _read(descriptor)
            if not chunk:
                last, self._rest = b"".join(self._rest), []
                return last
            head, newline, tail = chunk.rpartition(b"\n")
            if newline:
                complete_lines = b"".join([*self._rest, head])
                self._ready.extend(complete_lines.split(b"\n"))
                self._rest = []
            self._rest.append(tail)
        return self._ready.popleft() + b"\n"


async def _read(descriptor: int) -> bytes:
    """Return some bytes of a pipe, or none at its end.

    The thread is a daemon, so that a silent pipe does not prevent the process from exiting.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[bytes] = loop.create_future()

    def set_result(chunk: bytes) -> None:
        if not future.done():
            future.set_result(chunk)

    def read() -> None:
        try:
            chunk = os.read(descriptor, _CHUNK)
        except OSError:
            chunk = b""
        if not loop.is_closed():
            loop.call_soon_threadsafe(set_result, chunk)

    Thread(target=read, daemon=True).start()
    return await future


def _find_pipe_descriptor(file: BinaryIO) -> int | None:
    """Return the descriptor of a file whose reads may block; None for a regular file or one in memory."""
    try:
        descriptor = file.fileno()
    except (OSError, ValueError):
        return None
    return None if stat.S_ISREG(os.fstat(descriptor).st_mode) else descriptor
