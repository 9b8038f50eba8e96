"""When to ask again: after the interval when it went well, later and later while it does not. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from zoom_component.errors import ComponentError

__all__ = ["schedule_next_poll", "schedule_retry"]

_SWING = 0.1
_HOUR = 3600.0
_DAY = 86_400.0


def schedule_next_poll(now: float, interval: float, random: Callable[[], float]) -> float:
    """The interval later, and a tenth of it earlier or later by chance: many pollers must not ask at one moment."""
    return now + _swung(interval, random)


def schedule_retry(
    now: float, interval: float, failures: int, error: ComponentError, random: Callable[[], float]
) -> float:
    """Twice the wait for each failure in a row, up to an hour (or the interval, if that is longer).

    Never before the time that Zoom named, unless that lies more than a day ahead.
    """
    wait = min(interval * 2.0 ** min(failures, 20), max(interval, _HOUR))
    return max(now + _swung(wait, random), min(_named(error), now + _DAY))


def _swung(wait: float, chance: Callable[[], float]) -> float:
    return wait * (1 - _SWING + 2 * _SWING * chance())


def _named(error: ComponentError) -> float:
    try:
        return datetime.fromisoformat(str(getattr(error, "retry_at", ""))).timestamp()
    except ValueError:
        return 0.0
