"""Decide whether a request is sent again, and after how long: by the action's effect and by what went wrong.

A create is sent again only where it certainly did not happen: Zoom refused it for its rate, or no connection was made.
A read or an update is sent again wherever the failure may pass. A delete lies in between. A wait that the answer asks
for is obeyed up to a limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from zoom_component.messages import BoundRequest, Effect

__all__ = ["RetryPolicy", "RetryReason", "compute_delay", "parse_retry_after"]

_TRANSIENT = frozenset({"500", "502", "503", "504", "connect", "broken", "timeout"})
_RETRIED_BY_EFFECT: Mapping[Effect, frozenset[str]] = {
    "read": _TRANSIENT,
    "update": _TRANSIENT,
    "delete": frozenset({"503", "connect"}),
    "create": frozenset({"connect"}),
    "any": frozenset(),
}
_IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_SERVER_ERRORS = ("500", "501", "502", "503", "504", "505", "507", "508", "511")
_MIN_WAIT = 0.01
_MAX_RETRY_AFTER = 366 * 86_400.0


class RetryPolicy(NamedTuple):
    """Set how often a request is sent again, and the first and the longest wait in seconds.

    Where an answer asks for a longer wait, the call fails with an error that has the time of the next attempt.
    """

    max_retries: int = 3
    first_wait: float = 0.5
    max_wait: float = 30.0


class RetryReason(NamedTuple):
    """Describe what went wrong.

    `kind` is a status ("503"), "rate" (a limit that resets soon), "connect" (nothing was sent), "broken" (sent, but no
    complete answer) or "timeout". `wait` is what the answer asks for, in seconds.
    """

    kind: str
    wait: float | None = None


def compute_delay(
    request: BoundRequest, reason: RetryReason, attempt: int, policy: RetryPolicy, jitter: float
) -> float | None:
    """Return the seconds to wait before the next attempt; None to stop.

    `attempt` counts from 0; `jitter` is a random number from 0 to 1, which spreads callers that failed together.
    """
    if request.retry is not None:
        return _compute_custom_delay(request, reason, attempt, policy, jitter)
    if attempt >= policy.max_retries:
        return None
    if reason.kind != "rate" and reason.kind not in _RETRIED_BY_EFFECT[request.effect]:
        return None
    if not reason.wait:  # 0 comes from clocks that differ; obeyed by many callers it would be a stampede
        return _compute_backoff(attempt, policy, jitter)
    return _limit_wait(reason.wait, policy, jitter)


def parse_retry_after(header: str | None, now: float) -> float | None:
    """Return the seconds that a Retry-After header asks for, at most a year; None where it cannot be read.

    The header holds seconds, an HTTP date or an ISO 8601 date; `now` is in epoch seconds.
    """
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:400]), _MAX_RETRY_AFTER)
    from email.utils import parsedate_to_datetime

    moment = _parse_iso(text)
    try:
        stamp = moment if moment is not None else parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(max(0.0, stamp - now), _MAX_RETRY_AFTER)


def _compute_backoff(attempt: int, policy: RetryPolicy, jitter: float) -> float:
    """Return a wait that doubles with each attempt up to the limit, of which jitter takes away up to a half."""
    return max(min(policy.max_wait, policy.first_wait * 2.0 ** min(attempt, 60)) * (0.5 + jitter / 2), _MIN_WAIT)


def _limit_wait(wait: float, policy: RetryPolicy, jitter: float) -> float | None:
    """Return the wait that an answer asks for plus up to 0.25 s; None where it is above the limit."""
    return max(wait, _MIN_WAIT) + jitter * 0.25 if wait <= policy.max_wait else None


def _compute_custom_delay(
    request: BoundRequest, reason: RetryReason, attempt: int, policy: RetryPolicy, jitter: float
) -> float | None:
    """Follow the caller's own settings, for which rawRequest has inputs.

    Server errors and broken connections of idempotent methods are retried, and what Zoom refused for its rate, because
    that certainly did not happen; or every error. With exponential backoff the caller's delay is ignored, as the
    description of the input states.
    """
    custom = request.retry
    if custom is None or attempt >= custom.max_retries:
        return None
    is_transient = reason.kind in _SERVER_ERRORS or reason.kind in ("connect", "broken")
    is_safe = reason.kind == "rate" or (is_transient and request.method in _IDEMPOTENT_METHODS)
    if not custom.all_errors and not is_safe:
        return None
    if reason.wait:
        return _limit_wait(reason.wait, policy, jitter)
    if custom.exponential or not custom.delay:
        return _compute_backoff(attempt if custom.exponential else -2, policy, jitter)
    return min(max(custom.delay, _MIN_WAIT), policy.max_wait)


def _parse_iso(text: str) -> float | None:
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
