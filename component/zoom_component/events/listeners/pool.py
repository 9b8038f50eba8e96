"""One listener at work: as many threads as it may use at once, and no other listener waits for any of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import NamedTuple

from zoom_component.events.inbox.protocols import Job
from zoom_component.events.listeners.acknowledger import Acknowledger
from zoom_component.events.listeners.listener import (
    AttemptResult,
    Delivery,
    Listener,
    Reject,
    Retry,
    describe_error,
    make_delivery,
)

__all__ = ["OVERRUN", "ListenerPool", "PoolContext"]

OVERRUN = 1.0  # what ends a try by itself, such as a command, has this long past the timeout to do so


class PoolContext(NamedTuple):
    """What lanes share: how to settle, the clock, chance, whom to tell, and whom to call when a thread is free."""

    acknowledger: Acknowledger
    clock: Callable[[], float]
    random: Callable[[], float]
    on_result: Callable[[AttemptResult], None]
    on_free: Callable[[], None]


class ListenerPool:
    """Runs one listener. A try that goes past its time counts as failed; its thread is missing until it returns."""

    def __init__(self, listener: Listener, means: PoolContext) -> None:
        self.listener = listener
        self._means = means
        self._guard = Lock()
        self._queue: SimpleQueue[_Attempt | None] = SimpleQueue()
        self._tries: set[_Attempt] = set()
        self._threads: list[Thread] = []
        self._stuck = 0

    @property
    def capacity(self) -> int:
        """How many events could begin now."""
        with self._guard:
            return self.listener.concurrency - len(self._tries) - self._stuck

    @property
    def is_busy(self) -> bool:
        """Whether a try is under way that may still be settled."""
        with self._guard:
            return bool(self._tries)

    @property
    def stuck_threads(self) -> int:
        """How many threads are held by a try that went past its time."""
        with self._guard:
            return self._stuck

    @property
    def next_deadline(self) -> float | None:
        """When, by the monotonic clock, the next try goes past its time."""
        with self._guard:
            return min((each.deadline for each in self._tries), default=None)

    def start_jobs(self, jobs: list[Job]) -> None:
        """Begin with these; no more than there is room for."""
        for work in jobs:
            each = _Attempt(work, time.monotonic(), self.listener.timeout + OVERRUN)
            with self._guard:
                self._tries.add(each)
                short = len(self._threads) < len(self._tries) + self._stuck
            if short:
                named = f"listener {self.listener.name}"
                thread = Thread(target=self._run_jobs, args=(self._queue,), name=named, daemon=True)
                self._threads.append(thread)
                thread.start()
            self._queue.put(each)

    def fail_overdue(self) -> None:
        """Count the tries that went past their time as failed."""
        now = time.monotonic()
        for each in self._withdraw_attempts(lambda one: one.deadline <= now):
            told = f"it was not done within {self.listener.timeout:g} seconds"
            self._record_failure(each, told, None, dead=False)

    def withdraw_jobs(self) -> list[Job]:
        """What is still under way, no longer to be settled from here: for the inbox to be given back."""
        return [each.job for each in self._withdraw_attempts(lambda _: True)]

    def close(self, timeout: float) -> None:
        """End the threads; one that hangs in a listener is left to the end of the process."""
        threads, queue = self._threads, self._queue
        # Should it begin anew, then with a queue that no thread of now reads.
        self._threads, self._queue = [], SimpleQueue()
        for _ in threads:
            queue.put(None)
        self.listener.handler.close()
        until = time.monotonic() + timeout
        for thread in threads:
            thread.join(max(until - time.monotonic(), 0.0))

    def _withdraw_attempts(self, chosen: Callable[[_Attempt], bool]) -> list[_Attempt]:
        with self._guard:
            found = [each for each in self._tries if not each.has_ended and chosen(each)]
            self._tries.difference_update(found)
            self._stuck += len(found)
        return found

    def _run_jobs(self, queue: SimpleQueue[_Attempt | None]) -> None:
        while (each := queue.get()) is not None:
            try:
                self._settle_attempt(each, *self._attempt_job(each.job))
            except Exception as problem:  # the inbox itself broke; its lease brings the event back
                self._report(each, "unsettled", f"{type(problem).__name__}: {problem}"[:200])
            finally:
                with self._guard:
                    if each in self._tries:
                        self._tries.remove(each)
                    else:
                        self._stuck -= 1
                self._means.on_free()

    def _attempt_job(self, work: Job) -> tuple[str, BaseException | None, Delivery]:
        """Runs the listener, and says what came of it."""
        listener, delivery = self.listener, make_delivery(work)
        if not listener.filter.matches(delivery.event):
            return "unwanted", None, delivery
        if work.attempt > listener.retry.max_attempts:
            # Whoever tried did not live to tell: an event that ends its worker each time must come to an end, too.
            told = f"it was begun {work.attempt - 1} times, and no time came to an end"
            return "failed", Reject(told), delivery
        try:
            listener.handler.handle(delivery, listener.timeout)
        except BaseException as problem:
            return "failed", problem, delivery
        return "done", None, delivery

    def _settle_attempt(self, each: _Attempt, state: str, problem: BaseException | None, delivery: Delivery) -> None:
        with self._guard:
            if each not in self._tries:  # it went past its time, and was settled without it
                return
            each.has_ended = True
        if problem is None:
            known = self._means.acknowledger.acknowledge(each.job)
            self._report(each, state if known else "unsettled")
            return
        after = problem.after if isinstance(problem, Retry) else None
        words = describe_error(problem, delivery, self.listener.handler.list_secrets())
        self._record_failure(each, words, after, dead=isinstance(problem, Reject))

    def _record_failure(self, each: _Attempt, words: str, after: float | None, *, dead: bool) -> None:
        wait = None if dead else self.listener.retry.compute_delay(each.job.attempt, self._means.random())
        if wait is not None and after is not None:
            wait = max(wait, after)
        again = None if wait is None else self._means.clock() + wait
        known = self._means.acknowledger.record_failure(each.job, words, again)
        state = "unsettled" if not known else "dead" if again is None else "again"
        self._report(each, state, words, again)

    def _report(self, each: _Attempt, state: str, error: str = "", again: float | None = None) -> None:
        work, took = each.job, time.monotonic() - each.started_at
        name = self.listener.name
        self._means.on_result(
            AttemptResult(work.event_id, work.event.name, name, work.attempt, state, took, error, again)
        )


class _Attempt:
    """One event in the hands of a listener."""

    __slots__ = ("deadline", "has_ended", "job", "started_at")

    def __init__(self, work: Job, began: float, seconds: float) -> None:
        self.job = work
        self.started_at = began
        self.deadline = began + seconds
        self.has_ended = False
