"""Define what is saved of a pending delivery between processes: all that is needed to send it, and no secret."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from zoom_sandbox.events.delivery import DeliveryAttempt, WebhookDelivery
from zoom_sandbox.events.signing import TIMESTAMP_HEADER, build_signed_headers

Row = tuple[Any, ...]


class PendingDelivery(NamedTuple):
    """Hold what is saved of a delivery, without its signature.

    `timestamp` is the time that was signed, `due` the due time by the machine's clock, both in epoch seconds.
    `events_ahead` is how many later events are to be sent first.
    """

    url: str
    event: str
    body: bytes
    timestamp: int
    attempts: Sequence[tuple[float, int | None, float, str]] = ()
    due: float = 0.0
    events_ahead: int = 0

    @classmethod
    def from_delivery(cls, delivery: WebhookDelivery, due: float = 0.0, events_ahead: int = 0) -> PendingDelivery:
        """Return what to save of a delivery; `due` is a monotonic time, 0 for now."""
        attempts = tuple((each.started_at, each.status, each.latency, each.problem) for each in delivery.attempts)
        timestamp = int(delivery.headers[TIMESTAMP_HEADER])
        due_at = time.time() + max(due - time.monotonic(), 0)
        return cls(delivery.url, delivery.event, delivery.body, timestamp, attempts, due_at, events_ahead)

    @property
    def seconds_left(self) -> float:
        """Return the seconds until the delivery is due."""
        return max(self.due - time.time(), 0)

    def to_delivery(self, number: int, secret: str, client_id: str) -> WebhookDelivery:
        """Return the delivery, with the signature that it had if the secret is still the same."""
        headers = build_signed_headers(secret, self.timestamp, self.body, client_id)
        attempts = tuple(DeliveryAttempt(*each) for each in self.attempts)
        problem = attempts[-1].problem if attempts else ""
        return WebhookDelivery(number, self.url, self.event, self.body, headers, attempts=attempts, problem=problem)
