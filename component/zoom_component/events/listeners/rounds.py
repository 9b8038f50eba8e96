"""What a job does: take the piece that it stands for, give it to the lane, and wait until that is settled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from zoom_component.events.inbox.postgres import PostgresInbox, TaskArguments
from zoom_component.events.inbox.protocols import Job
from zoom_component.events.listeners.bells import TaskDelayed
from zoom_component.events.listeners.pool import OVERRUN, ListenerPool

__all__ = ["AttemptOutcome", "TaskRunner"]

_MIN_DELAY = 0.05  # a job that is too early by a hair does not spin
_FULL_DELAY = 1.0


class AttemptOutcome(NamedTuple):
    """How a try came out, as a lane tells it."""

    event_id: int
    attempt: int
    state: str
    retry_at: float | None


class TaskRunner:
    """One listener's jobs in this process."""

    def __init__(self, lane: ListenerPool, store: PostgresInbox, clock: Callable[[], float], grace: float) -> None:
        self.pool = lane
        self._store = store
        self._clock = clock
        self._lease = lane.listener.timeout + OVERRUN + grace
        self._waiting: dict[tuple[int, int], tuple[asyncio.AbstractEventLoop, asyncio.Future[AttemptOutcome]]] = {}
        self._taking = 0

    async def run_task(self, event: int, chain: str | None) -> None:
        """Returns when the job has nothing more to do; raises Later when it has to ring again."""
        await self._wait_for_capacity()
        self._taking += 1
        try:
            job = TaskArguments(event, self.pool.listener.name, chain)
            found = await asyncio.to_thread(self._store.claim_task_job, job, self._lease, self._clock())
            if isinstance(found, Job):
                future = self._create_future(found)
                self.pool.start_jobs([found])
        finally:
            self._taking -= 1
        if found is None:
            return
        if not isinstance(found, Job):
            raise TaskDelayed(max(found - self._clock(), _MIN_DELAY))
        ended = await self._await_outcome(found, future)
        if ended.state == "again" and ended.retry_at is not None:
            raise TaskDelayed(max(ended.retry_at - self._clock(), _MIN_DELAY))
        if ended.state == "unsettled":
            raise TaskDelayed(max(found.leased_until - self._clock(), _MIN_DELAY))

    def resolve(self, ended: AttemptOutcome) -> None:
        """A try has ended; called from whichever thread it ended in."""
        waiting = self._waiting.pop((ended.event_id, ended.attempt), None)
        if waiting is not None:
            loop, future = waiting
            with suppress(RuntimeError):  # the worker has ended meanwhile
                loop.call_soon_threadsafe(_set_outcome, future, ended)

    def close(self) -> None:
        """End the threads, and give back what hangs in them."""
        self._release_jobs()
        self.pool.close(0.5)

    async def _wait_for_capacity(self) -> None:
        """Wait for the thread that has just ended its work; where all hang, leave the job to another machine."""
        for _ in range(20):
            if self.pool.capacity > self._taking:
                return
            await asyncio.sleep(0.01)
        raise TaskDelayed(_FULL_DELAY)

    def _create_future(self, work: Job) -> asyncio.Future[AttemptOutcome]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[AttemptOutcome] = loop.create_future()
        self._waiting[work.event_id, work.attempt] = (loop, future)
        return future

    async def _await_outcome(self, work: Job, future: asyncio.Future[AttemptOutcome]) -> AttemptOutcome:
        try:
            return await future
        except asyncio.CancelledError:
            self._release_jobs()  # the patience with which the worker ends is over
            raise

    def _release_jobs(self) -> None:
        left = self.pool.withdraw_jobs()
        if left:
            with suppress(OSError):  # then the lease has to run out
                self._store.release_jobs(left)


def _set_outcome(future: asyncio.Future[AttemptOutcome], ended: AttemptOutcome) -> None:
    if not future.done():
        future.set_result(ended)
