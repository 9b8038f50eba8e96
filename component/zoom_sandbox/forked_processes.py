"""Reset what belongs to one process in a forked child, which has none of its parent's threads."""

from __future__ import annotations

import os
from threading import Lock
from typing import Protocol
from weakref import WeakSet

__all__ = ["ProcessLock", "registered"]


class ForkAware(Protocol):
    """Describe what can be registered."""

    def reset_after_fork(self) -> None:
        """Replace locks and forget threads. Called in the child, on its only thread."""


# Add an object to have it reset in forked children. It is forgotten with its last reference.
registered: WeakSet[ForkAware] = WeakSet()


class ProcessLock:
    """Lock the block of a `with` against other threads, also in a child that was forked while another one held it."""

    def __init__(self) -> None:
        self._lock = Lock()
        registered.add(self)

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *exc: object) -> None:
        self._lock.release()

    def reset_after_fork(self) -> None:
        """Replace the lock."""
        self._lock = Lock()


def _reset_all() -> None:
    for each in list(registered):
        each.reset_after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_all)
