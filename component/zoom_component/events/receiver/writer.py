"""One thread that writes what many requests bring: what waits goes into one commit, and is told after it.

A commit costs much the same for one event as for hundreds, so the more there is to do, the less each costs.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from threading import Condition, Thread
from typing import NamedTuple

from zoom_component.events.inbox.protocols import Inbox, IncomingEvent

__all__ = ["InboxWriter", "QueueFull"]

_log = logging.getLogger("zoom_component.events.receiver")
_GROUP = 512


class QueueFull(Exception):
    """As much waits to be written as may wait."""


class _Waiting(NamedTuple):
    arrival: IncomingEvent
    future: asyncio.Future[bool]
    loop: asyncio.AbstractEventLoop


class InboxWriter:
    """Writes arrivals into a store, from any number of event loops.

    The thread starts with the first arrival and is gone after `close`. `stored` is called in it after each commit that
    brought something new.
    """

    def __init__(self, store: Inbox, capacity: int, on_stored: Callable[[], None] = lambda: None) -> None:
        self._store, self._most, self._stored = store, capacity, on_stored
        self._changed = Condition()
        self._waiting: deque[_Waiting] = deque()
        self._marks: dict[str, float] = {}
        self._writing = 0
        self._thread: Thread | None = None
        self._closing = False
        self.error = ""

    @property
    def pending(self) -> int:
        """How many arrivals are not written yet."""
        return len(self._waiting) + self._writing

    @property
    def is_full(self) -> bool:
        """Whether nothing more is taken."""
        return self.pending >= self._most

    def submit(self, arrival: IncomingEvent) -> asyncio.Future[bool]:
        """A future that is done once the arrival is durable: whether it is new, or the OSError that kept it out.

        Raises Full.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bool] = loop.create_future()
        with self._changed:
            if self.is_full or self._closing:
                raise QueueFull
            self._waiting.append(_Waiting(arrival, future, loop))
            self._wake()
        return future

    def mark(self, name: str, at: float) -> None:
        """Note a time in the store soon. The last of several is enough, so a flood of them costs one."""
        with self._changed:
            if not self._closing:
                self._marks[name] = at
                self._wake()

    def close(self) -> None:
        """Write what waits, and end. Nothing is taken any more."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()

    def reopen(self) -> None:
        """Take again after `close`."""
        with self._changed:
            self._closing = False

    def _wake(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._work, name="zoom-inbox-writer", daemon=True)
            self._thread.start()
        self._changed.notify()

    def _work(self) -> None:
        while (found := self._next()) is not None:
            group, marks = found
            if group:
                _settle(group, self._put([each.arrival for each in group]))
                self._writing = 0
            for name, at in marks.items():
                self._keep_mark(name, at)

    def _next(self) -> tuple[list[_Waiting], dict[str, float]] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._marks or self._closing)
            if not self._waiting and not self._marks:
                return None
            group = [self._waiting.popleft() for _ in range(min(len(self._waiting), _GROUP))]
            self._writing = len(group)
            marks, self._marks = self._marks, {}
            return group, marks

    def _put(self, arrivals: Sequence[IncomingEvent]) -> list[bool | OSError]:
        """What became of each; one that no store can take does not keep the others out."""
        try:
            found = self._store.add_events(arrivals)
        except OSError as problem:
            self._fail(problem)
            return [problem] * len(arrivals)
        except Exception as problem:
            if len(arrivals) > 1:
                return [outcome for each in arrivals for outcome in self._put([each])]
            _log.exception("An event cannot be kept")
            return [OSError(f"the event cannot be kept: {type(problem).__name__}")]
        self.error = ""
        if any(found):
            self._stored()
        return list(found)

    def _fail(self, problem: OSError) -> None:
        if not self.error:
            _log.error("Nothing can be kept, so deliveries are answered 503: %s", problem)
        self.error = str(problem)

    def _keep_mark(self, name: str, at: float) -> None:
        try:
            self._store.set_timestamp(name, at)
        except OSError as problem:
            self._fail(problem)
        else:
            self.error = ""


def _settle(group: Sequence[_Waiting], outcomes: Sequence[bool | OSError]) -> None:
    """Tell every loop once, since waking one is what costs."""
    pairs: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[bool], bool | OSError]]] = {}
    for each, outcome in zip(group, outcomes, strict=True):
        pairs.setdefault(each.loop, []).append((each.future, outcome))
    for loop, told in pairs.items():
        try:
            loop.call_soon_threadsafe(_tell, told)
        except RuntimeError:  # the loop is closed: nobody waits any more
            continue


def _tell(pairs: Sequence[tuple[asyncio.Future[bool], bool | OSError]]) -> None:
    for future, outcome in pairs:
        if future.done():
            continue
        if isinstance(outcome, OSError):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
