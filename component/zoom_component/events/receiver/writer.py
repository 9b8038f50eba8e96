"""Write the events of many requests to the inbox in one thread, with one commit for all that wait.

A commit costs much the same for one event as for hundreds, so the cost of each event falls as the load rises.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from threading import Condition, Thread
from typing import NamedTuple

from zoom_component.events.inbox.callbacks import guard_callback
from zoom_component.events.inbox.protocols import EventLog, IncomingEvent
from zoom_component.forked_processes import ProcessLocal, registered
from zoom_component.log_records import get_logger

__all__ = ["InboxWriter", "QueueFull"]

_log = get_logger("zoom_component.events.receiver")
_MAX_GROUP = 512


class QueueFull(Exception):
    """Report that as many events wait to be stored as may wait."""


class _QueuedEvent(NamedTuple):
    event: IncomingEvent
    future: asyncio.Future[bool]
    loop: asyncio.AbstractEventLoop


class InboxWriter(ProcessLocal):
    """Write events to an inbox, from any number of event loops.

    The thread starts with the first event and ends with `close`. It calls `on_stored` after each commit that added a
    new event; an exception that it raises is logged. At most `capacity` events wait. `error` is why events cannot be
    stored at present, "" if they can; `last_failure` is the last such error and its time in epoch seconds.
    """

    def __init__(self, inbox: EventLog, capacity: int, on_stored: Callable[[], None] = lambda: None) -> None:
        self._inbox, self._capacity = inbox, capacity
        self._on_stored = guard_callback("on_stored", on_stored)
        self._changed = Condition()
        self._queue: deque[_QueuedEvent] = deque()
        self._timestamps: dict[str, float] = {}
        self._writing = 0
        self._thread: Thread | None = None
        self._is_closing = False
        self.error = ""
        self.last_failure: tuple[float, str] | None = None
        registered.add(self)

    def reset_after_fork(self) -> None:
        """Start without a thread and without events: the parent stores those that wait."""
        self._changed, self._thread = Condition(), None
        self._queue, self._timestamps, self._writing = deque(), {}, 0

    @property
    def pending(self) -> int:
        """Return how many events are not stored yet."""
        return len(self._queue) + self._writing

    @property
    def is_full(self) -> bool:
        """Return whether no more events are accepted."""
        return self.pending >= self._capacity

    def submit(self, event: IncomingEvent) -> asyncio.Future[bool]:
        """Return a future that is done once the event is durable: whether it is new, or the OSError that prevented it.

        Raise QueueFull.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bool] = loop.create_future()
        with self._changed:
            if self.is_full or self._is_closing:
                raise QueueFull
            self._queue.append(_QueuedEvent(event, future, loop))
            self._wake()
        return future

    def set_timestamp(self, name: str, at: float) -> None:
        """Save a time in the inbox soon. Only the last of several is written, so a flood of them costs one write."""
        with self._changed:
            if not self._is_closing:
                self._timestamps[name] = at
                self._wake()

    def close(self) -> None:
        """Write what waits, and end. Refuse further events."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()

    def reopen(self) -> None:
        """Accept events again after `close`."""
        with self._changed:
            self._is_closing = False

    def _wake(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._run, name="zoom-inbox-writer", daemon=True)
            self._thread.start()
        self._changed.notify()

    def _run(self) -> None:
        while (batch := self._wait_for_batch()) is not None:
            group, timestamps = batch
            if group:
                outcomes = self._store([each.event for each in group])
                _resolve_futures(group, outcomes)
                self._writing = 0
                if any(outcome is True for outcome in outcomes):
                    self._on_stored()
            for name, at in timestamps.items():
                self._store_timestamp(name, at)

    def _wait_for_batch(self) -> tuple[list[_QueuedEvent], dict[str, float]] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._timestamps or self._is_closing)
            if not self._queue and not self._timestamps:
                return None
            group = [self._queue.popleft() for _ in range(min(len(self._queue), _MAX_GROUP))]
            self._writing = len(group)
            timestamps, self._timestamps = self._timestamps, {}
            return group, timestamps

    def _store(self, events: Sequence[IncomingEvent]) -> list[bool | OSError]:
        """Return the outcome for each event. One that the inbox cannot store does not prevent the others."""
        try:
            are_new = self._inbox.add_events(events)
        except OSError as error:
            self._set_error(error)
            return [error] * len(events)
        except Exception as error:
            if len(events) > 1:
                return [outcome for each in events for outcome in self._store([each])]
            _log.exception("An event cannot be stored")
            return [OSError(f"the event cannot be stored: {type(error).__name__}")]
        self.error = ""
        return list(are_new)

    def _store_timestamp(self, name: str, at: float) -> None:
        try:
            self._inbox.set_timestamp(name, at)
        except Exception as error:  # a time is small: that it can be stored does not mean that an event can
            self._set_error(error)

    def _set_error(self, error: Exception) -> None:
        self.last_failure = (time.time(), str(error))
        if not self.error:
            _log.error("The inbox cannot be written, so deliveries are answered with 503: %s", error)
        self.error = str(error)


def _resolve_futures(group: Sequence[_QueuedEvent], outcomes: Sequence[bool | OSError]) -> None:
    """Pass the outcomes to the waiting requests. Wake each loop once, because waking is what costs."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[bool], bool | OSError]]] = {}
    for each, outcome in zip(group, outcomes, strict=True):
        by_loop.setdefault(each.loop, []).append((each.future, outcome))
    for loop, pairs in by_loop.items():
        try:
            loop.call_soon_threadsafe(_set_outcomes, pairs)
        except RuntimeError:  # the loop is closed, so no request waits
            continue


def _set_outcomes(pairs: Sequence[tuple[asyncio.Future[bool], bool | OSError]]) -> None:
    for future, outcome in pairs:
        if future.done():
            continue
        if isinstance(outcome, OSError):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
