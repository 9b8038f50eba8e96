"""Let a command end in an orderly way at a signal."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["StopRequested", "StopSignals", "interrupt_on_sigterm"]


@contextmanager
def interrupt_on_sigterm() -> Iterator[None]:
    """Handle SIGTERM like Ctrl-C, so that what other threads have begun can end: a token request, a job."""

    def end(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, end)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class StopRequested(Exception):
    """Report a signal that came while a batch waited for its next line."""


class StopSignals:
    """Let the first signal ask for an orderly end, and the second end the command at once.

    `number` is the signal that came, 0 for none. `notify` is called for the first one. A signal that is ignored, as
    `nohup` does with SIGHUP, stays ignored.
    """

    def __init__(self) -> None:
        self.number = 0
        self.notify: Callable[[], object] | None = None
        self._is_waiting = False

    @property
    def exit_code(self) -> int:
        """Return what a shell reports for a command that the signal ends."""
        return 128 + (self.number or signal.SIGINT)

    @contextmanager
    def wait(self) -> Iterator[None]:
        """Raise StopRequested if a signal has come, or comes during the block, which waits for something to do."""
        self._is_waiting = True
        try:
            if self.number:
                raise StopRequested
            yield
        finally:
            self._is_waiting = False

    @contextmanager
    def handle(self) -> Iterator[None]:
        """Handle signals during the block. On another thread than the main one, nothing can be handled."""
        before = {}
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is None or signal.getsignal(number) in (signal.SIG_IGN, None):
                continue
            try:
                before[number] = signal.signal(number, self._receive)
            except ValueError:
                break
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _receive(self, number: int, frame: FrameType | None) -> None:
        is_first, self.number = not self.number, number
        if not is_first:
            raise KeyboardInterrupt
        if self._is_waiting:
            raise StopRequested
        if self.notify is not None:
            self.notify()
