"""What brings events to one address: in order, in a thread that lives while there is something to bring."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Sequence
from itertools import count
from threading import Condition, Thread

from zoom_sandbox.announce.delivery import Delivery, State, Try
from zoom_sandbox.announce.signing import signed_headers
from zoom_sandbox.announce.waiting import Waiting
from zoom_sandbox.announce.webhook import Webhook
from zoom_sandbox.clock import Clock

# After a try that failed, in seconds. https://developers.zoom.us/blog/webhook-delays/
RETRIES = (5 * 60, 20 * 60, 60 * 60)
PROVEN = 72 * 3600  # how long a validation holds; https://developers.zoom.us/docs/api/webhooks/
KEPT = 10_000
_LEFT = "The sandbox was left before it could be sent."

Watch = Callable[[Delivery], None]


class Courier:
    """Takes events for one webhook and brings them there.

    An event is signed once, when it happens: a retry carries the first signature and timestamp, as Zoom's may.
    """

    def __init__(self, webhook: Webhook, client_id: str, clock: Clock, tried: Watch) -> None:
        self.webhook = webhook
        self._client_id, self._clock, self._tried = client_id, clock, tried
        self._changed = Condition()
        self._deliveries: dict[int, Delivery] = {}
        self._due: list[tuple[float, int, int]] = []  # when (monotonic), in which order, which delivery
        self._held: list[tuple[int, int]] = []  # how many shall overtake, which delivery
        self._numbers, self._places = count(1), count()
        self._proven_until = float("-inf")
        self._works, self._stops = False, 0

    @property
    def deliveries(self) -> list[Delivery]:
        """What was taken, the oldest first (the last 10,000 at least)."""
        with self._changed:
            return list(self._deliveries.values())

    def take(self, event: str, body: bytes, *, copies: int = 1, late: int = 0) -> None:
        """Take an event, to be sent so many times, after so many later ones. Returns at once."""
        headers = signed_headers(self.webhook.secret, int(self._clock()), body, self._client_id)
        with self._changed:
            holds = bool(late) and not self._held  # while one is held back the others pass, or nothing would overtake
            overtaken = [number for left, number in self._held if left <= 1]
            self._held = [(left - 1, number) for left, number in self._held if left > 1]
            for _ in range(copies):
                delivery = Delivery(next(self._numbers), self.webhook.url, event, body, headers)
                self._keep(delivery)
                if holds:
                    self._held.append((late, delivery.number))
                else:
                    self._push(delivery.number, 0)
            for number in overtaken:
                self._push(number, 0)

    def waiting(self) -> list[Waiting]:
        """What is on its way, in the order of its turns; what is being sent at this moment, too."""
        with self._changed:
            due = {number: when for when, _, number in self._due}
            late = {number: left for left, number in self._held}
            rows = [(due.get(each.number, 0.0), each) for each in self._open()]
            return [
                Waiting.of(each, when, late.get(each.number, 0)) for when, each in sorted(rows, key=lambda row: row[0])
            ]

    def resume(self, rows: Sequence[Waiting]) -> None:
        """Goes on with what another process left. Each keeps its tries and is due when it was."""
        with self._changed:
            for row in rows:
                delivery = row.delivery(next(self._numbers), self.webhook.secret, self._client_id)
                self._keep(delivery)
                if row.late:
                    self._held.append((row.late, delivery.number))
                else:
                    self._push(delivery.number, row.left)

    def wait(self, deadline: float) -> list[Delivery]:
        """Let go what is held back, and wait until all is settled or a monotonic time has come; gives what is not."""
        with self._changed:
            for _, number in self._held:
                self._push(number, 0)
            self._held.clear()
            self._changed.wait_for(lambda: not self._open(), max(deadline - time.monotonic(), 0))
            return self._open()

    def stop(self) -> None:
        """Drop what waits. What is taken afterwards is brought as before."""
        with self._changed:
            self._stops += 1
            waiting = {number for *_, number in self._due} | {number for _, number in self._held}
            for number in waiting:
                self._deliveries[number] = self._deliveries[number].closed("dropped", _LEFT)
            self._due.clear()
            self._held.clear()
            self._changed.notify_all()

    def _open(self) -> list[Delivery]:
        return [delivery for delivery in self._deliveries.values() if not delivery.settled]

    def _keep(self, delivery: Delivery) -> None:
        self._deliveries[delivery.number] = delivery
        oldest = next(iter(self._deliveries))
        if len(self._deliveries) > KEPT and self._deliveries[oldest].settled:
            del self._deliveries[oldest]

    def _push(self, number: int, wait: float) -> None:
        heapq.heappush(self._due, (time.monotonic() + wait, next(self._places), number))
        self._changed.notify_all()
        if not self._works:
            self._works = True
            Thread(target=self._work, name="embedded-zoom-courier", daemon=True).start()

    def _work(self) -> None:
        try:
            while (found := self._next()) is not None:
                delivery, stops = found
                self._keep_outcome(self._bring(delivery), stops)
        except BaseException:
            with self._changed:
                self._works = False  # so that the next event gets a thread of its own
            raise

    def _keep_outcome(self, outcome: Delivery, stops: int) -> None:
        with self._changed:
            if not outcome.settled and stops != self._stops:
                outcome = outcome.closed("dropped", _LEFT)
            self._deliveries[outcome.number] = outcome
            if not outcome.settled:
                self._push(outcome.number, RETRIES[len(outcome.tries) - 1] / self.webhook.hurry)
            self._changed.notify_all()
        self._tried(outcome)

    def _next(self) -> tuple[Delivery, int] | None:
        """The next delivery, once it is due, and how often all was stopped till now; None when nothing is left."""
        with self._changed:
            while self._due:
                wait = self._due[0][0] - time.monotonic()
                if wait <= 0:
                    return self._deliveries[heapq.heappop(self._due)[2]], self._stops
                self._changed.wait(wait)
            self._works = False
            return None

    def _bring(self, delivery: Delivery) -> Delivery:
        from zoom_sandbox.announce import once  # not before a wire is wanted

        if self._clock() >= self._proven_until:
            fault = once.validation(self.webhook, self._client_id, self._clock())[1]
            if fault:
                sentence = f"Nothing was sent, for the address did not pass its validation: {fault}."
                return delivery.closed("refused", sentence)
            self._proven_until = self._clock() + PROVEN
        at = self._clock()
        answer = once.send(self.webhook, delivery.headers, delivery.body)
        state: State = "delivered"
        if answer.problem:
            state = "failed" if len(delivery.tries) >= len(RETRIES) else "waiting"
        return delivery.tried(Try(at, answer.status, answer.latency, answer.problem), state)
