"""Provide clocks for the sandbox. A clock is any callable that returns epoch seconds."""

from __future__ import annotations

from collections.abc import Callable

Clock = Callable[[], float]


class ManualClock:
    """Return the same time until a test moves the clock.

    >>> clock = ManualClock(1_700_000_000)
    >>> clock.advance(60)
    >>> clock()
    1700000060.0
    """

    def __init__(self, now: float = 1_800_000_000) -> None:
        self.now = float(now)

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Move the clock ahead; tokens and page tokens age with it."""
        self.now += seconds


class OffsetClock:
    """Follow another clock, ahead of it or behind it.

    >>> clock = OffsetClock(ManualClock(100))
    >>> clock.advance(60)
    >>> clock()
    160.0
    """

    def __init__(self, inner: Clock) -> None:
        self._inner = inner
        self.offset = 0.0

    def __call__(self) -> float:
        return self._inner() + self.offset

    def advance(self, seconds: float) -> None:
        """Move the clock ahead, or back with a negative number."""
        self.offset += seconds

    def set(self, now: float) -> None:
        """Set the time, in epoch seconds; the clock continues from there."""
        self.offset = now - self._inner()
