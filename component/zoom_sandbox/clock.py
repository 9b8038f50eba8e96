"""Time for the embedded Zoom: any callable that gives epoch seconds will do."""

from __future__ import annotations

from collections.abc import Callable

Clock = Callable[[], float]


class ManualClock:
    """A clock that stands still until a test moves it.

    >>> clock = StillClock(1_700_000_000)
    >>> clock.advance(60)
    >>> clock()
    1700000060.0
    """

    def __init__(self, now: float = 1_800_000_000) -> None:
        self.now = float(now)

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Move the clock forward; tokens and page tokens age with it."""
        self.now += seconds


class OffsetClock:
    """A clock that goes as another one does, and can be set ahead or back.

    >>> clock = MovableClock(StillClock(100))
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
        """Move ahead, or back with a negative number."""
        self.offset += seconds

    def set(self, moment: float) -> None:
        """Make it this moment, in epoch seconds, now; it goes on from there."""
        self.offset = moment - self._inner()
