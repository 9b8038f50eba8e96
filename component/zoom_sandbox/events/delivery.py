"""Define the record of a delivery: what is sent where, the attempts, and the outcome."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

DeliveryState = Literal["waiting", "delivered", "failed", "refused", "dropped"]


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """Record one attempt.

    `started_at` is in the account's epoch seconds, `status` is None without an answer, `latency` is in seconds, and
    `problem` is "" for an attempt that succeeds.
    """

    started_at: float
    status: int | None
    latency: float
    problem: str = ""


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """Record the delivery of one event to one webhook.

    `state` is `waiting` (to be sent, or to be tried again), `delivered`, `failed` (after the last attempt), `refused`
    (the endpoint did not prove that it knows the secret, so nothing was sent) or `dropped` (the sandbox was closed).
    `headers` are those that are sent, without Authorization.
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
        """Return the status of the last answer, or None without one."""
        return self.attempts[-1].status if self.attempts else None

    @property
    def latency(self) -> float:
        """Return how long the last attempt took, in seconds."""
        return self.attempts[-1].latency if self.attempts else 0.0

    @property
    def is_final(self) -> bool:
        """Return whether no attempt will follow."""
        return self.state != "waiting"

    def json(self) -> Any:
        """Return the body, parsed as JSON."""
        return json.loads(self.body)

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome without the body: event, url, state, status, attempts, latency_ms and problem."""
        return {
            "event": self.event,
            "url": self.url,
            "state": self.state,
            "status": self.status,
            "attempts": len(self.attempts),
            "latency_ms": round(self.latency * 1000),
            "problem": self.problem,
        }

    def with_attempt(self, attempt: DeliveryAttempt, state: DeliveryState) -> WebhookDelivery:
        """Return the delivery after one more attempt."""
        return replace(self, attempts=(*self.attempts, attempt), state=state, problem=attempt.problem)

    def with_state(self, state: DeliveryState, problem: str) -> WebhookDelivery:
        """Return the delivery with a state that it reached without an attempt."""
        return replace(self, state=state, problem=problem)
