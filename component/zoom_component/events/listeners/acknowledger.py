"""Record the outcomes of jobs in the inbox, several with one commit.

A thread waits until its outcome is durable before it takes another job, so a killed worker repeats only its current
jobs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from zoom_component.events.inbox.protocols import Job, JobQueue
from zoom_component.forked_processes import ProcessLocal, registered

__all__ = ["Acknowledger"]

_FIRST_WAIT, _MAX_WAIT = 0.05, 1.0


class Acknowledger(ProcessLocal):
    """Record outcomes in the inbox. If it is unreachable, retry until the job's lease has ended.

    `lease_ends_at` is in seconds of the monotonic clock, which no change of the time moves.
    """

    def __init__(
        self, inbox: JobQueue, clock: Callable[[], float], sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._inbox = inbox
        self._clock = clock
        self._sleep = sleep
        self._guard = Lock()
        self._commit = Lock()
        self._waiting: list[_Ticket] = []
        registered.add(self)

    def reset_after_fork(self) -> None:
        """Forget the outcomes that threads of the parent record."""
        self._guard, self._commit, self._waiting = Lock(), Lock(), []

    def acknowledge(self, job: Job, lease_ends_at: float) -> bool:
        """Acknowledge a job. Return whether the inbox recorded it."""
        ticket = _Ticket(job)

        def commit() -> None:
            with self._guard:
                self._waiting.append(ticket)
            with self._commit:
                self._commit_batch(ticket)

        return self._retry_until_lease_ends(commit, lease_ends_at)

    def record_failure(self, job: Job, lease_ends_at: float, error: str, retry_at: float | None) -> bool:
        """Record a failure with the time of the next attempt, if any. Return whether the inbox recorded it."""
        return self._retry_until_lease_ends(
            lambda: self._inbox.record_failure(job, error, retry_at, self._clock()), lease_ends_at
        )

    def release(self, job: Job, lease_ends_at: float) -> bool:
        """Give a job back as if it had not been claimed. Return whether the inbox recorded it."""
        return self._retry_until_lease_ends(lambda: self._inbox.release_jobs([job]), lease_ends_at)

    def _commit_batch(self, own: _Ticket) -> None:
        """Commit all waiting jobs at once, unless another thread has committed this one already."""
        if own.is_committed:
            return
        with self._guard:
            batch, self._waiting = self._waiting, []
        try:
            self._inbox.acknowledge([ticket.job for ticket in batch], self._clock())
        except OSError:
            with self._guard:  # every other thread retries its own job
                self._waiting = [ticket for ticket in batch if ticket is not own] + self._waiting
            raise
        for ticket in batch:
            ticket.is_committed = True

    def _retry_until_lease_ends(self, record: Callable[[], None], lease_ends_at: float) -> bool:
        wait = _FIRST_WAIT
        while True:
            try:
                record()
            except OSError:
                if time.monotonic() + wait >= lease_ends_at:
                    return False
                self._sleep(wait)
                wait = min(wait * 2, _MAX_WAIT)
            else:
                return True


class _Ticket:
    """Represent a job that waits for a commit."""

    __slots__ = ("is_committed", "job")

    def __init__(self, job: Job) -> None:
        self.job = job
        self.is_committed = False
