"""Whether to try again, and after how long: by the action's effect and by what went wrong.

A create is tried again only where it surely did not happen (refused for its rate, or never connected); a read or an
update wherever the failure may pass; a delete in between. A wait that the answer asks for is kept to, up to a cap.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from zoom_component.messages import BoundRequest, Effect

__all__ = ["RetryPolicy", "RetryReason", "compute_delay", "parse_retry_after"]

_PASSING = frozenset({"500", "502", "503", "504", "connect", "broken", "timeout"})
_BY_EFFECT: Mapping[Effect, frozenset[str]] = {
    "read": _PASSING,
    "update": _PASSING,
    "delete": frozenset({"503", "connect"}),
    "create": frozenset({"connect"}),
    "any": frozenset(),
}
_REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_LEAST = 0.01  # seconds; no wait is ever zero
_LONGEST = 366 * 86_400.0
_AT_FAULT_OF_SERVER = ("500", "501", "502", "503", "504", "505", "507", "508", "511")


class RetryPolicy(NamedTuple):
    """How often at most, the first wait and the cap, in seconds. A longer wait becomes an error that says when."""

    max_retries: int = 3
    first_wait: float = 0.5
    max_wait: float = 30.0


class RetryReason(NamedTuple):
    """What went wrong: `kind` is a status ("503"), "rate" (a limit that passes soon), "connect" (never sent),
    "broken" (sent, no whole answer) or "timeout". `wait` is what the answer asks for, in seconds.
    """

    kind: str
    wait: float | None = None


def compute_delay(
    request: BoundRequest, reason: RetryReason, attempt: int, policy: RetryPolicy, jitter: float
) -> float | None:
    """Seconds until the next try, or None for no more. `attempt` counts from 0; `chance` is from 0 to 1."""
    if request.retry is not None:
        return _own_delay(request, reason, attempt, policy, jitter)
    if attempt >= policy.max_retries:
        return None
    if reason.kind != "rate" and reason.kind not in _BY_EFFECT[request.effect]:
        return None
    if not reason.wait:  # "at once" comes from clocks that differ, and asked for by many it would be a stampede
        return _growing(attempt, policy, jitter)
    return _asked(reason.wait, policy, jitter)


def _asked(wait: float, policy: RetryPolicy, chance: float) -> float | None:
    """The wait that an answer asked for, and a little more, so that not all come back at once; None past the cap."""
    return max(wait, _LEAST) + chance * 0.25 if wait <= policy.max_wait else None


def _growing(attempt: int, policy: RetryPolicy, chance: float) -> float:
    """Twice as long each time, up to the cap; between half of that and all of it, by chance."""
    return max(min(policy.max_wait, policy.first_wait * 2.0 ** min(attempt, 60)) * (0.5 + chance / 2), _LEAST)


def parse_retry_after(header: str | None, now: float) -> float | None:
    """Seconds that a Retry-After header asks for, given as seconds or as a date; None where it says nothing.

    A wait of more than a year counts as a year.
    """
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:400]), _LONGEST)
    from email.utils import parsedate_to_datetime

    moment = _iso(text)
    try:
        stamp = moment if moment is not None else parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(max(0.0, stamp - now), _LONGEST)


def _iso(text: str) -> float | None:
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _own_delay(
    request: BoundRequest, trouble: RetryReason, attempt: int, policy: RetryPolicy, chance: float
) -> float | None:
    """By the caller's own wishes (rawRequest): 5xx and broken connections of repeatable methods, or every error.

    With growing waits the caller's own delay is left aside, as its description says; no wait is ever zero.
    """
    own = request.retry
    if own is None or attempt >= own.max_retries:
        return None
    server = trouble.kind in _AT_FAULT_OF_SERVER or trouble.kind in ("connect", "broken")
    if not own.all_errors and not (server and request.method in _REPEATABLE):
        return None
    if trouble.wait:
        return _asked(trouble.wait, policy, chance)
    if own.exponential or not own.delay:
        return _growing(attempt if own.exponential else -2, policy, chance)
    return min(max(own.delay, _LEAST), policy.max_wait)
