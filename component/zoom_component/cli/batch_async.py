"""A batch with several calls at once: a few workers take lines, and answers leave in the order of the lines."""

from __future__ import annotations

import asyncio
import os
import stat
from argparse import Namespace
from collections import deque
from threading import Thread
from typing import TYPE_CHECKING, Any, BinaryIO

from zoom_component.cli.batch_lines import Broken, Writer, asked
from zoom_component.cli.calling import session_options
from zoom_component.cli.screen import Screen

if TYPE_CHECKING:
    from zoom_component.client.session import AsyncSession
    from zoom_component.component import Component

__all__ = ["run_at_once"]

_CHUNK = 65_536
_AHEAD = 4


def run_at_once(
    args: Namespace, component: Component, connection: Any, file: BinaryIO, screen: Screen, writer: Writer
) -> None:
    """Runs the lines of a file, `args.concurrency` at once. Memory holds four times as many lines."""
    try:
        asyncio.run(_run(args, component, connection, file, screen, writer))
    except BaseExceptionGroup as group:
        # Answers are errors of their own lines; what ends a worker, as a reader that has left, ends the batch.
        raise group.exceptions[0] from None


async def _run(
    args: Namespace, component: Component, connection: Any, file: BinaryIO, screen: Screen, writer: Writer
) -> None:
    from zoom_component.client.transport.http import async_transport

    many: int = args.concurrency
    transport = async_transport(connection.base_url, connections=many)
    async with component.aconnect(connection, options=session_options(args), transport=transport) as session:
        queue = _Queue(_Lines(file), screen, many * _AHEAD)
        async with asyncio.TaskGroup() as group:
            for _ in range(many):
                group.create_task(_work(queue, session, writer))


async def _work(queue: _Queue, session: AsyncSession, writer: Writer) -> None:
    while (slot := await queue.take()) is not None:
        call = asked(slot.line)
        if isinstance(call, Broken):
            queue.answered(slot, writer.error(call.id, call.error))
            continue
        try:
            text = writer.settled(call, (await session.run(call.action, call.inputs)).data)
        except Exception as error:
            text = writer.failed(call, error)
        queue.answered(slot, text)


class _Slot:
    """A line, and its answer once it is there."""

    __slots__ = ("answer", "line")

    def __init__(self, line: bytes) -> None:
        self.line = line
        self.answer: str | None = None


class _Queue:
    """Hands out lines and writes answers in their order; holds `most` of them, and waits for room past that."""

    def __init__(self, lines: _Lines, screen: Screen, most: int) -> None:
        self._lines = lines
        self._screen = screen
        self._most = most
        self._slots: deque[_Slot] = deque()
        self._taking = asyncio.Lock()
        self._room = asyncio.Event()

    async def take(self) -> _Slot | None:
        """The next line; None when there is none left."""
        async with self._taking:
            while len(self._slots) >= self._most:
                self._room.clear()
                await self._room.wait()
            line = await self._lines.next()
            if not line:
                return None
            slot = _Slot(line)
            self._slots.append(slot)
            return slot

    def answered(self, slot: _Slot, text: str) -> None:
        """Notes an answer, and writes every answer whose turn has come."""
        slot.answer = text
        ready = []
        while self._slots and (answer := self._slots[0].answer) is not None:
            ready.append(answer)
            self._slots.popleft()
        if ready:
            self._screen.line("\n".join(ready))
            self._room.set()


class _Lines:
    """The lines of a file that are not blank. A pipe is read apart from the loop: calls go on while it is silent."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._pipe = _pipe(file)
        self._ready: deque[bytes] = deque()
        self._rest: list[bytes] = []

    async def next(self) -> bytes:
        """The next line; empty at the end."""
        while True:
            line = self._file.readline() if self._pipe is None else await self._next_of_pipe(self._pipe)
            if not line or not line.isspace():
                return line

    async def _next_of_pipe(self, descriptor: int) -> bytes:
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


def _pipe(file: BinaryIO) -> int | None:
    """The descriptor of a file whose reading can take long; None for one that lies on a disk or in memory."""
    try:
        descriptor = file.fileno()
    except (OSError, ValueError):
        return None
    return None if stat.S_ISREG(os.fstat(descriptor).st_mode) else descriptor
