"""One request until it is settled: authorised, sent, tried again where that is right, and never more than that."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from zoom_component.client.request import replies
from zoom_component.client.request.retry import RetryPolicy, RetryReason, compute_delay, parse_retry_after
from zoom_component.client.transport.steps import Authorize, Renew, Send, SendFailure, Sleep
from zoom_component.errors import (
    ComponentError,
    ConnectionFailed,
    QuotaSpent,
    RateLimited,
    ResponseError,
    TimedOut,
    Unavailable,
)
from zoom_component.messages import BoundRequest, Reply

__all__ = ["ExchangeSteps", "RequestExchange"]

ExchangeSteps: TypeAlias = Generator[Any, Any, Reply]

_DAILY = "daily"


@dataclass(frozen=True, slots=True)
class RequestExchange:
    """How requests are settled: the retry policy, a clock (epoch seconds) and a source of chance (0 to 1)."""

    policy: RetryPolicy
    clock: Callable[[], float]
    random: Callable[[], float]

    def execute(self, request: BoundRequest, authorization: str | None) -> ExchangeSteps:
        """Yields steps until the request has an answer to judge. Returns the Reply, whatever its status.

        Raises Unavailable or TimedOut when no answer came, RateLimited or QuotaSpent when a wait would be too long.
        """
        header = authorization or (yield Authorize())
        attempt, renewed = 0, False
        while True:
            outcome = yield Send(request, header)
            if isinstance(outcome, Reply):
                if 200 <= outcome.status < 300:
                    return outcome
                if not renewed and _token_refused(outcome):
                    header, renewed = (yield from self._renew(header, outcome)), True
                    continue
            trouble = self._trouble(outcome)
            wait = compute_delay(request, trouble, attempt, self.policy, self.random()) if trouble else None
            if wait is None:
                return self._give_up(request, outcome, trouble)
            yield Sleep(wait)
            attempt += 1

    def _renew(self, header: str, refusal: Reply) -> Generator[Any, Any, str]:
        """Another header; when there is none to be had, the error carries what the refusal said."""
        try:
            renewed: str = yield Renew(header)
        except ConnectionFailed as error:
            if error.status is None:
                error.status, error.code = refusal.status, _json(refusal).get("code")
            error.tracking_id = error.tracking_id or replies.get_tracking_id(refusal)
            raise
        return renewed

    def _trouble(self, outcome: Reply | SendFailure) -> RetryReason | None:
        if isinstance(outcome, SendFailure):
            return RetryReason(outcome.kind)
        wait = parse_retry_after(outcome.headers.get("retry-after"), self.clock())
        if outcome.status == 429:
            return None if self._spent(outcome) else RetryReason("rate", wait)
        return RetryReason(str(outcome.status), wait)

    def _spent(self, reply: Reply) -> bool:
        kind = reply.headers.get("x-ratelimit-type", "")
        return _DAILY in kind.lower() or _DAILY.encode() in reply.body[:1000].lower()

    def _give_up(self, request: BoundRequest, outcome: Reply | SendFailure, trouble: RetryReason | None) -> Reply:
        if isinstance(outcome, SendFailure):
            raise _no_answer(request, outcome)
        if outcome.status == 429:
            raise self._limited(outcome, trouble)
        if outcome.status >= 500 and trouble is not None and trouble.wait is not None:
            raise self._busy(outcome, trouble.wait)
        return outcome

    def _busy(self, reply: Reply, wait: float) -> ComponentError:
        """A server's failure that says when to come back."""
        error = replies.build_error(reply, ())
        if isinstance(error, ResponseError):
            error.retry_at = _stamp(datetime.fromtimestamp(self.clock() + wait, UTC))
        return error

    def _limited(self, reply: Reply, trouble: RetryReason | None) -> RateLimited | QuotaSpent:
        now = datetime.fromtimestamp(self.clock(), UTC)
        wait = parse_retry_after(reply.headers.get("retry-after"), self.clock())
        data = _json(reply)
        facts: dict[str, Any] = {
            "status": reply.status,
            "code": data.get("code"),
            "zoom_message": replies.format_excerpt(str(data.get("message", "")).encode(), 400),
            "tracking_id": replies.get_tracking_id(reply),
        }
        if trouble is None:
            # A day's limits reset at midnight UTC: https://developers.zoom.us/docs/api/rate-limits/
            midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
            at = _stamp(now + timedelta(seconds=wait) if wait is not None else midnight)
            return QuotaSpent(f"the day's allowance for this call is used up. Try again at {at}", retry_at=at, **facts)
        at = _stamp(now + timedelta(seconds=wait if wait is not None else 1.0))
        return RateLimited(f"too many calls for now. Try again at {at}", retry_at=at, **facts)


def _token_refused(reply: Reply) -> bool:
    """A bad or expired token is 401 or code 124, also seen with 400. https://developers.zoom.us/docs/api/errors/"""
    return reply.status == 401 or (reply.status == 400 and _json(reply).get("code") == 124)


def _no_answer(request: BoundRequest, failure: SendFailure) -> Unavailable | TimedOut:
    what = f"{request.method} {request.path}"
    if failure.kind == "timeout":
        doubt = "" if request.effect == "read" else " It may have been done all the same: look before trying again."
        return TimedOut(f"no answer to {what} in time.{doubt}", detail=failure.detail)
    if failure.kind == "connect":
        return Unavailable(f"no connection could be made for {what}; is the base URL right?", detail=failure.detail)
    doubt = "" if request.effect == "read" else " It may have been done all the same: look before trying again."
    return Unavailable(f"the connection broke during {what}.{doubt}", detail=failure.detail)


def _json(reply: Reply) -> dict[str, Any]:
    try:
        data = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _stamp(moment: datetime) -> str:
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
