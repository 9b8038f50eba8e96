"""Tell the time of the server, which every machine with the same inbox shares."""

from __future__ import annotations

import time
from threading import Lock

from zoom_component.events.inbox.postgres.schema import NOW
from zoom_component.events.inbox.postgres.server import Server
from zoom_component.forked_processes import ProcessLocal, registered

__all__ = ["ServerClock"]

_SECONDS = 10.0  # between two looks at the server's clock


class ServerClock(ProcessLocal):
    """Read the server's clock now and then. In between, the monotonic clock of this machine goes on from it."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._guard = Lock()
        self._last: tuple[float, float] | None = None  # monotonic time and the server's time
        registered.add(self)

    def reset_after_fork(self) -> None:
        """Replace the lock, which a thread of the parent may hold."""
        self._guard = Lock()

    def read(self) -> float:
        """Return the server's time in epoch seconds. Raise OSError if it was never read and cannot be."""
        with self._guard:
            started_at = time.monotonic()
            if self._last is None or started_at - self._last[0] > _SECONDS:
                self._last = self._read_server(started_at)
            read_at, now = self._last
            return now + time.monotonic() - read_at

    def _read_server(self, started_at: float) -> tuple[float, float]:
        try:
            [now] = self._server.run_transaction(lambda rows: rows.execute(NOW).fetchone() or (0.0,))
        except OSError:
            if self._last is None:
                raise
            return started_at, self._last[1] + started_at - self._last[0]
        return started_at, float(now) - (time.monotonic() - started_at) / 2
