"""Choose the time of the next poll: after the interval on success, and later and later while polls fail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from zoom_component.errors import ComponentError

__all__ = ["compute_longest_wait", "schedule_next_poll", "schedule_retry"]

_JITTER = 0.1
_HOUR = 3600.0
_DAY = 86_400.0


def schedule_next_poll(now: float, interval: float, random: Callable[[], float]) -> float:
    """Return the time one interval later, give or take 10 %, so that many pollers spread their calls.

    Times are in epoch seconds and `interval` in seconds; `random` returns a number in [0, 1).
    """
    return now + _add_jitter(interval, random)


def schedule_retry(
    now: float, interval: float, failures: int, error: ComponentError, random: Callable[[], float]
) -> float:
    """Return the time of the next poll after `failures` in a row; each one doubles the wait.

    The wait is at most an hour, or the interval if that is longer. It ends no earlier than the time that the error
    names (`retry_at`), unless that lies more than a day ahead.
    """
    wait = min(interval * 2.0 ** min(failures, 20), max(interval, _HOUR))
    return max(now + _add_jitter(wait, random), min(_get_retry_time(error), now + _DAY))


def compute_longest_wait(interval: float, failures: int) -> float:
    """Return the longest time in seconds for which one of the functions above waits."""
    longest = interval * (1 + _JITTER)
    return max(longest, _HOUR * (1 + _JITTER), _DAY) if failures else longest


def _add_jitter(wait: float, random: Callable[[], float]) -> float:
    return wait * (1 - _JITTER + 2 * _JITTER * random())


def _get_retry_time(error: ComponentError) -> float:
    try:
        return datetime.fromisoformat(str(getattr(error, "retry_at", ""))).timestamp()
    except ValueError:
        return 0.0
