"""Deliver events to one webhook: in order, in a thread that lives while there is something to send."""

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
from zoom_sandbox.forked_processes import registered

# The waits after an attempt that fails, in seconds. https://developers.zoom.us/blog/webhook-delays/
RETRY_DELAYS = (5 * 60, 20 * 60, 60 * 60)
VALIDATION_LIFETIME = 72 * 3600  # seconds; https://developers.zoom.us/docs/api/webhooks/
MAX_DELIVERIES = 10_000
_DROPPED = "the sandbox was closed before this delivery was sent"

AttemptCallback = Callable[[WebhookDelivery], None]


class DeliveryWorker:
    """Queue the events for one webhook and send them.

    An event is signed once, when it happens: a retry carries the first signature and timestamp, as Zoom's may.
    """

    def __init__(self, webhook: Webhook, client_id: str, clock: Clock, on_attempt: AttemptCallback) -> None:
        self.webhook = webhook
        self._client_id, self._clock, self._on_attempt = client_id, clock, on_attempt
        self._condition = Condition()
        self._deliveries: dict[int, WebhookDelivery] = {}
        self._due: list[tuple[float, int, int]] = []  # due time (monotonic), order, number of the delivery
        self._held: list[tuple[int, int]] = []  # events still to be sent ahead, number of the delivery
        self._numbers, self._order = count(1), count()
        self._validated_until = float("-inf")
        self._is_running, self._drop_count = False, 0
        registered.add(self)

    def reset_after_fork(self) -> None:
        """Leave what waits to the parent, which sends it."""
        self._condition, self._is_running = Condition(), False
        self._due, self._held = [], []

    @property
    def deliveries(self) -> list[WebhookDelivery]:
        """Return the deliveries, the oldest first (the last 10,000 at least)."""
        with self._condition:
            return list(self._deliveries.values())

    def enqueue(self, event: str, body: bytes, *, copies: int = 1, events_ahead: int = 0) -> None:
        """Queue `copies` of an event, to be sent after `events_ahead` later events. Returns at once."""
        headers = build_signed_headers(self.webhook.secret, int(self._clock()), body, self._client_id)
        with self._condition:
            # While one event is held back the others pass, or nothing would ever be ahead of it.
            is_held = bool(events_ahead) and not self._held
            released = [number for remaining, number in self._held if remaining <= 1]
            self._held = [(remaining - 1, number) for remaining, number in self._held if remaining > 1]
            for _ in range(copies):
                delivery = WebhookDelivery(next(self._numbers), self.webhook.url, event, body, headers)
                self._store(delivery)
                if is_held:
                    self._held.append((events_ahead, delivery.number))
                else:
                    self._schedule(delivery.number, 0)
            for number in released:
                self._schedule(number, 0)

    def list_pending(self) -> list[PendingDelivery]:
        """Return the pending deliveries in the order in which they are due, with the one that is being sent."""
        with self._condition:
            due = {number: when for when, _, number in self._due}
            held = {number: remaining for remaining, number in self._held}
            rows = [(due.get(delivery.number, 0.0), delivery) for delivery in self._pending_deliveries()]
            return [
                PendingDelivery.from_delivery(delivery, when, held.get(delivery.number, 0))
                for when, delivery in sorted(rows, key=lambda row: row[0])
            ]

    def restore_pending(self, rows: Sequence[PendingDelivery]) -> None:
        """Continue the deliveries that another process left. Each keeps its attempts and its due time."""
        with self._condition:
            for row in rows:
                delivery = row.to_delivery(next(self._numbers), self.webhook.secret, self._client_id)
                self._store(delivery)
                if row.events_ahead:
                    self._held.append((row.events_ahead, delivery.number))
                else:
                    self._schedule(delivery.number, row.seconds_left)

    def wait_until_final(self, deadline: float) -> list[WebhookDelivery]:
        """Release the events that are held back, wait until a monotonic time, and return what is still pending."""
        with self._condition:
            for _, number in self._held:
                self._schedule(number, 0)
            self._held.clear()
            self._condition.wait_for(lambda: not self._pending_deliveries(), max(deadline - time.monotonic(), 0))
            return self._pending_deliveries()

    def drop_pending(self) -> None:
        """Drop what waits to be sent. Later events are sent as before."""
        with self._condition:
            self._drop_count += 1
            waiting = {number for *_, number in self._due} | {number for _, number in self._held}
            for number in waiting:
                self._deliveries[number] = self._deliveries[number].with_state("dropped", _DROPPED)
            self._due.clear()
            self._held.clear()
            self._condition.notify_all()

    def _pending_deliveries(self) -> list[WebhookDelivery]:
        return [delivery for delivery in self._deliveries.values() if not delivery.is_final]

    def _store(self, delivery: WebhookDelivery) -> None:
        self._deliveries[delivery.number] = delivery
        oldest = next(iter(self._deliveries))
        if len(self._deliveries) > MAX_DELIVERIES and self._deliveries[oldest].is_final:
            del self._deliveries[oldest]

    def _schedule(self, number: int, wait: float) -> None:
        heapq.heappush(self._due, (time.monotonic() + wait, next(self._order), number))
        self._condition.notify_all()
        if not self._is_running:
            self._is_running = True
            Thread(target=self._run, name="sandbox-webhook", daemon=True).start()

    def _run(self) -> None:
        try:
            while (item := self._next_due()) is not None:
                delivery, drop_count = item
                self._store_outcome(self._attempt(delivery), drop_count)
        except BaseException:
            with self._condition:
                self._is_running = False  # so that the next event starts a new thread
            raise

    def _store_outcome(self, outcome: WebhookDelivery, drop_count: int) -> None:
        with self._condition:
            if not outcome.is_final and drop_count != self._drop_count:
                outcome = outcome.with_state("dropped", _DROPPED)
            self._deliveries[outcome.number] = outcome
            if not outcome.is_final:
                delay = RETRY_DELAYS[len(outcome.attempts) - 1] / self.webhook.retry_speedup
                self._schedule(outcome.number, delay)
            self._condition.notify_all()
        self._on_attempt(outcome)

    def _next_due(self) -> tuple[WebhookDelivery, int] | None:
        """Wait for the next due delivery; return it with the count of drops until now, or None when none is left."""
        with self._condition:
            while self._due:
                wait = self._due[0][0] - time.monotonic()
                if wait <= 0:
                    return self._deliveries[heapq.heappop(self._due)[2]], self._drop_count
                self._condition.wait(wait)
            self._is_running = False
            return None

    def _attempt(self, delivery: WebhookDelivery) -> WebhookDelivery:
        from zoom_sandbox.events import exchange  # imports the HTTP client, which most sandboxes do not need

        if self._clock() >= self._validated_until:
            problem = exchange.validate_endpoint(self.webhook, self._client_id, self._clock())[1]
            if problem:
                message = f"nothing was sent, because the endpoint did not pass its validation: {problem}"
                return delivery.with_state("refused", message)
            self._validated_until = self._clock() + VALIDATION_LIFETIME
        started_at = self._clock()
        answer = exchange.post_to_webhook(self.webhook, delivery.headers, delivery.body)
        state: DeliveryState = "delivered"
        if answer.problem:
            state = "failed" if len(delivery.attempts) >= len(RETRY_DELAYS) else "waiting"
        attempt = DeliveryAttempt(started_at, answer.status, answer.latency, answer.problem)
        return delivery.with_attempt(attempt, state)
