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

from zoom_component.events.inbox.postgres import PostgresStore, queue_of
from zoom_component.events.listeners.bells import bells, put_back
from zoom_component.events.listeners.lane import Lane, Means
from zoom_component.events.listeners.listeners import Listener, Told
from zoom_component.events.listeners.rounds import Ended, Round
from zoom_component.events.listeners.settling import Settling

__all__ = ["Pace", "ProcrastinateWorker"]

_LOST = (OSError, exceptions.ConnectorException)
_LONGEST_WAIT = 15.0


class Pace(NamedTuple):
    """In seconds: how often jobs whose time has come are looked for, how often a worker says that it lives and when it
    is believed dead, how often what the dead left is looked for, and how long work may be overdue without a job."""

    look: float = 1.0
    heartbeat: float = 5.0
    silence: float = 30.0
    rescue: float = 10.0
    overdue: float = 60.0
    tick: float = 0.25


class ProcrastinateWorker:
    """Works until it is stopped or interrupted. `grace` and `tell` are as the Dispatcher has them; times are the
    server's, whatever this machine's clock says. `trouble` is why nothing moves just now, such as a server that is
    away: it is tried again until it is back."""

    def __init__(
        self,
        store: PostgresStore,
        listeners: Sequence[Listener] = (),
        *,
        chance: Callable[[], float] = random.random,
        tell: Callable[[Told], None] = lambda _: None,
        grace: float = 15.0,
        pace: Pace = Pace(),  # noqa: B008 - it never changes
    ) -> None:
        self._store = store
        self._pace = pace
        self._ahead = 0.0
        self._told = tell
        self._owner = f"worker {uuid4()}"
        self._stopped = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        means = Means(Settling(store, self._clock), self._clock, chance, self._tell, lambda: None)
        self._rounds = {each.name: Round(Lane(each, means), store, self._clock, grace) for each in listeners}
        self.trouble = ""

    @property
    def stuck(self) -> dict[str, int]:
        """The listeners that hold threads past their time, and how many."""
        return {name: each.lane.stuck for name, each in self._rounds.items() if each.lane.stuck}

    def work(self, patience: float = 10.0) -> None:
        """Work until it is stopped or interrupted; what is under way then has `patience` seconds to end."""
        self._stopped = False
        try:
            asyncio.run(self._work(patience))
        finally:
            for each in self._rounds.values():
                each.close()
            with suppress(OSError):
                self._store.let_go("rescue", self._owner)

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
                self.trouble = str(problem) or type(problem).__name__
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), wait)
                wait = min(wait * 2, _LONGEST_WAIT)

    async def _connected(self, patience: float) -> None:
        """From one connection to the server until the next is needed, or the end."""
        await asyncio.to_thread(self._begin)
        settings = {**self._store.server.settings, "application_name": "zoom-component worker"}
        most = 2 + 2 * len(self._rounds)
        app = App(connector=PsycopgConnector(kwargs=settings, min_size=1, max_size=most, timeout=10.0))
        bells(app, self._ring, self._clock)
        async with app.open_async():
            self.trouble = ""
            parts = [self._listen(app, each, patience) for each in self._rounds.values()]
            await self._side_by_side([*parts, self._tick(), self._rescue(app)])

    def _begin(self) -> None:
        self._store.register([each.lane.listener.interest for each in self._rounds.values()])
        before = time.time()
        self._ahead = self._store.clock() - (before + time.time()) / 2

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

    async def _listen(self, app: App, round: Round, patience: float) -> None:
        await app.run_worker_async(
            queues=[queue_of(round.lane.listener.name)],
            name=round.lane.listener.name,
            concurrency=round.lane.listener.concurrency,
            install_signal_handlers=False,
            delete_jobs=DeleteJobCondition.ALWAYS,
            fetch_job_polling_interval=self._pace.look,
            update_heartbeat_interval=self._pace.heartbeat,
            stalled_worker_timeout=self._pace.silence,
            shutdown_graceful_timeout=patience,
        )

    async def _ring(self, event: int, listener: str, chain: str | None) -> None:
        round = self._rounds.get(listener)
        if round is not None:
            await round.go(event, chain)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(self._pace.tick)
            for each in self._rounds.values():
                if (deadline := each.lane.deadline) is not None and deadline <= time.monotonic():
                    await asyncio.to_thread(each.lane.abandon_overdue)

    async def _rescue(self, app: App) -> None:
        """Put back what dead workers left; one process of all does it at a time."""
        while True:
            now = self._clock()
            if await asyncio.to_thread(self._store.hold, "rescue", self._owner, 2.5 * self._pace.rescue, now):
                await put_back(app, self._pace.silence, now)
                await asyncio.to_thread(self._store.summon, now - self._pace.overdue)
            await asyncio.sleep(self._pace.rescue)

    def _clock(self) -> float:
        return time.time() + self._ahead

    def _tell(self, told: Told) -> None:
        self._rounds[told.listener].hear(Ended(told.id, told.attempt, told.state, told.again))
        self._told(told)
