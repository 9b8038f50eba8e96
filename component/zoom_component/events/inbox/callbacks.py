"""Call functions of the user: an exception of theirs is logged, and the work around the call goes on."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from threading import current_thread, main_thread
from typing import Any

from zoom_component.errors import InputError, Problem
from zoom_component.forked_processes import ForkSafeLock
from zoom_component.log_records import get_logger

__all__ = ["guard_callback"]

_log = get_logger("zoom_component.events")


def guard_callback(name: str, function: Callable[..., Any]) -> Callable[..., None]:
    """Return a function that calls `function` and logs an exception instead of raising it, `sys.exit` included.

    Only the first of consecutive exceptions is logged, so that a function that always fails does not flood the log.
    Raise InputError for an `async` function, which nothing would await.
    """
    if inspect.iscoroutinefunction(function):
        message = "expected a plain function, got an async one; start a task from a plain function instead"
        raise InputError([Problem(name, message)])
    has_failed, guard = False, ForkSafeLock()

    def call(*arguments: Any) -> None:
        nonlocal has_failed
        try:
            function(*arguments)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt) and current_thread() is main_thread():
                raise
            with guard:
                is_first, has_failed = not has_failed, True
            if is_first:
                _log.exception("%s raised; further failures are not logged until a call succeeds", name)
        else:
            has_failed = False

    return call
