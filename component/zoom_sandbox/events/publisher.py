"""Publish the events that resources cause."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from zoom_facts import find_event
from zoom_sandbox.account import Account
from zoom_sandbox.events.catalogue import PUBLISHED_EVENTS
from zoom_sandbox.events.delivery import WebhookDelivery
from zoom_sandbox.events.pending import PendingDelivery, Row
from zoom_sandbox.events.samples import compose_event
from zoom_sandbox.events.schema_fit import fit_to_schema
from zoom_sandbox.events.worker import AttemptCallback, DeliveryWorker
from zoom_sandbox.forked_processes import ProcessLock

EventListener = Callable[[dict[str, Any]], None]


class EventPublisher:
    """Turn events into deliveries to the webhooks of `Account.options` that are subscribed to them.

    The publisher is not part of the account's state: a reset does not stop a delivery.
    """

    survives_reset: ClassVar[bool] = True

    def __init__(self, account: Account) -> None:
        self._account = account
        options = account.options
        self._workers = [
            DeliveryWorker(webhook, options.client_id, account.clock, self._report_attempt)
            for webhook in options.webhooks
        ]
        self._lock = ProcessLock()  # gives every webhook the events in the same order
        self._attempt_callbacks: list[AttemptCallback] = []
        self._listeners: list[EventListener] = []
        self._unclaimed: list[PendingDelivery] = []  # restored for a URL that no webhook of this process has
        self.on_change: Callable[[], None] = lambda: None

    def has_subscriber(self, event: str) -> bool:
        """Return whether a webhook or a listener receives an event, so that nothing is computed for nobody."""
        return bool(self._listeners) or any(worker.webhook.is_subscribed_to(event) for worker in self._workers)

    def publish(self, event: str, payload: Mapping[str, Any], **extra: Any) -> None:
        """Send an event, with the account's id and the time added, and without fields that its schema does not have.

        `extra` fields stand beside the payload, as `download_token` does. Raises LookupError for an event that is not
        in the facts or not in PUBLISHED_EVENTS.
        """
        if not self.has_subscriber(event):
            return
        facts = find_event(event)
        if facts is None or event not in PUBLISHED_EVENTS:
            raise LookupError(f"The facts, or PUBLISHED_EVENTS, have no event {event}.")
        full_payload = {"account_id": self._account.options.account_id, **payload}
        body = {"event": event, "event_ts": int(self._account.clock() * 1000), "payload": full_payload, **extra}
        self._send(event, fit_to_schema(body, facts.schema or {}))

    def emit_sample(self, event: str, changes: Mapping[str, Any]) -> None:
        """Send an event that nothing caused, made from Zoom's sample; see `samples.compose_event`."""
        self._send(event, compose_event(event, self._account.options.account_id, self._account.clock(), changes))

    @property
    def deliveries(self) -> list[WebhookDelivery]:
        """Return the deliveries to webhooks; webhook by webhook, the oldest first."""
        return [delivery for worker in self._workers for delivery in worker.deliveries]

    def wait_until_final(self, timeout: float) -> list[WebhookDelivery]:
        """Wait until no delivery is pending, and return all. Raises TimeoutError after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        for worker in self._workers:
            if pending := worker.wait_until_final(deadline):
                first = pending[0]
                count = "1 delivery is" if len(pending) == 1 else f"{len(pending)} deliveries are"
                reason = f": {first.problem}" if first.problem else ""
                raise TimeoutError(f"{count} still pending; the first is {first.event} to {first.url}{reason}")
        return self.deliveries

    def add_listener(self, listener: EventListener) -> None:
        """Call a function with the body of every later event, at once and without HTTP."""
        self._listeners.append(listener)

    def add_attempt_callback(self, callback: AttemptCallback) -> None:
        """Call a function, from a worker's thread, with a delivery after each attempt, or when there is none."""
        self._attempt_callbacks.append(callback)

    def list_pending(self) -> list[Row]:
        """Return the pending deliveries as plain values, for `restore_pending` in another process."""
        rows = [row for worker in self._workers for row in worker.list_pending()]
        return [tuple(row) for row in (*rows, *self._unclaimed)]

    def restore_pending(self, rows: Sequence[Row]) -> None:
        """Continue the deliveries that another process left, each with the webhook of its URL."""
        remaining = [PendingDelivery(*row) for row in rows]
        for worker in {worker.webhook.url: worker for worker in reversed(self._workers)}.values():
            worker.restore_pending([row for row in remaining if row.url == worker.webhook.url])
            remaining = [row for row in remaining if row.url != worker.webhook.url]
        self._unclaimed = remaining

    def drop_pending(self) -> None:
        """Drop the deliveries that wait to be sent or to be tried again."""
        for worker in self._workers:
            worker.drop_pending()

    def _send(self, event: str, body: object) -> None:
        raw = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
        for listener in self._listeners:
            listener(json.loads(raw))
        with self._lock:
            fault = self._account.faults.find_delivery_hit(event)
            copies, events_ahead = (fault.copies, fault.events_ahead) if fault else (1, 0)
            for worker in self._workers:
                if worker.webhook.is_subscribed_to(event):
                    worker.enqueue(event, raw, copies=copies, events_ahead=events_ahead)
        self.on_change()

    def _report_attempt(self, delivery: WebhookDelivery) -> None:
        self.on_change()
        for callback in self._attempt_callbacks:
            callback(delivery)
