"""Run what must end once it has begun: a request that spends a refresh token.

Signals that would end the process are held back until it has ended. On another thread than the main one, no signal
handler can be set; there a thread of its own goes on when its caller is gone, and the interpreter waits for it.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

__all__ = ["finish_pending", "hold_signals", "pending_threads", "run_to_end"]

T = TypeVar("T")
_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))
pending_threads: set[threading.Thread] = set()
_replaced_handlers: dict[int, Any] = {}


def run_to_end(function: Callable[[], T]) -> T:
    """Call a function and return its result. A signal or an exit that comes meanwhile takes effect afterwards."""
    if threading.current_thread() is threading.main_thread():
        with hold_signals():
            return function()
    outcome: list[tuple[bool, Any]] = []

    def run() -> None:
        try:
            outcome.append((True, function()))
        except BaseException as error:
            outcome.append((False, error))
        finally:
            pending_threads.discard(thread)

    thread = threading.Thread(target=run, name="token request", daemon=False)
    pending_threads.add(thread)
    thread.start()
    thread.join()
    is_success, value = outcome[0]
    if not is_success:
        raise value
    result: T = value
    return result


def finish_pending() -> None:
    """Wait for what other threads have begun. Call it on the main thread before the process ends."""
    if not pending_threads:
        return
    with hold_signals():
        for thread in list(pending_threads):
            thread.join()


@contextmanager
def hold_signals() -> Iterator[None]:
    """Hold back the signals that end a process, and raise them after the block. For the main thread."""
    held: list[int] = []

    def hold(number: int, frame: FrameType | None) -> None:
        held.append(number)

    before = {}
    for number in _SIGNALS:
        handler = signal.getsignal(number)
        if handler not in (signal.SIG_IGN, None):  # None: a handler that Python cannot restore
            before[number] = handler
            _replaced_handlers.setdefault(number, handler)
            signal.signal(number, hold)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
            if _replaced_handlers.get(number) is handler:
                del _replaced_handlers[number]
        for number in dict.fromkeys(held):
            signal.raise_signal(number)


def _reset_after_fork() -> None:
    """Let the signals of a child end it, although a thread of the parent holds back its own."""
    pending_threads.clear()
    for number, handler in _replaced_handlers.items():
        signal.signal(number, handler)
    _replaced_handlers.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_after_fork)
