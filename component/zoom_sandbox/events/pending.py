"""What is kept of a delivery on its way while no process brings it: no signature and no secret, but all to go on."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from zoom_sandbox.events.delivery import DeliveryAttempt, WebhookDelivery
from zoom_sandbox.events.signing import TIMESTAMP_HEADER, build_signed_headers

Row = tuple[Any, ...]


class PendingDelivery(NamedTuple):
    """One of them. `stamp` is the time that was signed; `due` is seconds since 1970 by the machine's clock; `late` is
    how many shall overtake it first."""

    url: str
    event: str
    body: bytes
    timestamp: int
    attempts: Sequence[tuple[float, int | None, float, str]] = ()
    due: float = 0.0
    events_ahead: int = 0

    @classmethod
    def from_delivery(cls, delivery: WebhookDelivery, due: float = 0.0, events_ahead: int = 0) -> PendingDelivery:
        """What is kept of a delivery; `due` is a monotonic time, 0 for now."""
        tries = tuple((each.started_at, each.status, each.latency, each.problem) for each in delivery.attempts)
        wall = time.time() + max(due - time.monotonic(), 0)
        return cls(
            delivery.url,
            delivery.event,
            delivery.body,
            int(delivery.headers[TIMESTAMP_HEADER]),
            tries,
            wall,
            events_ahead,
        )

    @property
    def seconds_left(self) -> float:
        """Seconds until it is due."""
        return max(self.due - time.time(), 0)

    def to_delivery(self, number: int, secret: str, client_id: str) -> WebhookDelivery:
        """The delivery again, signed as it was if the secret is still the same."""
        headers = build_signed_headers(secret, self.timestamp, self.body, client_id)
        tries = tuple(DeliveryAttempt(*each) for each in self.attempts)
        problem = tries[-1].problem if tries else ""
        return WebhookDelivery(number, self.url, self.event, self.body, headers, attempts=tries, problem=problem)
