"""Rate limits as Zoom counts them: per label and plan for the account, per day for a host or a registrant.

https://developers.zoom.us/docs/api/rate-limits/ and spec/zoom/limits.json, which says how sure each header is.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from zoom_facts import Operation
from zoom_facts.limits import RateLimit, find_rate_limit
from zoom_sandbox.account import PLANS, Account
from zoom_sandbox.errors import ApiError, choose_error
from zoom_sandbox.messages import Response
from zoom_sandbox.times import DAY, format_time


@dataclass(frozen=True, slots=True)
class QuotaCharge:
    """One use of something that a day allows only so often. `what` says it in a sentence."""

    key: Hashable
    limit: int
    description: str


class TooManyRequests(ApiError):
    """A 429 with the headers that say when to come back."""

    def __init__(self, code: int, message: str, headers: Mapping[str, str]) -> None:
        super().__init__(429, code, message)
        self.headers = headers

    def to_response(self) -> Response:
        """The refusal with its headers."""
        response = super().to_response()
        response.headers.update(self.headers)
        return response


class RateLimiter:
    """The counts of one account. Without a plan nothing is counted."""

    def __init__(self, world: Account) -> None:
        self._world = world
        self._counts: dict[Hashable, tuple[int, int]] = {}

    def count_call(self, operation: Operation) -> dict[str, str]:
        """Count a call for the account; gives the headers of a success. Refuses (429) the one too many."""
        allowed = self._allowance(operation)
        if allowed is None:
            return {}
        headers = {"x-ratelimit-category": allowed.label.capitalize()}
        short, day = (allowed.api, allowed.label), (allowed.api, allowed.shared_labels)
        used = self._used(day, DAY)
        if allowed.daily_limit is not None and used >= allowed.daily_limit:
            raise self._spent(operation, headers, allowed.daily_limit)
        if self._used(short, allowed.seconds) >= allowed.limit:
            raise self._too_fast(operation, headers, allowed)
        self._add(short, allowed.seconds)
        self._add(day, DAY)
        if allowed.daily_limit is not None:
            headers |= {
                "x-ratelimit-limit": str(allowed.daily_limit),
                "x-ratelimit-remaining": str(allowed.daily_limit - used - 1),
            }
        return headers

    def check_quota(self, operation: Operation, charges: Iterable[QuotaCharge]) -> None:
        """Refuse (429) what a day has no room for. Nothing is counted yet: a call that fails costs nothing."""
        for charge in charges:
            if self._used(charge.key, DAY) >= charge.limit:
                headers = {"x-ratelimit-limit": str(charge.limit), "x-ratelimit-remaining": "0"}
                sentence = f"The daily limit of {charge.limit} {charge.description} is reached. It resets at 00:00 UTC."
                raise TooManyRequests(self._code(operation), sentence, {**headers, "retry-after": self._tomorrow()})

    def use_quota(self, charges: Iterable[QuotaCharge]) -> None:
        """Count what was done."""
        for charge in charges:
            self._add(charge.key, DAY)

    def _allowance(self, operation: Operation) -> RateLimit | None:
        plan = self._world.options.plan
        return find_rate_limit(operation.product, operation.rate_limit, PLANS[plan]) if plan else None

    def _spent(self, operation: Operation, headers: Mapping[str, str], daily: int) -> TooManyRequests:
        told = {**headers, "x-ratelimit-type": "Daily-limit", "retry-after": self._tomorrow()}
        told |= {"x-ratelimit-limit": str(daily), "x-ratelimit-remaining": "0"}
        sentence = f"The account's daily limit of {daily} calls of this API is reached. It resets at 00:00 UTC."
        return TooManyRequests(self._code(operation), sentence, told)

    def _too_fast(self, operation: Operation, headers: Mapping[str, str], allowed: RateLimit) -> TooManyRequests:
        window = "second" if allowed.seconds == 1 else "minute"
        reset = (self._world.now() // allowed.seconds + 1) * allowed.seconds
        told = {**headers, "x-ratelimit-type": "QPS", "x-ratelimit-reset": str(reset)}
        sentence = f"The account's per-{window} limit of {allowed.limit} calls of this API is reached. Try again later."
        return TooManyRequests(self._code(operation), sentence, told)

    def _code(self, operation: Operation) -> int:
        return choose_error(operation, "", (429, 4001), (429, 429)).code

    def _tomorrow(self) -> str:
        return format_time((self._world.now() // DAY + 1) * DAY)

    def _used(self, key: Hashable, seconds: int) -> int:
        window, used = self._counts.get((key, seconds), (0, 0))
        return used if window == self._world.now() // seconds else 0

    def _add(self, key: Hashable, seconds: int) -> None:
        self._counts[key, seconds] = (self._world.now() // seconds, self._used(key, seconds) + 1)
