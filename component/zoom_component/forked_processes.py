"""Keep what holds locks, sockets, threads and databases usable after a fork.

A forked child has the memory of its parent, but none of its other threads. It shares the parent's sockets, a lock that
another thread held is never released in it, and SQLite does not support a database that is open during a fork
(https://www.sqlite.org/howtocorrupt.html, "Carrying an open database connection across a fork()"). So an object
registers itself here, and drops what the child must not use. A call pays nothing for it.
"""

from __future__ import annotations

import os
from threading import RLock
from typing import Any, NoReturn, Protocol
from weakref import WeakSet

__all__ = ["ProcessLocal", "abandon", "database_lock", "registered"]


class Resettable(Protocol):
    """Describe what can be registered."""

    def prepare_fork(self) -> None:
        """Close what must not be open during a fork, such as a database. Called before the fork."""

    def resume_after_fork(self) -> None:
        """Undo `prepare_fork`. Called in the parent."""

    def reset_after_fork(self) -> None:
        """Replace locks, and drop connections and threads of the parent. Called in the child, on its only thread."""


class ProcessLocal:
    """Belong to one process: be reset in a forked child, and refuse to be pickled for another process."""

    def prepare_fork(self) -> None:
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
# Hold it while a SQLite database is open for one transaction. A fork waits until it is free.
database_lock = RLock()
_abandoned: list[Any] = []


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


def _prepare() -> None:
    database_lock.acquire()
    for each in _list_registered():
        each.prepare_fork()


def _resume_in_parent() -> None:
    for each in _list_registered():
        each.resume_after_fork()
    database_lock.release()


def _reset_in_child() -> None:
    for each in _list_registered():
        each.reset_after_fork()
    database_lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_prepare, after_in_parent=_resume_in_parent, after_in_child=_reset_in_child)
