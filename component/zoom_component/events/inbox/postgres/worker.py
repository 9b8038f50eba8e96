"""Run listeners on a PostgreSQL inbox with Procrastinate.

Any number of processes and machines may do so.

Each listener has its own queue and its own pool, so a blocked listener delays no other one. A task carries no event: it
makes the worker claim a job, with the same fenced lease as in every engine, and it ends, or runs again later, by the
outcome of that job. So the guarantees of the dispatcher hold here too, and only the inbox knows the state of a job.

A worker that dies leaves a lease, which ends by itself, and a running task. Procrastinate's heartbeats reveal the dead
worker; another worker then frees the task and enqueues a task for every due job that has none.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any, NamedTuple
from uuid import uuid4

from procrastinate import App, PsycopgConnector, exceptions
from procrastinate.jobs import DeleteJobCondition

from zoom_component.events.inbox.postgres.engine import PostgresInbox
from zoom_component.events.inbox.postgres.records import get_queue_name
from zoom_component.events.inbox.postgres.task_runner import TaskRunner
from zoom_component.events.inbox.postgres.tasks import register_task, retry_stalled_tasks
from zoom_component.events.inbox.worker import AttemptResult, CreatePools
from zoom_component.forked_processes import ProcessLocal, abandon, registered

__all__ = ["ProcrastinateWorker", "WorkerTimings"]

_CONNECTION_ERRORS = (OSError, exceptions.ConnectorException)
_FIRST_WAIT, _MAX_WAIT = 0.25, 15.0
_RESCUE_LEASE = "rescue"


class WorkerTimings(NamedTuple):
    """Hold the intervals of a worker, in seconds.

    `poll_interval`: between two looks for delayed tasks. `heartbeat_interval`: between two heartbeats of a worker.
    `heartbeat_timeout`: after this time without a heartbeat a worker counts as dead. `rescue_interval`: between two
    recoveries of dead workers' tasks. `overdue_after`: how long a job may be due without a task before it gets a new
    one. `tick_interval`: between two checks for attempts past their timeout.
    """

    poll_interval: float = 1.0
    heartbeat_interval: float = 5.0
    heartbeat_timeout: float = 30.0
    rescue_interval: float = 10.0
    overdue_after: float = 60.0
    tick_interval: float = 0.25


class ProcrastinateWorker(ProcessLocal):
    """Run jobs until stopped or interrupted.

    All times are the server's; the clock of this machine is not used. `last_error` explains why nothing runs at
    present, for example because the server is unreachable; the worker keeps trying to reconnect.
    """

    def __init__(
        self,
        inbox: PostgresInbox,
        create_pools: CreatePools,
        timings: WorkerTimings = WorkerTimings(),  # noqa: B008 - it is immutable
    ) -> None:
        self._inbox = inbox
        self._timings = timings
        self._clock_offset = time.time() - time.monotonic()
        self._owner = f"worker {uuid4()}"
        self._is_stopped = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop_event: asyncio.Event | None = None
        pools = create_pools(self._clock, self._resolve)
        self._runners = {pool.subscription.listener: TaskRunner(pool, inbox, self._clock) for pool in pools}
        self.last_error = ""
        registered.add(self)

    def reset_after_fork(self) -> None:
        """Become another worker than the parent, one that does not run."""
        abandon(self._loop)
        self._loop = self._stop_event = None
        self._owner = f"worker {uuid4()}"

    @property
    def stuck_threads(self) -> dict[str, int]:
        """Return the number of threads that are blocked past their timeout, by listener."""
        return {name: stuck for name, each in self._runners.items() if (stuck := each.pool.stuck_threads)}

    def run(self, shutdown_timeout: float = 10.0) -> None:
        """Work until stopped or interrupted. Jobs that still run after `shutdown_timeout` seconds are released."""
        self._is_stopped = False
        try:
            asyncio.run(self._run_until_stopped(shutdown_timeout))
        finally:
            for runner in self._runners.values():
                runner.close()
            with suppress(OSError):
                self._inbox.release_lease(_RESCUE_LEASE, self._owner)

    def stop(self) -> None:
        """Start no more jobs; `run` returns once the current jobs have ended or were released."""
        self._is_stopped = True
        if self._loop is not None and self._stop_event is not None:
            with suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._stop_event.set)

    async def _run_until_stopped(self, shutdown_timeout: float) -> None:
        self._loop, self._stop_event = asyncio.get_running_loop(), asyncio.Event()
        wait = _FIRST_WAIT
        while not self._is_stopped:
            try:
                await self._run_connected(shutdown_timeout)
                wait = _FIRST_WAIT
            except _CONNECTION_ERRORS as error:
                self.last_error = str(error) or type(error).__name__
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stop_event.wait(), wait)
                wait = min(wait * 2, _MAX_WAIT)

    async def _run_connected(self, shutdown_timeout: float) -> None:
        """Connect and work until the connection is lost or the worker is stopped."""
        await asyncio.to_thread(self._subscribe)
        settings = {**self._inbox.server.settings, "application_name": "zoom-component worker"}
        max_size = 2 + 2 * len(self._runners)
        app = App(connector=PsycopgConnector(kwargs=settings, min_size=1, max_size=max_size, timeout=10.0))
        register_task(app, self._run_task, self._clock)
        async with app.open_async():
            self.last_error = ""
            queues = [self._run_queue(app, runner, shutdown_timeout) for runner in self._runners.values()]
            await self._run_concurrently([*queues, self._fail_overdue(), self._rescue(app)])

    def _subscribe(self) -> None:
        self._inbox.subscribe([runner.pool.subscription for runner in self._runners.values()])
        self._read_clock()

    def _read_clock(self) -> None:
        """Read the server's time, which goes on with the monotonic clock of this machine."""
        self._clock_offset = self._inbox.read_clock() - time.monotonic()

    async def _run_concurrently(self, coroutines: Sequence[Coroutine[Any, Any, None]]) -> None:
        """Run all until one of them ends, which means a lost connection, or until the worker is stopped."""
        assert self._stop_event is not None
        tasks = [asyncio.create_task(each) for each in coroutines]
        stop = asyncio.create_task(self._stop_event.wait())
        try:
            ended, _ = await asyncio.wait([*tasks, stop], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*tasks, stop):
                task.cancel()
            await asyncio.gather(*tasks, stop, return_exceptions=True)
        for task in ended - {stop}:
            task.result()
        if not ended & {stop}:
            raise OSError("the connection to the inbox was lost")

    async def _run_queue(self, app: App, runner: TaskRunner, shutdown_timeout: float) -> None:
        listener = runner.pool.subscription.listener
        await app.run_worker_async(
            queues=[get_queue_name(listener)],
            name=listener,
            concurrency=runner.pool.concurrency,
            install_signal_handlers=False,
            delete_jobs=DeleteJobCondition.ALWAYS,
            fetch_job_polling_interval=self._timings.poll_interval,
            update_heartbeat_interval=self._timings.heartbeat_interval,
            stalled_worker_timeout=self._timings.heartbeat_timeout,
            shutdown_graceful_timeout=shutdown_timeout,
        )

    async def _run_task(self, event_id: int, listener: str, chain: str | None) -> None:
        runner = self._runners.get(listener)
        if runner is not None:
            await runner.run_task(event_id, chain)

    async def _fail_overdue(self) -> None:
        while True:
            await asyncio.sleep(self._timings.tick_interval)
            for runner in self._runners.values():
                if (deadline := runner.pool.next_deadline) is not None and deadline <= time.monotonic():
                    await asyncio.to_thread(runner.pool.fail_overdue)

    async def _rescue(self, app: App) -> None:
        """Recover what dead workers left. A lease lets only one worker do this at a time."""
        interval = self._timings.rescue_interval
        while True:
            await asyncio.to_thread(self._read_clock)
            now = self._clock()
            if await asyncio.to_thread(self._inbox.acquire_lease, _RESCUE_LEASE, self._owner, 2.5 * interval, now):
                await retry_stalled_tasks(app, self._timings.heartbeat_timeout, now)
                await asyncio.to_thread(self._inbox.enqueue_missing, now - self._timings.overdue_after)
            await asyncio.sleep(interval)

    def _clock(self) -> float:
        return time.monotonic() + self._clock_offset

    def _resolve(self, result: AttemptResult) -> None:
        self._runners[result.listener].resolve(result)
