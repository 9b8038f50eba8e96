"""Gives events to listeners: claims what is due for whoever has room, and settles what came of it.

What is promised: an event is given to a listener until it acknowledges (returns) or is out of tries. Once the inbox has
the acknowledgement, the event is not given to it again. Between a return and that moment, a worker that is killed
repeats what it had in hand: `concurrency` events of a listener at most.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from threading import Condition, Thread
from typing import Any, TypeVar

from zoom_component.errors import InputError, Problem
from zoom_component.events.inbox.protocols import Inbox
from zoom_component.events.listeners.acknowledger import Acknowledger
from zoom_component.events.listeners.functions import FunctionHandler
from zoom_component.events.listeners.listener import AttemptResult, Listener
from zoom_component.events.listeners.pool import OVERRUN, ListenerPool, PoolContext
from zoom_component.events.webhook import parse_filter

__all__ = ["Dispatcher"]

Function = TypeVar("Function", bound=Callable[..., Any])
_MAX_FAILURES = 10  # so often in a row an inbox may fail to answer before a drain ends with its error


class Dispatcher:
    """Listeners at work on an inbox. Any number of processes may dispatch from one inbox at the same time.

    `drain` works until nothing is due; `start` and `stop`, or a `with`, do it beside what else the program does.
    `grace` is how long, past a listener's timeout, an event stays with a worker that says nothing before another gets
    it. `tell` hears of each try, from the threads that made it; what it raises ends the work, and is raised there.
    Raises OSError when the inbox cannot be used.
    """

    def __init__(
        self,
        inbox: Inbox,
        listeners: Sequence[Listener] = (),
        *,
        clock: Callable[[], float] = time.time,
        random: Callable[[], float] = random.random,
        on_result: Callable[[AttemptResult], None] = lambda _: None,
        poll_interval: float = 0.5,
        lease_grace: float = 15.0,
    ) -> None:
        self._store = inbox
        self._clock = clock
        self._idle = poll_interval
        self._grace = lease_grace
        self._told = on_result
        self._means = PoolContext(Acknowledger(inbox, clock), clock, random, self._report, self.wake)
        self._lanes: dict[str, ListenerPool] = {}
        self._changed = Condition()
        self._changes = 0
        self._stopping = False
        self._thread: Thread | None = None
        self._tally: Counter[str] = Counter()
        self._unheard: Exception | None = None
        self.last_error = ""
        self.add_listeners(*listeners)

    def add_listeners(self, *listeners: Listener) -> None:
        """Listeners more. From now on the inbox keeps work for them, even while nothing dispatches."""
        twice = [each.name for each in listeners if each.name in self._lanes]
        if twice:
            raise InputError([Problem(name, "a listener of this name is there already") for name in twice])
        self._store.subscribe([each.subscription for each in listeners])
        # Another dict, since the loop may be going over this one.
        self._lanes = {**self._lanes, **{each.name: ListenerPool(each, self._means) for each in listeners}}
        self.wake()

    def on(self, *events: str, name: str = "", where: Any = None, **how: Any) -> Callable[[Function], Function]:
        """A decorator that makes a function a listener for events that fit patterns such as `meeting.*`.

        The function is given the Event, and, if it takes two, the Delivery. `name` is how the inbox knows it, from one
        run to the next; the function's own where none is given. `where` is a filter as in YAML, `how` is what a
        Listener takes beside.
        """
        words = {"events": list(events) or ["*"], **({} if where is None else {"where": where})}
        wanted = parse_filter(words)

        def kept(function: Function) -> Function:
            self.add_listeners(Listener(name or function.__name__, FunctionHandler(function), wanted, **how))
            return function

        return kept

    @property
    def stuck_threads(self) -> dict[str, int]:
        """The listeners that hold threads past their time, and how many."""
        return {name: lane.stuck_threads for name, lane in self._lanes.items() if lane.stuck_threads}

    def run_until_idle(self, shutdown_timeout: float = 10.0) -> Counter[str]:
        """Work until nothing is due and nothing under way. Gives how many tries came to which state.

        What waits for its next try is left waiting. An interruption is passed on once what was begun has ended or,
        after `patience` seconds, has been given back.
        """
        self._stopping, self._tally = False, Counter()
        try:
            self._loop(until_idle=True)
        finally:
            self._finish(shutdown_timeout)
        return self._tally

    def run(self, shutdown_timeout: float = 10.0) -> None:
        """Work until it is stopped or interrupted."""
        self._stopping = False
        try:
            self._loop(until_idle=False)
        finally:
            self._finish(shutdown_timeout)

    def start(self) -> None:
        """Work in a thread of its own until `stop`."""
        if self._thread is None:
            self._stopping = False
            self._thread = Thread(target=self._loop, args=(False,), name="dispatch", daemon=True)
            self._thread.start()

    def stop(self, shutdown_timeout: float = 10.0) -> None:
        """Begin nothing more; finish what is under way, or, after `patience` seconds, give it back."""
        self._stopping = True
        self.wake()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
            self._finish(shutdown_timeout)

    def wake(self) -> None:
        """Look now: something may be due, or a thread is free."""
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
            busy = any(lane.is_busy for lane in self._lanes.values())
            try:
                came = self._claim_due_jobs()
                failures, self.last_error = 0, ""
            except OSError as problem:
                came, failures, self.last_error = 0, failures + 1, str(problem)
                if until_idle and failures >= _MAX_FAILURES:
                    raise
            self._fail_overdue()
            if until_idle and not came and not busy and not failures:
                return
            if not came:
                self._pause(seen)

    def _claim_due_jobs(self) -> int:
        """Claim for every listener that has room, as much as it has room for; how many pieces came."""
        came = 0
        for name, lane in self._lanes.items():
            room, now = lane.capacity, self._clock()
            if room <= 0 or self._stopping:
                continue
            due = self._store.find_next_due([name])
            if due is not None and due <= now:
                lease = lane.listener.timeout + OVERRUN + self._grace
                works = self._store.claim_jobs([name], room, lease, now)
                came += len(works)
                lane.start_jobs(works)
        return came

    def _fail_overdue(self) -> None:
        for lane in self._lanes.values():
            lane.fail_overdue()

    def _pause(self, seen: int) -> None:
        """Wait for a change, the next deadline, or for as long as others may take to put something in."""
        deadlines = [lane.next_deadline for lane in self._lanes.values()]
        nearest = min((each for each in deadlines if each is not None), default=float("inf"))
        with self._changed:
            self._changed.wait_for(
                lambda: self._changes != seen, max(min(self._idle, nearest - time.monotonic()), 0.001)
            )

    def _finish(self, patience: float) -> None:
        until = time.monotonic() + patience
        while any(lane.is_busy for lane in self._lanes.values()) and time.monotonic() < until:
            seen = self._changes
            self._fail_overdue()
            self._pause(seen)
        left = [work for lane in self._lanes.values() for work in lane.withdraw_jobs()]
        for lane in self._lanes.values():
            lane.close(0.5)
        if left:
            self._store.release_jobs(left)
        if self._unheard is not None:
            problem, self._unheard = self._unheard, None
            raise problem

    def _report(self, told: AttemptResult) -> None:
        with self._changed:
            self._tally[told.state] += 1
        try:
            self._told(told)
        except Exception as problem:  # such as a pipe that nobody reads any more
            self._unheard, self._stopping = problem, True
            self.wake()
