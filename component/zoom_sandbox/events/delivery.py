"""What is kept of each delivery: what was sent where, how often it was tried, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

DeliveryState = Literal["waiting", "delivered", "failed", "refused", "dropped"]


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """One attempt: the account's time at which it began, the answer's status (None without one), how long the answer
    took in seconds, and what went wrong ("" for nothing)."""

    started_at: float
    status: int | None
    latency: float
    problem: str = ""


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """One event on its way to one address.

    `state` is `waiting` (for its turn, or to be tried again), `delivered`, `failed` (after the last try), `refused`
    (the address did not prove that it knows the secret, so nothing was sent) or `dropped` (the sandbox was left).
    `headers` are those that were sent, without Authorization.
    """

    number: int
    url: str
    event: str
    body: bytes
    headers: Mapping[str, str]
    state: DeliveryState = "waiting"
    attempts: tuple[DeliveryAttempt, ...] = ()
    problem: str = ""

    @property
    def status(self) -> int | None:
        """The status of the last answer; None where none came."""
        return self.attempts[-1].status if self.attempts else None

    @property
    def latency(self) -> float:
        """How long the last try took, in seconds."""
        return self.attempts[-1].latency if self.attempts else 0.0

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will be tried."""
        return self.state != "waiting"

    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)

    def to_dict(self) -> dict[str, Any]:
        """What became of it, without what was sent: event, url, state, status, tries, latency_ms and problem."""
        return {
            "event": self.event,
            "url": self.url,
            "state": self.state,
            "status": self.status,
            "tries": len(self.attempts),
            "latency_ms": round(self.latency * 1000),
            "problem": self.problem,
        }

    def with_attempt(self, attempt: DeliveryAttempt, state: DeliveryState) -> WebhookDelivery:
        """The delivery after one more try."""
        return replace(self, attempts=(*self.attempts, attempt), state=state, problem=attempt.problem)

    def with_state(self, state: DeliveryState, problem: str) -> WebhookDelivery:
        """The delivery, given up without a try."""
        return replace(self, state=state, problem=problem)
