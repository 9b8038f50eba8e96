"""A batch with several calls at once: a few workers take lines, and answers leave in the order of the lines."""

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

if TYPE_CHECKING:
    from zoom_component.client.session import AsyncSession
    from zoom_component.component import Component

__all__ = ["run_concurrently"]

_CHUNK = 65_536
_LINES_PER_WORKER = 4


def run_concurrently(
    args: Namespace, component: Component, connection: Any, file: BinaryIO, screen: Console, writer: ResultWriter
) -> None:
    """Runs the lines of a file, `args.concurrency` at once. Memory holds four times as many lines."""
    try:
        asyncio.run(_run(args, component, connection, file, screen, writer))
    except BaseExceptionGroup as group:
        # Answers are errors of their own lines; what ends a worker, as a reader that has left, ends the batch.
        raise group.exceptions[0] from None


async def _run(
    args: Namespace, component: Component, connection: Any, file: BinaryIO, screen: Console, writer: ResultWriter
) -> None:
    from zoom_component.client.transport.driver import create_async_transport

    many: int = args.concurrency
    transport = create_async_transport(connection.base_url, connections=many)
    async with component.aconnect(connection, options=build_session_options(args), transport=transport) as session:
        queue = _OrderedQueue(_LineReader(file), screen, many * _LINES_PER_WORKER)
        async with asyncio.TaskGroup() as group:
            for _ in range(many):
                group.create_task(_run_worker(queue, session, writer))


async def _run_worker(queue: _OrderedQueue, session: AsyncSession, writer: ResultWriter) -> None:
    while (slot := await queue.take()) is not None:
        call = parse_line(slot.line)
        if isinstance(call, InvalidLine):
            queue.complete(slot, writer.format_error(call.id, call.error))
            continue
        try:
            text = writer.format_success(call, (await session.run(call.action, call.inputs)).data)
        except Exception as error:
            text = writer.format_failure(call, error)
        queue.complete(slot, text)


class _PendingLine:
    """A line, and its answer once it is there."""

    __slots__ = ("line", "result")

    def __init__(self, line: bytes) -> None:
        self.line = line
        self.result: str | None = None


class _OrderedQueue:
    """Hands out lines and writes answers in their order; holds `most` of them, and waits for room past that."""

    def __init__(self, lines: _LineReader, screen: Console, most: int) -> None:
        self._lines = lines
        self._screen = screen
        self._capacity = most
        self._pending: deque[_PendingLine] = deque()
        self._take_lock = asyncio.Lock()
        self._capacity_freed = asyncio.Event()

    async def take(self) -> _PendingLine | None:
        """The next line; None when there is none left."""
        async with self._take_lock:
            while len(self._pending) >= self._capacity:
                self._capacity_freed.clear()
                await self._capacity_freed.wait()
            line = await self._lines.next()
            if not line:
                return None
            slot = _PendingLine(line)
            self._pending.append(slot)
            return slot

    def complete(self, slot: _PendingLine, text: str) -> None:
        """Notes an answer, and writes every answer whose turn has come."""
        slot.result = text
        ready = []
        while self._pending and (answer := self._pending[0].result) is not None:
            ready.append(answer)
            self._pending.popleft()
        if ready:
            self._screen.print_now("\n".join(ready))
            self._capacity_freed.set()


class _LineReader:
    """The lines of a file that are not blank. A pipe is read apart from the loop: calls go on while it is silent."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._descriptor = _find_pipe_descriptor(file)
        self._ready: deque[bytes] = deque()
        self._rest: list[bytes] = []

    async def next(self) -> bytes:
        """The next line; empty at the end."""
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
            head, mark, tail = chunk.rpartition(b"\n")
            if mark:
                whole = b"".join([*self._rest, head])
                self._ready.extend(whole.split(b"\n"))
                self._rest = []
            self._rest.append(tail)
        return self._ready.popleft() + b"\n"


async def _read(descriptor: int) -> bytes:
    """Some bytes of a pipe, none at its end. The thread is a daemon: a silent pipe keeps nobody from leaving."""
    loop = asyncio.get_running_loop()
    found: asyncio.Future[bytes] = loop.create_future()

    def settle(chunk: bytes) -> None:
        if not found.done():
            found.set_result(chunk)

    def read() -> None:
        try:
            chunk = os.read(descriptor, _CHUNK)
        except OSError:
            chunk = b""
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, chunk)

    Thread(target=read, daemon=True).start()
    return await found


def _find_pipe_descriptor(file: BinaryIO) -> int | None:
    """The descriptor of a file whose reading can take long; None for one that lies on a disk or in memory."""
    try:
        descriptor = file.fileno()
    except (OSError, ValueError):
        return None
    return None if stat.S_ISREG(os.fstat(descriptor).st_mode) else descriptor
