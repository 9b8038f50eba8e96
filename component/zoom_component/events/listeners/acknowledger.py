"""Telling the inbox what came of it, one commit for all that ended in the meantime.

A thread that has ended its work waits until that is durable before it takes more, so a worker that is killed repeats
no more than what it had in hand.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from zoom_component.events.inbox.protocols import Inbox, Job

__all__ = ["Acknowledger"]

_FIRST_WAIT, _MAX_WAIT = 0.05, 1.0


class Acknowledger:
    """Acknowledges and fails. An inbox that cannot be reached is asked again until the lease has run out."""

    def __init__(self, store: Inbox, clock: Callable[[], float], sleep: Callable[[float], None] = time.sleep) -> None:
        self._store = store
        self._clock = clock
        self._sleep = sleep
        self._guard = Lock()
        self._commit = Lock()
        self._waiting: list[_Ticket] = []

    def acknowledge(self, job: Job) -> bool:
        """Acknowledge; whether the inbox knows."""
        ticket = _Ticket(job)

        def together() -> None:
            with self._guard:
                self._waiting.append(ticket)
            with self._commit:
                self._commit_batch(ticket)

        return self._retry_until_lease_ends(together, job)

    def record_failure(self, job: Job, error: str, retry_at: float | None) -> bool:
        """Tell a failure; whether the inbox knows."""
        return self._retry_until_lease_ends(
            lambda: self._store.record_failure(job, error, retry_at, self._clock()), job
        )

    def _commit_batch(self, own: _Ticket) -> None:
        """Whoever comes first commits for all who wait by then; those find theirs settled."""
        if own.is_committed:
            return
        with self._guard:
            batch, self._waiting = self._waiting, []
        try:
            self._store.acknowledge([ticket.work for ticket in batch], self._clock())
        except OSError:
            with self._guard:  # each asks again for itself
                self._waiting = [ticket for ticket in batch if ticket is not own] + self._waiting
            raise
        for ticket in batch:
            ticket.is_committed = True

    def _retry_until_lease_ends(self, settle: Callable[[], None], work: Job) -> bool:
        wait = _FIRST_WAIT
        while True:
            try:
                settle()
            except OSError:
                if self._clock() + wait >= work.leased_until:
                    return False
                self._sleep(wait)
                wait = min(wait * 2, _MAX_WAIT)
            else:
                return True


class _Ticket:
    __slots__ = ("is_committed", "work")

    def __init__(self, work: Job) -> None:
        self.work = work
        self.is_committed = False
