"""Count rate limits as Zoom does: per label and plan for the account, per day for a host or a registrant.

https://developers.zoom.us/docs/api/rate-limits/ and spec/zoom/limits.json, which rates how sure each header is.
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
    """Represent one use of a daily quota. `description` is the noun phrase for messages."""

    key: Hashable
    limit: int
    description: str


class TooManyRequests(ApiError):
    """Answer 429, with the headers that give the time of the next attempt."""

    def __init__(self, code: int, message: str, headers: Mapping[str, str]) -> None:
        super().__init__(429, code, message)
        self.headers = headers

    def to_response(self) -> Response:
        """Return the response with the headers."""
        response = super().to_response()
        response.headers.update(self.headers)
        return response


class RateLimiter:
    """Count the calls of one account. Without a plan nothing is counted."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._counts: dict[Hashable, tuple[int, int]] = {}

    def count_call(self, operation: Operation) -> dict[str, str]:
        """Count a call of the account, and return the headers of a success. Raises TooManyRequests over the limit."""
        limit = self._find_limit(operation)
        if limit is None:
            return {}
        headers = {"x-ratelimit-category": limit.label.capitalize()}
        window_key, day_key = (limit.api, limit.label), (limit.api, limit.shared_labels)
        used = self._count_used(day_key, DAY)
        if limit.daily_limit is not None and used >= limit.daily_limit:
            raise self._daily_limit_error(operation, headers, limit.daily_limit)
        if self._count_used(window_key, limit.seconds) >= limit.limit:
            raise self._window_limit_error(operation, headers, limit)
        self._add(window_key, limit.seconds)
        self._add(day_key, DAY)
        if limit.daily_limit is not None:
            headers |= {
                "x-ratelimit-limit": str(limit.daily_limit),
                "x-ratelimit-remaining": str(limit.daily_limit - used - 1),
            }
        return headers

    def check_quota(self, operation: Operation, charges: Iterable[QuotaCharge]) -> None:
        """Raise TooManyRequests when a daily quota is used up. Nothing is counted yet, as the call may still fail."""
        for charge in charges:
            if self._count_used(charge.key, DAY) >= charge.limit:
                headers = {"x-ratelimit-limit": str(charge.limit), "x-ratelimit-remaining": "0"}
                message = f"The daily limit of {charge.limit} {charge.description} is reached. It resets at 00:00 UTC."
                headers |= {"retry-after": self._start_of_tomorrow()}
                raise TooManyRequests(self._error_code(operation), message, headers)

    def use_quota(self, charges: Iterable[QuotaCharge]) -> None:
        """Count calls that succeeded."""
        for charge in charges:
            self._add(charge.key, DAY)

    def _find_limit(self, operation: Operation) -> RateLimit | None:
        plan = self._account.options.plan
        return find_rate_limit(operation.product, operation.rate_limit, PLANS[plan]) if plan else None

    def _daily_limit_error(self, operation: Operation, headers: Mapping[str, str], daily: int) -> TooManyRequests:
        headers = {**headers, "x-ratelimit-type": "Daily-limit", "retry-after": self._start_of_tomorrow()}
        headers |= {"x-ratelimit-limit": str(daily), "x-ratelimit-remaining": "0"}
        message = f"The account's daily limit of {daily} calls of this API is reached. It resets at 00:00 UTC."
        return TooManyRequests(self._error_code(operation), message, headers)

    def _window_limit_error(
        self, operation: Operation, headers: Mapping[str, str], limit: RateLimit
    ) -> TooManyRequests:
        window = "second" if limit.seconds == 1 else "minute"
        reset = (self._account.now() // limit.seconds + 1) * limit.seconds
        headers = {**headers, "x-ratelimit-type": "QPS", "x-ratelimit-reset": str(reset)}
        message = f"The account's per-{window} limit of {limit.limit} calls of this API is reached. Retry later."
        return TooManyRequests(self._error_code(operation), message, headers)

    def _error_code(self, operation: Operation) -> int:
        return choose_error(operation, "", (429, 4001), (429, 429)).code

    def _start_of_tomorrow(self) -> str:
        return format_time((self._account.now() // DAY + 1) * DAY)

    def _count_used(self, key: Hashable, seconds: int) -> int:
        window, used = self._counts.get((key, seconds), (0, 0))
        return used if window == self._account.now() // seconds else 0

    def _add(self, key: Hashable, seconds: int) -> None:
        self._counts[key, seconds] = (self._account.now() // seconds, self._count_used(key, seconds) + 1)
