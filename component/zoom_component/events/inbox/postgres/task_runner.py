"""Run a task: claim its job, start the job in the listener's pool, and wait for the outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from zoom_component.events.inbox.postgres.engine import PostgresInbox
from zoom_component.events.inbox.postgres.records import TaskArguments
from zoom_component.events.inbox.postgres.tasks import TaskDelayed
from zoom_component.events.inbox.protocols import Job
from zoom_component.events.inbox.worker import AttemptResult, JobPool

__all__ = ["TaskRunner"]

_MIN_DELAY = 0.05  # seconds, so that a task that is slightly too early does not spin
_FULL_DELAY = 1.0


class TaskRunner:
    """Run the tasks of one listener in this process."""

    def __init__(self, pool: JobPool, inbox: PostgresInbox, clock: Callable[[], float]) -> None:
        self.pool = pool
        self._inbox = inbox
        self._clock = clock
        self._waiting: dict[tuple[int, int], tuple[asyncio.AbstractEventLoop, asyncio.Future[AttemptResult]]] = {}
        self._claiming = 0

    async def run_task(self, event_id: int, chain: str | None) -> None:
        """Return when nothing is left to do for the task. Raise TaskDelayed if it has to run again."""
        await self._wait_for_capacity()
        self._claiming += 1
        try:
            task = TaskArguments(event_id, self.pool.subscription.listener, chain)
            claimed = await asyncio.to_thread(self._inbox.claim_task_job, task, self.pool.lease_seconds, self._clock())
            if isinstance(claimed, Job):
                future = self._create_future(claimed)
                self.pool.start_jobs([claimed])
        finally:
            self._claiming -= 1
        if claimed is None:
            return
        if not isinstance(claimed, Job):
            raise TaskDelayed(self._seconds_until(claimed))
        result = await self._await_result(future)
        if result.state == "retry" and result.retry_at is not None:
            raise TaskDelayed(self._seconds_until(result.retry_at))
        if result.state == "released":
            raise TaskDelayed(_FULL_DELAY)
        if result.state == "unrecorded":
            raise TaskDelayed(self._seconds_until(claimed.leased_until))

    def resolve(self, result: AttemptResult) -> None:
        """Pass the result of an attempt to the task that waits for it. May be called from any thread."""
        # Earlier attempts too: a job that ran on under a new lease has one result for all of them.
        keys = [key for key in list(self._waiting) if key[0] == result.event_id and key[1] <= result.attempt]
        for loop, future in [self._waiting.pop(key) for key in keys]:
            with suppress(RuntimeError):  # the worker's loop has ended meanwhile
                loop.call_soon_threadsafe(_set_result, future, result)

    def close(self) -> None:
        """Release the jobs that still run, and end the threads."""
        self._release_jobs()
        self.pool.close(0.5)

    async def _wait_for_capacity(self) -> None:
        """Wait briefly for a free thread; if there is none, leave the task to another machine."""
        for _ in range(20):
            if self.pool.capacity > self._claiming:
                return
            await asyncio.sleep(0.01)
        raise TaskDelayed(_FULL_DELAY)

    def _create_future(self, job: Job) -> asyncio.Future[AttemptResult]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[AttemptResult] = loop.create_future()
        self._waiting[job.event_id, job.attempt] = (loop, future)
        return future

    async def _await_result(self, future: asyncio.Future[AttemptResult]) -> AttemptResult:
        try:
            return await future
        except asyncio.CancelledError:
            self._release_jobs()  # the worker's shutdown timeout has passed
            raise

    def _release_jobs(self) -> None:
        jobs = self.pool.withdraw_jobs()
        if jobs:
            with suppress(OSError):  # if the inbox is unreachable, the leases end by themselves
                self._inbox.release_jobs(jobs)

    def _seconds_until(self, moment: float) -> float:
        return max(moment - self._clock(), _MIN_DELAY)


def _set_result(future: asyncio.Future[AttemptResult], result: AttemptResult) -> None:
    if not future.done():
        future.set_result(result)
