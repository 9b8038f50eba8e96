"""Execute one request until it has an answer: authorize it, send it, and send it again where that is right.

An exchange yields steps and does no I/O; a driver executes the steps and sends the outcome back in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeAlias

from zoom_component.client.request import replies
from zoom_component.client.request.retry import RetryPolicy, RetryReason, compute_delay, parse_retry_after
from zoom_component.component_error import Attempts
from zoom_component.errors import (
    ComponentError,
    ConnectionFailed,
    QuotaSpent,
    RateLimited,
    ResponseError,
    TimedOut,
    Unavailable,
    Unexpected,
)
from zoom_component.messages import BoundRequest, Reply

__all__ = [
    "AttemptCounter",
    "Authorize",
    "Count",
    "ExchangeSteps",
    "Renew",
    "RequestExchange",
    "Send",
    "SendFailure",
    "Sleep",
]

ExchangeSteps: TypeAlias = Generator[Any, Any, Reply]


class Send(NamedTuple):
    """Send a request with this Authorization header; the outcome is a Reply or a SendFailure."""

    request: BoundRequest
    authorization: str


class Sleep(NamedTuple):
    """Wait this many seconds before attempt `attempt` of `limit`, because of `cause`: a status, or a word."""

    seconds: float
    request: BoundRequest
    cause: str
    attempt: int
    limit: int


class Authorize(NamedTuple):
    """Get an Authorization header from memory, from the store or from the token URL."""


class Renew(NamedTuple):
    """Get another Authorization header than the rejected one."""

    rejected: str


class Count(NamedTuple):
    """Count one use of a daily quota. Raises QuotaSpent if it is used up."""

    name: str
    limit: int
    subject: str


class SendFailure(NamedTuple):
    """Report that no complete answer arrived.

    `kind` is "connect", "broken" or "timeout"; `detail` is for developers. `explanation` is why, and what to check.
    """

    kind: str
    detail: str
    explanation: str = ""


class AttemptCounter:
    """Count the requests of one call. `is_uncertain`: one of them may have changed something without an answer."""

    __slots__ = ("is_uncertain", "requests", "retries")

    def __init__(self) -> None:
        self.requests = self.retries = 0
        self.is_uncertain = False

    def get_attempts(self) -> Attempts:
        """Return the counts so far."""
        return Attempts(self.requests, self.retries)

    def complete_error(self, error: ComponentError, action: str, request: object) -> None:
        """Add which request of an action failed, and whether something may have been changed nevertheless.

        That is so too if the answer to a change is a success that cannot be read.
        """
        method, path, is_change = "", "", False
        if isinstance(request, BoundRequest):
            method, path, is_change = request.method, request.path, request.effect != "read"
        error.add_place(action, method, path, self.get_attempts())
        is_unreadable = isinstance(error, Unexpected) and 200 <= (error.status or 0) < 300
        error.may_be_done = self.is_uncertain or (is_change and is_unreadable)
        if error.may_be_done:
            error.add_sentence("The change may have been made nevertheless: check before trying again.")


@dataclass(frozen=True, slots=True)
class RequestExchange:
    """Execute requests under a retry policy, with a clock (epoch seconds) and random numbers from 0 to 1."""

    policy: RetryPolicy
    clock: Callable[[], float]
    random: Callable[[], float]

    def execute(self, request: BoundRequest, header: str | None, counter: AttemptCounter) -> ExchangeSteps:
        """Yield steps until the request has an answer, and return the Reply, of any status.

        `header` is the cached Authorization header, None for none. `counter` counts what is sent. Raises Unavailable or
        TimedOut if no answer arrives, RateLimited or QuotaSpent if the wait would be too long.
        """
        header = header or (yield Authorize())
        attempt, is_renewed = 0, False
        while True:
            counter.requests += 1
            counter.retries += attempt > 0 or is_renewed
            outcome = yield Send(request, header)
            if isinstance(outcome, Reply):
                if 200 <= outcome.status < 300:
                    return outcome
                if not is_renewed and _is_token_rejected(outcome):
                    header, is_renewed = (yield from self._renew(header, outcome)), True
                    continue
            counter.is_uncertain = counter.is_uncertain or _is_uncertain(request, outcome)
            reason = self._find_reason(outcome)
            wait = compute_delay(request, reason, attempt, self.policy, self.random()) if reason else None
            if wait is None:
                return self._give_up(outcome, reason, is_uncertain=counter.is_uncertain)
            attempt += 1
            limit = 1 + (self.policy.max_retries if request.retry is None else request.retry.max_retries)
            yield Sleep(wait, request, _name_cause(outcome), attempt + 1, limit)

    def _renew(self, header: str, rejection: Reply) -> Generator[Any, Any, str]:
        """Return another header. An error carries the status, code and tracking ID of the rejection."""
        try:
            renewed: str = yield Renew(header)
        except ConnectionFailed as error:
            if error.status is None:
                error.status, error.code = rejection.status, _decode_object(rejection).get("code")
            error.tracking_id = error.tracking_id or replies.get_tracking_id(rejection)
            raise
        return renewed

    def _find_reason(self, outcome: Reply | SendFailure) -> RetryReason | None:
        """Return what went wrong; None where another attempt on the same day is useless."""
        if isinstance(outcome, SendFailure):
            return RetryReason(outcome.kind)
        wait = parse_retry_after(outcome.headers.get("retry-after"), self.clock())
        if outcome.status == 429:
            return None if _is_daily_limit(outcome) else RetryReason("rate", wait)
        if outcome.status >= 500 and _is_blocked(outcome):
            return None
        return RetryReason(str(outcome.status), wait)

    def _give_up(self, outcome: Reply | SendFailure, reason: RetryReason | None, *, is_uncertain: bool) -> Reply:
        """Return the reply as the answer, or raise the error of a missing answer or a limit."""
        if isinstance(outcome, SendFailure):
            raise _build_send_error(outcome, is_uncertain=is_uncertain)
        if outcome.status == 429:
            raise self._build_limit_error(outcome, reason)
        if outcome.status >= 500 and reason is not None and reason.wait is not None:
            raise self._build_server_error(outcome, reason.wait)
        return outcome

    def _build_server_error(self, reply: Reply, wait: float) -> ComponentError:
        """Return the error of a server that asks for a wait, with the time of the next attempt."""
        error = replies.build_error(reply, ())
        if isinstance(error, ResponseError):
            error.retry_at = _format_utc(datetime.fromtimestamp(self.clock() + wait, UTC))
        return error

    def _build_limit_error(self, reply: Reply, reason: RetryReason | None) -> RateLimited | QuotaSpent:
        now = datetime.fromtimestamp(self.clock(), UTC)
        wait = parse_retry_after(reply.headers.get("retry-after"), self.clock())
        data = _decode_object(reply)
        facts: dict[str, Any] = {
            "status": reply.status,
            "code": data.get("code"),
            "zoom_message": replies.format_excerpt(str(data.get("message", "")).encode(), 400),
            "tracking_id": replies.get_tracking_id(reply),
        }
        text = "too many calls in a short time"
        if (source := _describe_foreign_limit(reply)) != "":
            text, facts["code"], facts["zoom_message"] = f"{source}: {text}", None, ""
            facts["detail"] = replies.format_excerpt(reply.body)
        if reason is None:
            # Daily limits reset at midnight UTC: https://developers.zoom.us/docs/api/rate-limits/
            midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
            at = _format_utc(now + timedelta(seconds=wait) if wait is not None else midnight)
            return QuotaSpent(f"the daily limit of this call is used up. Try again at {at}", retry_at=at, **facts)
        at = _format_utc(now + timedelta(seconds=wait if wait is not None else 1.0))
        return RateLimited(f"{text}. Try again at {at}", retry_at=at, **facts)


def _is_uncertain(request: BoundRequest, outcome: Reply | SendFailure) -> bool:
    """Return whether a request that failed may have changed something nevertheless."""
    if request.effect == "read":
        return False
    return outcome.status >= 500 if isinstance(outcome, Reply) else outcome.kind != "connect"


def _is_daily_limit(reply: Reply) -> bool:
    """Return whether Zoom's limit of a day is used up, by its header or the message of its error."""
    if "daily" in reply.headers.get("x-ratelimit-type", "").lower():
        return True
    return b"daily" in reply.body[:1000].lower() and _is_zoom_error(reply)


