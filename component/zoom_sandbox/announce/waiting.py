"""What is kept of a delivery on its way while no process brings it: no signature and no secret, but all to go on."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from zoom_sandbox.announce.delivery import Delivery, Try
from zoom_sandbox.announce.signing import STAMP, signed_headers

Row = tuple[Any, ...]


class Waiting(NamedTuple):
    """One of them. `stamp` is the time that was signed; `due` is seconds since 1970 by the machine's clock; `late` is
    how many shall overtake it first."""

    url: str
    event: str
    body: bytes
    stamp: int
    tries: Sequence[tuple[float, int | None, float, str]] = ()
    due: float = 0.0
    late: int = 0

    @classmethod
    def of(cls, delivery: Delivery, due: float = 0.0, late: int = 0) -> Waiting:
        """What is kept of a delivery; `due` is a monotonic time, 0 for now."""
        tries = tuple((each.at, each.status, each.latency, each.problem) for each in delivery.tries)
        wall = time.time() + max(due - time.monotonic(), 0)
        return cls(delivery.url, delivery.event, delivery.body, int(delivery.headers[STAMP]), tries, wall, late)

    @property
    def left(self) -> float:
        """Seconds until it is due."""
        return max(self.due - time.time(), 0)

    def delivery(self, number: int, secret: str, client_id: str) -> Delivery:
        """The delivery again, signed as it was if the secret is still the same."""
        headers = signed_headers(secret, self.stamp, self.body, client_id)
        tries = tuple(Try(*each) for each in self.tries)
        problem = tries[-1].problem if tries else ""
        return Delivery(number, self.url, self.event, self.body, headers, tries=tries, problem=problem)
