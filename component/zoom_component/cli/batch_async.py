"""Run several calls of a batch at a time, and print the results in the order of the lines."""

from __future__ import annotations

import asyncio
import os
import stat
from collections import deque
from threading import Thread
from typing import TYPE_CHECKING, Any, BinaryIO

from zoom_component.cli.batch_steps import BatchRun, LineOutcome, LineProcessor, LineSteps, RunStep
from zoom_component.cli.console import Console

if TYPE_CHECKING:
    from zoom_component.cli.batch_journal import Journal
    from zoom_component.client.session import AsyncSession

__all__ = ["run_concurrently"]

_CHUNK = 65_536
_LINES_PER_WORKER = 4


def run_concurrently(run: BatchRun) -> None:
    """Run the lines of a batch, `run.concurrency` at a time.

    At most four times as many lines are in memory.
    """
    try:
        asyncio.run(_run(run))
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None


async def _run(run: BatchRun) -> None:
    from zoom_component.client.network.transports import create_async_transport
    from zoom_component.client.transport.driver import get_network

    connection, loop = run.connection, asyncio.get_running_loop()
    transport = create_async_transport(connection.base_url, get_network(connection), connections=run.concurrency)
    async with run.component.aconnect(connection, options=run.options, transport=transport) as session:
        queue = _OrderedQueue(_LineReader(run.file), run.console, run.concurrency * _LINES_PER_WORKER)
        run.stop.notify = lambda: loop.call_soon_threadsafe(queue.stop)
        if run.stop.number:
            queue.stop()
        commit = None if run.journal is None else _GroupCommit(run.journal)
        async with asyncio.TaskGroup() as group:
            for _ in range(run.concurrency):
                group.create_task(_run_worker(queue, run.create_processor(session), session, commit))
        run.stop.notify = None
    if queue.failure is not None:
        raise queue.failure


async def _run_worker(
    queue: _OrderedQueue, processor: LineProcessor, session: AsyncSession, commit: _GroupCommit | None
) -> None:
    while (pending := await queue.take()) is not None:
        try:
            outcome = await _execute_steps(processor.process(pending.number, pending.line), session, commit)
        except Exception as error:  # of the batch, not of a call
            queue.fail(error)
            outcome = LineOutcome("")
        queue.complete(pending, outcome.text)
        if outcome.failure is not None:
            queue.fail(outcome.failure)


async def _execute_steps(steps: LineSteps, session: AsyncSession, commit: _GroupCommit | None) -> LineOutcome:
    """Execute the steps of a line."""
    advance: Any = steps.send
    value: Any = None
    try:
        while True:
            step = advance(value)
            try:
                advance, value = steps.send, None
                if isinstance(step, RunStep):
                    value = await session.run(step.call, step.inputs)
                elif commit is not None:
                    await commit.sync()
            except Exception as error:
                advance, value = steps.throw, error
    except StopIteration as stop:
        outcome: LineOutcome = stop.value
        return outcome


class _GroupCommit:
    """Let one write to the disk serve all calls that wait for it."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = asyncio.Lock()
        self._begun = self._ended = 0

    async def sync(self) -> None:
        """Wait until what was appended before is on the disk."""
        needed = self._begun + 1  # a write that has begun may have missed it
        while self._ended < needed:
            async with self._lock:
                if self._ended < needed:
                    self._begun += 1
                    turn = self._begun
                    await asyncio.to_thread(self._journal.sync)
                    self._ended = turn


class _PendingLine:
    """Hold a line and its result, which is None until the call has ended and "" if there is nothing to print."""

    __slots__ = ("line", "number", "result")

    def __init__(self, number: int, line: bytes) -> None:
        self.number = number
        self.line = line
        self.result: str | None = None


class _OrderedQueue:
    """Hand out lines and print results in their order.

    At most `capacity` lines are pending; `take` waits until there are fewer. After `stop` or a `failure`, no line is
    handed out, and what was begun ends.
    """

    def __init__(self, lines: _LineReader, console: Console, capacity: int) -> None:
        self.failure: Exception | None = None
        self._lines = lines
        self._console = console
        self._capacity = capacity
        self._pending: deque[_PendingLine] = deque()
        self._take_lock = asyncio.Lock()
        self._capacity_freed = asyncio.Event()
        self._is_stopped = False

    async def take(self) -> _PendingLine | None:
        """Return the next line, or None when there is none left."""
        async with self._take_lock:
            while len(self._pending) >= self._capacity and not self._is_stopped:
                self._capacity_freed.clear()
                await self._capacity_freed.wait()
            number, line = (0, b"") if self._is_stopped else await self._lines.next()
            if not line or self._is_stopped:
                return None
            pending = _PendingLine(number, line)
            self._pending.append(pending)
            return pending

    def complete(self, pending: _PendingLine, text: str) -> None:
        """Store a result, and print every result whose turn has come."""
        pending.result = text
        results = []
        while self._pending and (result := self._pending[0].result) is not None:
            results.append(result)
            self._pending.popleft()
        self._capacity_freed.set()
        try:
            if text := "\n".join(filter(None, results)):
                self._console.print_now(text)
        except OSError as error:
            self.fail(error)

    def fail(self, error: Exception) -> None:
        """Stop because of an error; the first one is raised at the end."""
        self.failure = self.failure or error
        self.stop()

    def stop(self) -> None:
        """Hand out no line from now on."""
        self._is_stopped = True
        self._capacity_freed.set()
        self._lines.stop()


class _LineReader:
    """Read the lines of a file that are not blank.

    A pipe is read in a thread, so that calls continue while the pipe is silent.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._descriptor = _find_pipe_descriptor(file)
        self._ready: deque[bytes] = deque()
        self._rest: list[bytes] = []
        self._number = 0
        self._chunk: asyncio.Future[bytes] | None = None

    async def next(self) -> tuple[int, bytes]:
        """Return the number of the next line and the line, which is empty at the end."""
        while True:
            line = self._file.readline() if self._descriptor is None else await self._next_from_pipe(self._descriptor)
            self._number += 1
            if not line or not line.isspace():
                return self._number, line

    def stop(self) -> None:
        """Wait no longer for a silent pipe."""
        if self._chunk is not None and not self._chunk.done():
            self._chunk.set_result(b"")

    async def _next_from_pipe(self, descriptor: int) -> bytes:
        while not self._ready:
            self._chunk = _start_read(descriptor)
            chunk = await self._chunk
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


def _start_read(descriptor: int) -> asyncio.Future[bytes]:
    """Return the future of some bytes of a pipe, or of none at its end.

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
    return future


def _find_pipe_descriptor(file: BinaryIO) -> int | None:
    """Return the descriptor of a file whose reads may block; None for a regular file or one in memory."""
    try:
        descriptor = file.fileno()
    except (OSError, ValueError):
        return None
    return None if stat.S_ISREG(os.fstat(descriptor).st_mode) else descriptor
