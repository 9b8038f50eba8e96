"""Keep imports usable after a fork.

The lock of a module that another thread was importing is never released in the child, and so the first call there that
needs the module would wait for ever. Therefore a fork waits until other threads have ended their imports. Python offers
no way to ask, so this reads the interpreter's table of locks
(https://github.com/python/cpython/blob/3.11/Lib/importlib/_bootstrap.py). Without the table nothing is done.
"""

from __future__ import annotations

import sys
import time
from threading import get_ident
from typing import Any

__all__ = ["release_imports", "wait_for_imports"]

MAX_WAIT = 5.0  # seconds
_endless: set[str] = set()  # such as a program that runs while its module is imported


def wait_for_imports() -> None:
    """Wait until no other thread imports a module, for `MAX_WAIT` seconds at most."""
    deadline = time.monotonic() + MAX_WAIT
    while names := set(_find_foreign_locks()) - _endless:
        if time.monotonic() >= deadline:
            _endless.update(names)
            return
        time.sleep(0.001)


def release_imports() -> None:
    """Forget the locks of threads that the child does not have, so that it imports their modules itself.

    A module whose import did not end in time is used as it is: to run it a second time may start a program again.
    """
    for name, owner in _find_foreign_locks(is_free_included=True).items():
        _get_locks().pop(name, None)
        if name in _endless:
            spec = getattr(sys.modules.get(name), "__spec__", None)
            if spec is not None:
                spec._initializing = False
        elif owner is not None:
            sys.modules.pop(name, None)


def _find_foreign_locks(*, is_free_included: bool = False) -> dict[str, int | None]:
    """Return the threads that import modules, by module; this thread's own imports are left out."""
    owners: dict[str, int | None] = {}
    for name, reference in _get_locks().copy().items():
        lock = reference()
        owner = getattr(lock, "owner", None)
        if owner != get_ident() and lock is not None and (owner is not None or is_free_included):
            owners[name] = owner
    return owners


def _get_locks() -> dict[str, Any]:
    locks: dict[str, Any] = getattr(sys.modules.get("_frozen_importlib"), "_module_locks", {})
    return locks
