"""End work on a connection that takes too long, because the way to the server may be gone without a sign.

A proxy or a firewall on the way may keep a connection open that it no longer serves. TCP and the server's own timeouts
notice nothing then, and the client would wait forever.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Thread
from typing import Any

import psycopg

__all__ = ["Deadlines"]

_IDLE_SECONDS = 1.0  # between two looks, and until the thread ends when nothing is left to watch


class Deadlines:
    """Watch the connections in use, in a thread that exists only while there are some."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._ends: dict[int, tuple[float, psycopg.Connection[Any]]] = {}
        self._thread: Thread | None = None

    @contextmanager
    def limit(self, connection: psycopg.Connection[Any], seconds: float) -> Iterator[None]:
        """Run the block, and close the connection's socket after so many seconds, which makes its statement fail."""
        with self._guard:
            self._ends[id(connection)] = (time.monotonic() + seconds, connection)
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._watch, name="inbox-deadlines", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._guard:
                self._ends.pop(id(connection), None)

    def _watch(self) -> None:
        was_idle = False
        while True:
            with self._guard:
                now = time.monotonic()
                for key, (end, connection) in list(self._ends.items()):
                    if end <= now:
                        _shut_down(connection)
                        del self._ends[key]
                is_idle = not self._ends
                if is_idle and was_idle:
                    self._thread = None
                    return
                nearest = min((end - now for end, _ in self._ends.values()), default=_IDLE_SECONDS)
            was_idle = is_idle
            # A deadline that is set meanwhile may be noticed a little late.
            time.sleep(min(nearest, _IDLE_SECONDS) + 0.01)


def _shut_down(connection: psycopg.Connection[Any]) -> None:
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as end:
        end.shutdown(socket.SHUT_RDWR)
