"""Telling the inbox what came of it, one commit for all that ended in the meantime.

A thread that has ended its work waits until that is durable before it takes more, so a worker that is killed repeats
no more than what it had in hand.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from zoom_component.events.inbox.store import Store, Work

__all__ = ["Settling"]

_FIRST, _LONGEST = 0.05, 1.0


class Settling:
    """Acknowledges and fails. An inbox that cannot be reached is asked again until the lease has run out."""

    def __init__(self, store: Store, clock: Callable[[], float], sleep: Callable[[float], None] = time.sleep) -> None:
        self._store = store
        self._clock = clock
        self._sleep = sleep
        self._guard = Lock()
        self._commit = Lock()
        self._waiting: list[_Ticket] = []

    def done(self, work: Work) -> bool:
        """Acknowledge; whether the inbox knows."""
        ticket = _Ticket(work)

        def together() -> None:
            with self._guard:
                self._waiting.append(ticket)
            with self._commit:
                self._settle_all(ticket)

        return self._insist(together, work)

    def fail(self, work: Work, error: str, again: float | None) -> bool:
        """Tell a failure; whether the inbox knows."""
        return self._insist(lambda: self._store.fail(work, error, again, self._clock()), work)

    def _settle_all(self, own: _Ticket) -> None:
        """Whoever comes first commits for all who wait by then; those find theirs settled."""
        if own.settled:
            return
        with self._guard:
            batch, self._waiting = self._waiting, []
        try:
            self._store.done([ticket.work for ticket in batch], self._clock())
        except OSError:
            with self._guard:  # each asks again for itself
                self._waiting = [ticket for ticket in batch if ticket is not own] + self._waiting
            raise
        for ticket in batch:
            ticket.settled = True

    def _insist(self, settle: Callable[[], None], work: Work) -> bool:
        wait = _FIRST
        while True:
            try:
                settle()
            except OSError:
                if self._clock() + wait >= work.until:
                    return False
                self._sleep(wait)
                wait = min(wait * 2, _LONGEST)
            else:
                return True


class _Ticket:
    __slots__ = ("settled", "work")

    def __init__(self, work: Work) -> None:
        self.work = work
        self.settled = False
