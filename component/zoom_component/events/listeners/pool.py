"""Run one listener in threads of its own, so that a blocked listener delays no other one."""

from __future__ import annotations

import time
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import NamedTuple

from zoom_component.events.inbox.protocols import Job, Subscription
from zoom_component.events.inbox.worker import AttemptResult
from zoom_component.events.listeners.acknowledger import Acknowledger
from zoom_component.events.listeners.listener import (
    Delivery,
    Listener,
    NotStarted,
    Reject,
    Retry,
    describe_error,
    make_delivery,
)
from zoom_component.forked_processes import ProcessLocal, registered
from zoom_component.log_records import get_logger

__all__ = ["MAX_STUCK_THREADS", "ListenerPool", "PoolContext"]

_log = get_logger("zoom_component.events.listeners")
# Threads that are blocked past their timeout are replaced up to this number; further ones take the place of jobs.
MAX_STUCK_THREADS = 64

_OVERRUN = 1.0  # seconds past the timeout in which a handler, such as a command, may end the attempt itself


class PoolContext(NamedTuple):
    """Hold what all pools share.

    `random` returns a float in [0, 1). `on_result` is called after each attempt, `on_free` whenever a thread becomes
    free, both from the pool's threads. `lease_grace` is in seconds; see Dispatcher.
    """

    acknowledger: Acknowledger
    clock: Callable[[], float]
    random: Callable[[], float]
    on_result: Callable[[AttemptResult], None]
    on_free: Callable[[], None]
    lease_grace: float


