"""Time for the embedded Zoom: any callable that gives epoch seconds will do."""

from __future__ import annotations

from collections.abc import Callable

Clock = Callable[[], float]


class StillClock:
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
