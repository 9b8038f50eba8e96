"""What a job does: take the piece that it stands for, give it to the lane, and wait until that is settled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from zoom_component.events.inbox.postgres import Job, PostgresStore
from zoom_component.events.inbox.store import Work
from zoom_component.events.listeners.bells import Later
from zoom_component.events.listeners.lane import LATE, Lane

__all__ = ["Ended", "Round"]

_SOONEST = 0.05  # a job that is too early by a hair does not spin
_NO_ROOM = 1.0


class Ended(NamedTuple):
    """How a try came out, as a lane tells it."""

    id: int
    attempt: int
    state: str
    again: float | None


class Round:
    """One listener's jobs in this process."""

    def __init__(self, lane: Lane, store: PostgresStore, clock: Callable[[], float], grace: float) -> None:
        self.lane = lane
        self._store = store
        self._clock = clock
        self._lease = lane.listener.timeout + LATE + grace
        self._waiting: dict[tuple[int, int], tuple[asyncio.AbstractEventLoop, asyncio.Future[Ended]]] = {}
        self._taking = 0

    async def go(self, event: int, chain: str | None) -> None:
        """Returns when the job has nothing more to do; raises Later when it has to ring again."""
        await self._room()
        self._taking += 1
        try:
            job = Job(event, self.lane.listener.name, chain)
            found = await asyncio.to_thread(self._store.take, job, self._lease, self._clock())
            if isinstance(found, Work):
                future = self._expect(found)
                self.lane.take([found])
        finally:
            self._taking -= 1
        if found is None:
            return
        if not isinstance(found, Work):
            raise Later(max(found - self._clock(), _SOONEST))
        ended = await self._settled(found, future)
        if ended.state == "again" and ended.again is not None:
            raise Later(max(ended.again - self._clock(), _SOONEST))
        if ended.state == "unsettled":
            raise Later(max(found.until - self._clock(), _SOONEST))

    def hear(self, ended: Ended) -> None:
        """A try has ended; called from whichever thread it ended in."""
        waiting = self._waiting.pop((ended.id, ended.attempt), None)
        if waiting is not None:
            loop, future = waiting
            with suppress(RuntimeError):  # the worker has ended meanwhile
                loop.call_soon_threadsafe(_resolve, future, ended)

    def close(self) -> None:
        """End the threads, and give back what hangs in them."""
        self._give_back()
        self.lane.close(0.5)

    async def _room(self) -> None:
        """Wait for the thread that has just ended its work; where all hang, leave the job to another machine."""
        for _ in range(20):
            if self.lane.room > self._taking:
                return
            await asyncio.sleep(0.01)
        raise Later(_NO_ROOM)

    def _expect(self, work: Work) -> asyncio.Future[Ended]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Ended] = loop.create_future()
        self._waiting[work.id, work.attempt] = (loop, future)
        return future

    async def _settled(self, work: Work, future: asyncio.Future[Ended]) -> Ended:
        try:
            return await future
        except asyncio.CancelledError:
            self._give_back()  # the patience with which the worker ends is over
            raise

    def _give_back(self) -> None:
        left = self.lane.withdraw()
        if left:
            with suppress(OSError):  # then the lease has to run out
                self._store.release(left)


def _resolve(future: asyncio.Future[Ended], ended: Ended) -> None:
    if not future.done():
        future.set_result(ended)
