"""One listener at work: as many threads as it may use at once, and no other listener waits for any of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import NamedTuple

from zoom_component.events.inbox.store import Work
from zoom_component.events.listeners.listeners import (
    Delivery,
    GiveUp,
    Listener,
    Told,
    TryAgain,
    delivery_of,
    problem_of,
)
from zoom_component.events.listeners.settling import Settling

__all__ = ["LATE", "Lane", "Means"]

LATE = 1.0  # what ends a try by itself, such as a command, has this long past the timeout to do so


class Means(NamedTuple):
    """What lanes share: how to settle, the clock, chance, whom to tell, and whom to call when a thread is free."""

    settling: Settling
    clock: Callable[[], float]
    chance: Callable[[], float]
    tell: Callable[[Told], None]
    freed: Callable[[], None]


class Lane:
    """Runs one listener. A try that goes past its time counts as failed; its thread is missing until it returns."""

    def __init__(self, listener: Listener, means: Means) -> None:
        self.listener = listener
        self._means = means
        self._guard = Lock()
        self._queue: SimpleQueue[_Try | None] = SimpleQueue()
        self._tries: set[_Try] = set()
        self._threads: list[Thread] = []
        self._stuck = 0

    @property
    def room(self) -> int:
        """How many events could begin now."""
        with self._guard:
            return self.listener.concurrency - len(self._tries) - self._stuck

    @property
    def busy(self) -> bool:
        """Whether a try is under way that may still be settled."""
        with self._guard:
            return bool(self._tries)

    @property
    def stuck(self) -> int:
        """How many threads are held by a try that went past its time."""
        with self._guard:
            return self._stuck

    @property
    def deadline(self) -> float | None:
        """When, by the monotonic clock, the next try goes past its time."""
        with self._guard:
            return min((each.deadline for each in self._tries), default=None)

    def take(self, works: list[Work]) -> None:
        """Begin with these; no more than there is room for."""
        for work in works:
            each = _Try(work, time.monotonic(), self.listener.timeout + LATE)
            with self._guard:
                self._tries.add(each)
                short = len(self._threads) < len(self._tries) + self._stuck
            if short:
                named = f"listener {self.listener.name}"
                thread = Thread(target=self._work, args=(self._queue,), name=named, daemon=True)
                self._threads.append(thread)
                thread.start()
            self._queue.put(each)

    def abandon_overdue(self) -> None:
        """Count the tries that went past their time as failed."""
        now = time.monotonic()
        for each in self._given_up(lambda one: one.deadline <= now):
            told = f"it was not done within {self.listener.timeout:g} seconds"
            self._failed(each, told, None, dead=False)

    def withdraw(self) -> list[Work]:
        """What is still under way, no longer to be settled from here: for the inbox to be given back."""
        return [each.work for each in self._given_up(lambda _: True)]

    def close(self, patience: float) -> None:
        """End the threads; one that hangs in a listener is left to the end of the process."""
        threads, queue = self._threads, self._queue
        # Should it begin anew, then with a queue that no thread of now reads.
        self._threads, self._queue = [], SimpleQueue()
        for _ in threads:
            queue.put(None)
        self.listener.runner.stop()
        until = time.monotonic() + patience
        for thread in threads:
            thread.join(max(until - time.monotonic(), 0.0))

    def _given_up(self, chosen: Callable[[_Try], bool]) -> list[_Try]:
        with self._guard:
            found = [each for each in self._tries if not each.ended and chosen(each)]
            self._tries.difference_update(found)
            self._stuck += len(found)
        return found

    def _work(self, queue: SimpleQueue[_Try | None]) -> None:
        while (each := queue.get()) is not None:
            try:
                self._settle(each, *self._run(each.work))
            except Exception as problem:  # the inbox itself broke; its lease brings the event back
                self._tell(each, "unsettled", f"{type(problem).__name__}: {problem}"[:200])
            finally:
                with self._guard:
                    if each in self._tries:
                        self._tries.remove(each)
                    else:
                        self._stuck -= 1
                self._means.freed()

    def _run(self, work: Work) -> tuple[str, BaseException | None, Delivery]:
        """Runs the listener, and says what came of it."""
        listener, delivery = self.listener, delivery_of(work)
        if not listener.filter.wants(delivery.event):
            return "unwanted", None, delivery
        if work.attempt > listener.retry.attempts:
            # Whoever tried did not live to tell: an event that ends its worker each time must come to an end, too.
            told = f"it was begun {work.attempt - 1} times, and no time came to an end"
            return "failed", GiveUp(told), delivery
        try:
            listener.runner.run(delivery, listener.timeout)
        except BaseException as problem:
            return "failed", problem, delivery
        return "done", None, delivery

    def _settle(self, each: _Try, state: str, problem: BaseException | None, delivery: Delivery) -> None:
        with self._guard:
            if each not in self._tries:  # it went past its time, and was settled without it
                return
            each.ended = True
        if problem is None:
            known = self._means.settling.done(each.work)
            self._tell(each, state if known else "unsettled")
            return
        after = problem.after if isinstance(problem, TryAgain) else None
        words = problem_of(problem, delivery, self.listener.runner.secrets())
        self._failed(each, words, after, dead=isinstance(problem, GiveUp))

    def _failed(self, each: _Try, words: str, after: float | None, *, dead: bool) -> None:
        wait = None if dead else self.listener.retry.wait(each.work.attempt, self._means.chance())
        if wait is not None and after is not None:
            wait = max(wait, after)
        again = None if wait is None else self._means.clock() + wait
        known = self._means.settling.fail(each.work, words, again)
        state = "unsettled" if not known else "dead" if again is None else "again"
        self._tell(each, state, words, again)

    def _tell(self, each: _Try, state: str, error: str = "", again: float | None = None) -> None:
        work, took = each.work, time.monotonic() - each.began
        name = self.listener.name
        self._means.tell(Told(work.id, work.arrival.event, name, work.attempt, state, took, error, again))


class _Try:
    """One event in the hands of a listener."""

    __slots__ = ("began", "deadline", "ended", "work")

    def __init__(self, work: Work, began: float, seconds: float) -> None:
        self.work = work
        self.began = began
        self.deadline = began + seconds
        self.ended = False
