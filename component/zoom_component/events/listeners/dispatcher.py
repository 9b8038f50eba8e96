"""Dispatch due events to listeners that have free capacity, and record each outcome.

A listener gets an event until it acknowledges it (returns) or has no attempts left. Once the inbox has stored the
acknowledgement, the listener does not get the event again. If a worker is killed between a return and that moment, its
current events are repeated: at most `concurrency` events of a listener.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from threading import Condition, Thread
from typing import Any, TypeVar

from zoom_component.errors import InputError, Problem
from zoom_component.events.inbox.callbacks import guard_callback
from zoom_component.events.inbox.protocols import JobQueue
from zoom_component.events.inbox.worker import AttemptResult
from zoom_component.events.listeners.acknowledger import Acknowledger
from zoom_component.events.listeners.functions import FunctionHandler
from zoom_component.events.listeners.listener import Listener
from zoom_component.events.listeners.pool import ListenerPool, PoolContext
from zoom_component.events.webhook import parse_filter
from zoom_component.forked_processes import ProcessLocal, registered

__all__ = ["Dispatcher"]

Function = TypeVar("Function", bound=Callable[..., Any])
_MAX_FAILURES = 10  # consecutive failures of the inbox after which `run_until_idle` raises the error


class Dispatcher(ProcessLocal):
    """Run listeners on an inbox. Any number of processes may dispatch from one inbox at the same time.

    `run_until_idle` works until nothing is due; `start` and `stop`, or a `with` block, work in the background.
    `lease_grace`: seconds past a listener's timeout after which another worker may claim a job. `on_result` is called
    for each attempt, from the thread that made it; an exception that it raises is logged. `poll_interval`: seconds
    between two looks at an idle inbox. `clock`: by default, the inbox's. Raise OSError if the inbox cannot be used.
    """

    def __init__(
        self,
        inbox: JobQueue,
        listeners: Sequence[Listener] = (),
        *,
        clock: Callable[[], float] | None = None,
        random: Callable[[], float] = random.random,
        on_result: Callable[[AttemptResult], None] = lambda _: None,
        poll_interval: float = 0.5,
        lease_grace: float = 15.0,
    ) -> None:
        self._inbox = inbox
        self._clock = clock = clock or inbox.read_clock
        self._poll_interval = poll_interval
        self._on_result = guard_callback("on_result", on_result)
        self._context = PoolContext(Acknowledger(inbox, clock), clock, random, self._report, self.wake, lease_grace)
        self._pools: dict[str, ListenerPool] = {}
        self._changed = Condition()
        self._changes = 0
        self._stopping = False
        self._thread: Thread | None = None
        self._tally: Counter[str] = Counter()
        self.last_error = ""
        self.add_listeners(*listeners)
        registered.add(self)

    def reset_after_fork(self) -> None:
        """Stop in the child; `start` starts it there."""
        self._changed, self._thread = Condition(), None

    def add_listeners(self, *listeners: Listener) -> None:
        """Add listeners. From now on the inbox creates jobs for them, even while no dispatcher runs."""
        duplicates = [each.name for each in listeners if each.name in self._pools]
        if duplicates:
            raise InputError([Problem(name, "a listener with this name already exists") for name in duplicates])
        self._inbox.subscribe([each.subscription for each in listeners])
        # A new dict, since the loop may be iterating over the old one.
        self._pools = {**self._pools, **{each.name: ListenerPool(each, self._context) for each in listeners}}
        self.wake()

    def on(self, *events: str, name: str = "", where: Any = None, **options: Any) -> Callable[[Function], Function]:
        """Return a decorator that makes a function a listener.

        It gets the events that match patterns such as `meeting.*`. The function gets the Event and, if it accepts two
        arguments, the Delivery. `name` identifies the listener in the inbox, also in later runs; by default it is the
        function's name. `where` is a filter as in YAML, and `options` are further fields of Listener.
        """
        conditions = {"events": list(events) or ["*"], **({} if where is None else {"where": where})}
        event_filter = parse_filter(conditions)

        def decorate(function: Function) -> Function:
            self.add_listeners(Listener(name or function.__name__, FunctionHandler(function), event_filter, **options))
            return function

        return decorate

    @property
    def stuck_threads(self) -> dict[str, int]:
        """Return the number of threads that are blocked past their timeout, by listener."""
        return {name: pool.stuck_threads for name, pool in self._pools.items() if pool.stuck_threads}

    def run_until_idle(self, shutdown_timeout: float = 10.0) -> Counter[str]:
        """Work until nothing is due or running. Return the number of attempts by resulting state.

        Jobs that wait for a retry keep waiting. After an interruption, attempts that run get `shutdown_timeout` seconds
        to end; then their jobs are released and the interruption is raised.
        """
        self._stopping, self._tally = False, Counter()
        try:
            self._loop(until_idle=True)
        finally:
            self._finish(shutdown_timeout)
        return self._tally

    def run(self, shutdown_timeout: float = 10.0) -> None:
        """Work until the dispatcher is stopped or interrupted; see `stop` for `shutdown_timeout`."""
        self._stopping = False
        try:
            self._loop(until_idle=False)
        finally:
            self._finish(shutdown_timeout)

    def start(self) -> None:
        """Work in a background thread until `stop` is called."""
        if self._thread is None:
            self._stopping = False
            self._thread = Thread(target=self._loop, args=(False,), name="dispatch", daemon=True)
            self._thread.start()

    def stop(self, shutdown_timeout: float = 10.0) -> None:
        """Start no more jobs. Jobs that still run after `shutdown_timeout` seconds are released."""
        self._stopping = True
        self.wake()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
            self._finish(shutdown_timeout)

    def wake(self) -> None:
        """Look for due jobs now: an event may have arrived, or a thread may be free."""
        with self._changed:
            self._changes += 1
            self._changed.notify_all()

    def __enter__(self) -> Dispatcher:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def _loop(self, until_idle: bool) -> None:
        failures = 0
        while not self._stopping:
            seen = self._changes
            busy = any(pool.is_busy for pool in self._pools.values())
            try:
                claimed = self._claim_due_jobs()
                failures, self.last_error = 0, ""
            except OSError as error:
                claimed, failures, self.last_error = 0, failures + 1, str(error)
                if until_idle and failures >= _MAX_FAILURES:
                    raise
            self._fail_overdue()
            if until_idle and not claimed and not busy and not failures:
                return
            if not claimed:
                self._pause(seen)

    def _claim_due_jobs(self) -> int:
        """Claim as many jobs for each listener as it has capacity for. Return how many."""
        claimed = 0
        for name, pool in self._pools.items():
            capacity, now = pool.capacity, self._clock()
            if capacity <= 0 or self._stopping:
                continue
            due = self._inbox.find_next_due([name], now)
            if due is not None and due <= now:
                jobs = self._inbox.claim_jobs([name], capacity, pool.lease_seconds, now)
                claimed += len(jobs)
                pool.start_jobs(jobs)
        return claimed

    def _fail_overdue(self) -> None:
        for pool in self._pools.values():
            pool.fail_overdue()

    def _pause(self, seen: int) -> None:
        """Wait for a change, for the next deadline, or for the poll interval."""
        deadlines = [pool.next_deadline for pool in self._pools.values()]
        nearest = min((each for each in deadlines if each is not None), default=float("inf"))
        with self._changed:
            self._changed.wait_for(
                lambda: self._changes != seen, max(min(self._poll_interval, nearest - time.monotonic()), 0.001)
            )

    def _finish(self, shutdown_timeout: float) -> None:
        until = time.monotonic() + shutdown_timeout
        while any(pool.is_busy for pool in self._pools.values()) and time.monotonic() < until:
            seen = self._changes
            self._fail_overdue()
            self._pause(seen)
        unfinished = [job for pool in self._pools.values() for job in pool.withdraw_jobs()]
        for pool in self._pools.values():
            pool.close(0.5)
        if unfinished:
            self._inbox.release_jobs(unfinished)

    def _report(self, result: AttemptResult) -> None:
        with self._changed:
            self._tally[result.state] += 1
        self._on_result(result)