def _is_token_rejected(reply: Reply) -> bool:
    """Return whether Zoom reports that the token is invalid or expired: 401, or code 124, which also comes with 400.

    https://developers.zoom.us/docs/api/errors/
    """
    if reply.status == 401:
        return _is_zoom_error(reply)
    return reply.status == 400 and _decode_object(reply).get("code") == 124


def _is_zoom_error(reply: Reply) -> bool:
    from zoom_component.client.request.foreign_answers import has_zoom_code

    return has_zoom_code(reply, _decode_object(reply))


def _is_blocked(reply: Reply) -> bool:
    """Return whether a firewall answers with a page that blocks the call: another attempt would see the same page."""
    from zoom_component.client.request.foreign_answers import is_block_page

    return is_block_page(reply)


def _describe_foreign_limit(reply: Reply) -> str:
    """Return who limits the calls where it is not Zoom's API; "" for Zoom's own limit."""
    from zoom_component.client.request.foreign_answers import describe_answer, describe_source

    source = describe_source(reply)
    if _is_zoom_error(reply) or source == "Zoom's web server":
        return ""
    return f"{source} answered 429 with {describe_answer(reply)}"


def _name_cause(outcome: Reply | SendFailure) -> str:
    """Return why a request is sent again, in a word or two."""
    if isinstance(outcome, Reply):
        return str(outcome.status)
    return {"connect": "no connection", "timeout": "no answer in time"}.get(outcome.kind, "the connection broke")


def _build_send_error(failure: SendFailure, *, is_uncertain: bool) -> Unavailable | TimedOut:
    if failure.kind == "timeout":
        return TimedOut(f"{failure.explanation or 'no complete answer arrived in time'}.", detail=failure.detail)
    if failure.kind == "connect":
        reason = failure.explanation or "no connection could be made. Check the network"
        what_failed = "the last attempt was not sent" if is_uncertain else "nothing was sent"
        return Unavailable(f"{what_failed}: {reason}.", detail=failure.detail)
    return Unavailable(f"{failure.explanation or 'the connection broke'}.", detail=failure.detail)


def _decode_object(reply: Reply) -> dict[str, Any]:
    try:
        data = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _format_utc(moment: datetime) -> str:
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
