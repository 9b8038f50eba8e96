"""What brings events to one address: in order, in a thread that lives while there is something to bring."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Sequence
from itertools import count
from threading import Condition, Thread

from zoom_sandbox.clock import Clock
from zoom_sandbox.events.delivery import DeliveryAttempt, DeliveryState, WebhookDelivery
from zoom_sandbox.events.pending import PendingDelivery
from zoom_sandbox.events.signing import build_signed_headers
from zoom_sandbox.events.webhook import Webhook

# After a try that failed, in seconds. https://developers.zoom.us/blog/webhook-delays/
RETRY_DELAYS = (5 * 60, 20 * 60, 60 * 60)
VALIDATION_LIFETIME = 72 * 3600  # how long a validation holds; https://developers.zoom.us/docs/api/webhooks/
MAX_DELIVERIES = 10_000
_LEFT = "The sandbox was left before it could be sent."

AttemptCallback = Callable[[WebhookDelivery], None]


class DeliveryWorker:
    """Takes events for one webhook and brings them there.

    An event is signed once, when it happens: a retry carries the first signature and timestamp, as Zoom's may.
    """

    def __init__(self, webhook: Webhook, client_id: str, clock: Clock, on_attempt: AttemptCallback) -> None:
        self.webhook = webhook
        self._client_id, self._clock, self._tried = client_id, clock, on_attempt
        self._changed = Condition()
        self._deliveries: dict[int, WebhookDelivery] = {}
        self._due: list[tuple[float, int, int]] = []  # when (monotonic), in which order, which delivery
        self._held: list[tuple[int, int]] = []  # how many shall overtake, which delivery
        self._numbers, self._places = count(1), count()
        self._proven_until = float("-inf")
        self._works, self._stops = False, 0

    @property
    def deliveries(self) -> list[WebhookDelivery]:
        """What was taken, the oldest first (the last 10,000 at least)."""
        with self._changed:
            return list(self._deliveries.values())

    def enqueue(self, event: str, body: bytes, *, copies: int = 1, events_ahead: int = 0) -> None:
        """Take an event, to be sent so many times, after so many later ones. Returns at once."""
        headers = build_signed_headers(self.webhook.secret, int(self._clock()), body, self._client_id)
        with self._changed:
            holds = (
                bool(events_ahead) and not self._held
            )  # while one is held back the others pass, or nothing would overtake
            overtaken = [number for left, number in self._held if left <= 1]
            self._held = [(left - 1, number) for left, number in self._held if left > 1]
            for _ in range(copies):
                delivery = WebhookDelivery(next(self._numbers), self.webhook.url, event, body, headers)
                self._keep(delivery)
                if holds:
                    self._held.append((events_ahead, delivery.number))
                else:
                    self._push(delivery.number, 0)
            for number in overtaken:
                self._push(number, 0)

    def list_pending(self) -> list[PendingDelivery]:
        """What is on its way, in the order of its turns; what is being sent at this moment, too."""
        with self._changed:
            due = {number: when for when, _, number in self._due}
            late = {number: left for left, number in self._held}
            rows = [(due.get(each.number, 0.0), each) for each in self._open()]
            return [
                PendingDelivery.from_delivery(each, when, late.get(each.number, 0))
                for when, each in sorted(rows, key=lambda row: row[0])
            ]

    def restore_pending(self, rows: Sequence[PendingDelivery]) -> None:
        """Goes on with what another process left. Each keeps its tries and is due when it was."""
        with self._changed:
            for row in rows:
                delivery = row.to_delivery(next(self._numbers), self.webhook.secret, self._client_id)
                self._keep(delivery)
                if row.events_ahead:
                    self._held.append((row.events_ahead, delivery.number))
                else:
                    self._push(delivery.number, row.seconds_left)

    def wait_until_settled(self, deadline: float) -> list[WebhookDelivery]:
        """Let go what is held back, and wait until all is settled or a monotonic time has come; gives what is not."""
        with self._changed:
            for _, number in self._held:
                self._push(number, 0)
            self._held.clear()
            self._changed.wait_for(lambda: not self._open(), max(deadline - time.monotonic(), 0))
            return self._open()

    def drop_pending(self) -> None:
        """Drop what waits. What is taken afterwards is brought as before."""
        with self._changed:
            self._stops += 1
            waiting = {number for *_, number in self._due} | {number for _, number in self._held}
            for number in waiting:
                self._deliveries[number] = self._deliveries[number].with_state("dropped", _LEFT)
            self._due.clear()
            self._held.clear()
            self._changed.notify_all()

    def _open(self) -> list[WebhookDelivery]:
        return [delivery for delivery in self._deliveries.values() if not delivery.is_settled]

    def _keep(self, delivery: WebhookDelivery) -> None:
        self._deliveries[delivery.number] = delivery
        oldest = next(iter(self._deliveries))
        if len(self._deliveries) > MAX_DELIVERIES and self._deliveries[oldest].is_settled:
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

    def _keep_outcome(self, outcome: WebhookDelivery, stops: int) -> None:
        with self._changed:
            if not outcome.is_settled and stops != self._stops:
                outcome = outcome.with_state("dropped", _LEFT)
            self._deliveries[outcome.number] = outcome
            if not outcome.is_settled:
                self._push(outcome.number, RETRY_DELAYS[len(outcome.attempts) - 1] / self.webhook.retry_speedup)
            self._changed.notify_all()
        self._tried(outcome)

    def _next(self) -> tuple[WebhookDelivery, int] | None:
        """The next delivery, once it is due, and how often all was stopped till now; None when nothing is left."""
        with self._changed:
            while self._due:
                wait = self._due[0][0] - time.monotonic()
                if wait <= 0:
                    return self._deliveries[heapq.heappop(self._due)[2]], self._stops
                self._changed.wait(wait)
            self._works = False
            return None

    def _bring(self, delivery: WebhookDelivery) -> WebhookDelivery:
        from zoom_sandbox.events import exchange  # not before a wire is wanted

        if self._clock() >= self._proven_until:
            fault = exchange.validate_endpoint(self.webhook, self._client_id, self._clock())[1]
            if fault:
                sentence = f"Nothing was sent, for the address did not pass its validation: {fault}."
                return delivery.with_state("refused", sentence)
            self._proven_until = self._clock() + VALIDATION_LIFETIME
        at = self._clock()
        answer = exchange.post_to_webhook(self.webhook, delivery.headers, delivery.body)
        state: DeliveryState = "delivered"
        if answer.problem:
            state = "failed" if len(delivery.attempts) >= len(RETRY_DELAYS) else "waiting"
        return delivery.with_attempt(DeliveryAttempt(at, answer.status, answer.latency, answer.problem), state)