class ListenerPool(ProcessLocal):
    """Run one listener.

    An attempt past its timeout counts as failed. Its thread stays blocked until the handler returns, and another thread
    takes its place, so that handlers that hang do not end the listener's work.
    """

    def __init__(self, listener: Listener, context: PoolContext) -> None:
        self.listener = listener
        self._context = context
        self._guard = Lock()
        self._queue: SimpleQueue[_Attempt | None] = SimpleQueue()
        self._attempts: set[_Attempt] = set()
        self._threads: list[Thread] = []
        self._stuck_count = 0
        registered.add(self)

    def reset_after_fork(self) -> None:
        """Forget the attempts and threads of the parent."""
        self._guard, self._queue = Lock(), SimpleQueue()
        self._attempts, self._threads, self._stuck_count = set(), [], 0

    @property
    def subscription(self) -> Subscription:
        """Return the listener's subscription."""
        return self.listener.subscription

    @property
    def concurrency(self) -> int:
        """Return the maximum number of jobs at the same time."""
        return self.listener.concurrency

    @property
    def lease_seconds(self) -> float:
        """Return how long a job has to be leased for one attempt."""
        return self.listener.timeout + _OVERRUN + self._context.lease_grace

    @property
    def capacity(self) -> int:
        """Return how many jobs could start now."""
        with self._guard:
            beyond_limit = max(self._stuck_count - MAX_STUCK_THREADS, 0)
            return self.listener.concurrency - len(self._attempts) - beyond_limit

    @property
    def is_busy(self) -> bool:
        """Return whether an attempt runs whose outcome will be recorded."""
        with self._guard:
            return bool(self._attempts)

    @property
    def stuck_threads(self) -> int:
        """Return how many threads are blocked by an attempt past its timeout."""
        with self._guard:
            return self._stuck_count

    @property
    def next_deadline(self) -> float | None:
        """Return when the next attempt times out, in seconds of the monotonic clock."""
        with self._guard:
            return min((each.deadline for each in self._attempts), default=None)

    def start_jobs(self, jobs: list[Job]) -> None:
        """Start jobs; at most as many as the capacity.

        A job that still runs here goes on under its new lease: the clock was set ahead, so the first one seemed to end.
        """
        for job in jobs:
            attempt = _Attempt(job, time.monotonic(), self.listener.timeout + _OVERRUN, self.lease_seconds)
            with self._guard:
                running = next((each for each in self._attempts if each.job.event_id == job.event_id), None)
                if running is not None and not running.has_ended:
                    running.job, running.lease_ends_at = job, attempt.lease_ends_at
                    continue
                self._attempts.add(attempt)
                needs_thread = len(self._threads) < len(self._attempts) + self._stuck_count
            if needs_thread:
                name = f"listener {self.listener.name}"
                thread = Thread(target=self._run_jobs, args=(self._queue,), name=name, daemon=True)
                self._threads.append(thread)
                thread.start()
            self._queue.put(attempt)

    def fail_overdue(self) -> None:
        """Record a failure for each attempt past its timeout."""
        now = time.monotonic()
        message = f"the listener did not return within {self.listener.timeout:g} seconds"
        for attempt in self._withdraw_attempts(lambda each: each.deadline <= now):
            _log.warning("listener %s: threads that are past their timeout: %d", self.listener.name, self._stuck_count)
            self._record_failure(attempt, message, None, is_dead=False)

    def withdraw_jobs(self) -> list[Job]:
        """Return the jobs that still run. Their outcomes are not recorded, so the caller has to release them."""
        return [each.job for each in self._withdraw_attempts(lambda _: True)]

    def close(self, timeout: float) -> None:
        """End the threads, waiting at most `timeout` seconds.

        A thread that is blocked in a listener is left behind.
        """
        threads, queue = self._threads, self._queue
        # If the pool is used again, then with a queue that none of the old threads reads.
        self._threads, self._queue = [], SimpleQueue()
        for _ in threads:
            queue.put(None)
        self.listener.handler.close()
        deadline = time.monotonic() + timeout
        for thread in threads:
            thread.join(max(deadline - time.monotonic(), 0.0))

    def _withdraw_attempts(self, condition: Callable[[_Attempt], bool]) -> list[_Attempt]:
        with self._guard:
            withdrawn = [each for each in self._attempts if not each.has_ended and condition(each)]
            self._attempts.difference_update(withdrawn)
            self._stuck_count += len(withdrawn)
        return withdrawn

    def _run_jobs(self, queue: SimpleQueue[_Attempt | None]) -> None:
        while (attempt := queue.get()) is not None:
            try:
                self._finish_attempt(attempt, *self._attempt_job(attempt.job))
            except Exception as error:  # the inbox itself failed; the job comes back when its lease ends
                self._report(attempt, "unrecorded", f"{type(error).__name__}: {error}"[:200])
            finally:
                with self._guard:
                    if attempt in self._attempts:
                        self._attempts.remove(attempt)
                    else:
                        self._stuck_count -= 1
                self._context.on_free()

    def _attempt_job(self, job: Job) -> tuple[str, BaseException | None, Delivery]:
        """Run the listener. Return the state, the exception if it failed, and the delivery."""
        listener, delivery = self.listener, make_delivery(job)
        if not listener.filter.matches(delivery.event):
            return "filtered", None, delivery
        if job.attempt > listener.retry.max_attempts:
            # The workers died in all attempts. An event that kills its worker must not be retried forever.
            message = f"all {job.attempt - 1} attempts ended without a result: the worker was killed each time"
            return "failed", Reject(message), delivery
        try:
            listener.handler.handle(delivery, listener.timeout)
        except BaseException as error:
            return "failed", error, delivery
        return "done", None, delivery

    def _finish_attempt(self, attempt: _Attempt, state: str, error: BaseException | None, delivery: Delivery) -> None:
        with self._guard:
            if attempt not in self._attempts:  # it timed out, and its failure is recorded already
                return
            attempt.has_ended = True
        if error is None:
            is_recorded = self._context.acknowledger.acknowledge(attempt.job, attempt.lease_ends_at)
            self._report(attempt, state if is_recorded else "unrecorded")
            return
        if isinstance(error, NotStarted):
            is_recorded = self._context.acknowledger.release(attempt.job, attempt.lease_ends_at)
            self._report(attempt, "released" if is_recorded else "unrecorded", str(error))
            return
        after = error.after if isinstance(error, Retry) else None
        message = describe_error(error, delivery, self.listener.handler.list_secrets())
        self._record_failure(attempt, message, after, is_dead=isinstance(error, Reject))

    def _record_failure(self, attempt: _Attempt, message: str, after: float | None, *, is_dead: bool) -> None:
        delay = None if is_dead else self.listener.retry.compute_delay(attempt.job.attempt, self._context.random())
        if delay is not None and after is not None:
            delay = max(delay, after)
        retry_at = None if delay is None else self._context.clock() + delay
        acknowledger = self._context.acknowledger
        is_recorded = acknowledger.record_failure(attempt.job, attempt.lease_ends_at, message, retry_at)
        state = "unrecorded" if not is_recorded else "dead" if retry_at is None else "retry"
        self._report(attempt, state, message, retry_at)

    def _report(self, attempt: _Attempt, state: str, error: str = "", retry_at: float | None = None) -> None:
        job, seconds = attempt.job, time.monotonic() - attempt.started_at
        name = self.listener.name
        self._context.on_result(
            AttemptResult(job.event_id, job.event.name, name, job.attempt, state, seconds, error, retry_at)
        )


class _Attempt:
    """Represent one running attempt."""

    __slots__ = ("deadline", "has_ended", "job", "lease_ends_at", "started_at")

    def __init__(self, job: Job, started_at: float, seconds: float, lease_seconds: float) -> None:
        self.job = job
        self.started_at = started_at
        self.deadline = started_at + seconds
        self.lease_ends_at = started_at + lease_seconds
        self.has_ended = False
