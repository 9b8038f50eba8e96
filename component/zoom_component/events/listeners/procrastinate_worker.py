"""Listeners at work on an inbox in PostgreSQL, called by Procrastinate's jobs: one process of as many as are wanted.

Each listener has a queue and a lane of its own here, so that one that hangs holds nobody up. A job brings no event: it
is the reason to take one, by the fenced claim that every engine has, and it ends, or waits for the next try, with what
became of that one. So what the dispatcher promises holds here in the same words (dispatcher.py), and the inbox alone
tells how things stand.

A worker that dies leaves a lease that runs out and a job that is being done. Procrastinate's heartbeats tell that it is
gone; one of the others puts the job back and rings for whatever has none.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, NamedTuple
from uuid import uuid4

from procrastinate import App, PsycopgConnector, exceptions
from procrastinate.jobs import DeleteJobCondition

from zoom_component.events.inbox.postgres import PostgresInbox, get_queue_name
from zoom_component.events.listeners.acknowledger import Acknowledger
from zoom_component.events.listeners.bells import register_task, retry_stalled_tasks
from zoom_component.events.listeners.listener import AttemptResult, Listener
from zoom_component.events.listeners.pool import ListenerPool, PoolContext
from zoom_component.events.listeners.rounds import AttemptOutcome, TaskRunner

__all__ = ["ProcrastinateWorker", "WorkerTimings"]

_LOST = (OSError, exceptions.ConnectorException)
_LONGEST_WAIT = 15.0


class WorkerTimings(NamedTuple):
    """In seconds: how often jobs whose time has come are looked for, how often a worker says that it lives and when it
    is believed dead, how often what the dead left is looked for, and how long work may be overdue without a job."""

    poll_interval: float = 1.0
    heartbeat_interval: float = 5.0
    heartbeat_timeout: float = 30.0
    rescue_interval: float = 10.0
    overdue_after: float = 60.0
    tick_interval: float = 0.25


class ProcrastinateWorker:
    """Works until it is stopped or interrupted. `grace` and `tell` are as the Dispatcher has them; times are the
    server's, whatever this machine's clock says. `trouble` is why nothing moves just now, such as a server that is
    away: it is tried again until it is back."""

    def __init__(
        self,
        inbox: PostgresInbox,
        listeners: Sequence[Listener] = (),
        *,
        random: Callable[[], float] = random.random,
        on_result: Callable[[AttemptResult], None] = lambda _: None,
        lease_grace: float = 15.0,
        timings: WorkerTimings = WorkerTimings(),  # noqa: B008 - it never changes
    ) -> None:
        self._store = inbox
        self._pace = timings
        self._ahead = 0.0
        self._told = on_result
        self._owner = f"worker {uuid4()}"
        self._stopped = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        means = PoolContext(Acknowledger(inbox, self._clock), self._clock, random, self._tell, lambda: None)
        self._rounds = {
            each.name: TaskRunner(ListenerPool(each, means), inbox, self._clock, lease_grace) for each in listeners
        }
        self.last_error = ""

    @property
    def stuck_threads(self) -> dict[str, int]:
        """The listeners that hold threads past their time, and how many."""
        return {name: each.pool.stuck_threads for name, each in self._rounds.items() if each.pool.stuck_threads}

    def run(self, shutdown_timeout: float = 10.0) -> None:
        """Work until it is stopped or interrupted; what is under way then has `patience` seconds to end."""
        self._stopped = False
        try:
            asyncio.run(self._work(shutdown_timeout))
        finally:
            for each in self._rounds.values():
                each.close()
            with suppress(OSError):
                self._store.release_lease("rescue", self._owner)

    def stop(self) -> None:
        """Begin nothing more; `work` returns once what is under way has ended or was given back."""
        self._stopped = True
        if self._loop is not None and self._stop is not None:
            with suppress(RuntimeError):  # it has ended by itself
                self._loop.call_soon_threadsafe(self._stop.set)

    async def _work(self, patience: float) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        wait = 0.25
        while not self._stopped:
            try:
                await self._connected(patience)
                wait = 0.25
            except _LOST as problem:
                self.last_error = str(problem) or type(problem).__name__
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), wait)
                wait = min(wait * 2, _LONGEST_WAIT)

    async def _connected(self, patience: float) -> None:
        """From one connection to the server until the next is needed, or the end."""
        await asyncio.to_thread(self._begin)
        settings = {**self._store.server.settings, "application_name": "zoom-component worker"}
        most = 2 + 2 * len(self._rounds)
        app = App(connector=PsycopgConnector(kwargs=settings, min_size=1, max_size=most, timeout=10.0))
        register_task(app, self._ring, self._clock)
        async with app.open_async():
            self.last_error = ""
            parts = [self._listen(app, each, patience) for each in self._rounds.values()]
            await self._side_by_side([*parts, self._tick(), self._rescue(app)])

    def _begin(self) -> None:
        self._store.subscribe([each.pool.listener.subscription for each in self._rounds.values()])
        before = time.time()
        self._ahead = self._store.read_clock() - (before + time.time()) / 2

    async def _side_by_side(self, parts: Sequence[Coroutine[Any, Any, None]]) -> None:
        """Until the first of them ends, which only trouble makes it do, or until it is stopped."""
        assert self._stop is not None
        tasks = [asyncio.create_task(part) for part in parts]
        stop = asyncio.create_task(self._stop.wait())
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

    async def _listen(self, app: App, round: TaskRunner, patience: float) -> None:
        await app.run_worker_async(
            queues=[get_queue_name(round.pool.listener.name)],
            name=round.pool.listener.name,
            concurrency=round.pool.listener.concurrency,
            install_signal_handlers=False,
            delete_jobs=DeleteJobCondition.ALWAYS,
            fetch_job_polling_interval=self._pace.poll_interval,
            update_heartbeat_interval=self._pace.heartbeat_interval,
            stalled_worker_timeout=self._pace.heartbeat_timeout,
            shutdown_graceful_timeout=patience,
        )

    async def _ring(self, event: int, listener: str, chain: str | None) -> None:
        round = self._rounds.get(listener)
        if round is not None:
            await round.run_task(event, chain)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(self._pace.tick_interval)
            for each in self._rounds.values():
                if (deadline := each.pool.next_deadline) is not None and deadline <= time.monotonic():
                    await asyncio.to_thread(each.pool.fail_overdue)

    async def _rescue(self, app: App) -> None:
        """Put back what dead workers left; one process of all does it at a time."""
        while True:
            now = self._clock()
            if await asyncio.to_thread(
                self._store.acquire_lease, "rescue", self._owner, 2.5 * self._pace.rescue_interval, now
            ):
                await retry_stalled_tasks(app, self._pace.heartbeat_timeout, now)
                await asyncio.to_thread(self._store.enqueue_missing, now - self._pace.overdue_after)
            await asyncio.sleep(self._pace.rescue_interval)

    def _clock(self) -> float:
        return time.time() + self._ahead

    def _tell(self, told: AttemptResult) -> None:
        self._rounds[told.listener].resolve(AttemptOutcome(told.event_id, told.attempt, told.state, told.retry_at))
        self._told(told)
