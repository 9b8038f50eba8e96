"""Keep what holds locks, sockets, threads and databases usable after a fork.

A forked child has the memory of its parent, but none of its other threads. It shares the parent's sockets, a lock that
another thread held is never released in it, and SQLite does not support a database that is open during a fork
(https://www.sqlite.org/howtocorrupt.html, "Carrying an open database connection across a fork()"). So an object
registers itself here, and drops what the child must not use. A call pays nothing for it.
"""

from __future__ import annotations

import os
import time
from threading import Lock, RLock
from typing import Any, NoReturn, Protocol
from weakref import WeakSet

from zoom_component.forked_imports import release_imports, wait_for_imports
from zoom_component.log_records import get_logger

__all__ = ["MAX_WAIT", "DatabaseUser", "ForkSafeLock", "ProcessLocal", "abandon", "registered"]

# How long a fork waits for transactions of other threads, in seconds: a bit longer than they wait for a locked file.
MAX_WAIT = 12.0

_log = get_logger("zoom_component")


class Resettable(Protocol):
    """Describe what can be registered."""

    def prepare_fork(self, deadline: float) -> None:
        """Close what must not be open during a fork, such as a database. Called before the fork.

        At `deadline`, by `time.monotonic`, stop waiting for other threads: the fork goes on.
        """

    def resume_after_fork(self) -> None:
        """Undo `prepare_fork`. Called in the parent."""

    def reset_after_fork(self) -> None:
        """Replace locks, and drop connections and threads of the parent. Called in the child, on its only thread."""


class ProcessLocal:
    """Reset an object of one process in forked children, and refuse to pickle it for another process."""

    def prepare_fork(self, deadline: float) -> None:
        """Close nothing."""

    def resume_after_fork(self) -> None:
        """Open nothing."""

    def reset_after_fork(self) -> None:
        """Reset nothing."""

    def __reduce__(self) -> NoReturn:
        name = type(self).__name__
        raise TypeError(f"expected an object that can be copied, got a {name}. Open a {name} in the other process")


# Add an object to have its methods called at each fork of this process. It is forgotten with its last reference.
registered: WeakSet[Resettable] = WeakSet()
_abandoned: list[Any] = []
_prepared: list[Resettable] = []
_fork_lock = RLock()  # two forks at a time would wait for each other's locks


class ForkSafeLock(ProcessLocal):
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


class DatabaseUser(ProcessLocal):
    """Use a SQLite database within `with self._database_lock` only, an RLock, so that no fork happens meanwhile."""

    _database_lock: RLock
    _is_held_for_fork = False

    def prepare_fork(self, deadline: float) -> None:
        """Wait for the thread that uses the database."""
        self._is_held_for_fork = self._database_lock.acquire(timeout=max(deadline - time.monotonic(), 0))

    def resume_after_fork(self) -> None:
        """Let other threads use the database."""
        if self._is_held_for_fork:
            self._is_held_for_fork = False
            self._database_lock.release()

    def reset_after_fork(self) -> None:
        """Replace the lock."""
        self._database_lock, self._is_held_for_fork = RLock(), False


def abandon(each: Any) -> None:
    """Keep an object of the parent until the child ends, even while the interpreter shuts down.

    To close it, or to free it, would act on what the parent still uses.
    """
    import ctypes

    _abandoned.append(each)
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(each))


def _list_registered() -> list[Resettable]:
    while True:
        try:
            return list(registered)
        except RuntimeError:  # another thread has registered an object meanwhile
            continue


def _call_each(objects: list[Resettable], method: str, *arguments: float) -> None:
    """Call a method of each object; one that fails must not leave the others undone."""
    for each in objects:
        try:
            getattr(each, method)(*arguments)
        except Exception:
            _log.exception("%s of a %s failed at a fork", method, type(each).__name__)


def _prepare() -> None:
    _fork_lock.acquire()
    _prepared[:] = _list_registered()
    _call_each(_prepared, "prepare_fork", time.monotonic() + MAX_WAIT)
    wait_for_imports()


def _resume_in_parent() -> None:
    _call_each(_prepared, "resume_after_fork")
    _prepared.clear()
    _fork_lock.release()


def _reset_in_child() -> None:
    global _fork_lock
    _fork_lock = RLock()  # not released: a server in C may have forked without the first step
    _prepared.clear()
    release_imports()
    _call_each(_list_registered(), "reset_after_fork")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_prepare, after_in_parent=_resume_in_parent, after_in_child=_reset_in_child)
