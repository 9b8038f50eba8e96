"""The part of the world that resources tell what happened."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar

from zoom_facts import find_event
from zoom_sandbox.events.catalogue import PUBLISHED_EVENTS
from zoom_sandbox.events.delivery import WebhookDelivery
from zoom_sandbox.events.delivery_fault import DeliveryFault
from zoom_sandbox.events.pending import PendingDelivery, Row
from zoom_sandbox.events.samples import compose_event
from zoom_sandbox.events.schema_fit import fit_to_schema
from zoom_sandbox.events.worker import AttemptCallback, DeliveryWorker

if TYPE_CHECKING:
    from zoom_sandbox.account import Account

EventListener = Callable[[dict[str, Any]], None]


class EventPublisher:
    """Turns what resources tell into deliveries to the webhooks of `World.setup` that want it.

    It is no state of the account: what is on its way stays so whatever becomes of the account.
    """

    survives_reset: ClassVar[bool] = True

    def __init__(self, world: Account) -> None:
        self._world = world
        setup = world.options
        self._couriers = [
            DeliveryWorker(webhook, setup.client_id, world.clock, self._tell_watches) for webhook in setup.webhooks
        ]
        self.faults: list[DeliveryFault] = []  # the newest first
        self._lock = Lock()  # keeps the order of events the same for every address
        self._watches: list[AttemptCallback] = []
        self._listeners: list[EventListener] = []
        self._unclaimed: list[PendingDelivery] = []  # kept for an address that no webhook of this process has
        self.on_change: Callable[[], None] = lambda: None

    def has_subscriber(self, event: str) -> bool:
        """Whether anyone wants such an event: what is costly to make need not be made otherwise."""
        return bool(self._listeners) or any(courier.webhook.is_subscribed_to(event) for courier in self._couriers)

    def publish(self, event: str, payload: Mapping[str, Any], **beside: Any) -> None:
        """Announce an event. The account's id and the time are added, and what its schema does not know is left out.

        `beside` stands beside the payload, as `download_token` does.
        """
        if not self.has_subscriber(event):
            return
        facts = find_event(event)
        if facts is None or event not in PUBLISHED_EVENTS:
            raise LookupError(f"The facts, or CAUSED, have no event {event}.")
        full = {"account_id": self._world.options.account_id, **payload}
        body = {"event": event, "event_ts": int(self._world.clock() * 1000), "payload": full, **beside}
        self._send(event, fit_to_schema(body, facts.schema or {}))

    def emit_sample(self, event: str, changes: Mapping[str, Any]) -> None:
        """Announce an event that nothing caused, from its sample; see `samples.composed`."""
        self._send(event, compose_event(event, self._world.options.account_id, self._world.clock(), changes))

    @property
    def deliveries(self) -> list[WebhookDelivery]:
        """What was announced, each to one address; address by address, the oldest first."""
        return [delivery for courier in self._couriers for delivery in courier.deliveries]

    def wait_until_settled(self, timeout: float) -> list[WebhookDelivery]:
        """Wait until every delivery is settled. Raises TimeoutError, naming one that is not, after so many seconds."""
        deadline = time.monotonic() + timeout
        for courier in self._couriers:
            if waiting := courier.wait_until_settled(deadline):
                first = waiting[0]
                why = f": {first.problem}" if first.problem else ""
                raise TimeoutError(f"{len(waiting)} deliveries wait, the first a {first.event} to {first.url}{why}.")
        return self.deliveries

    def add_fault(self, trouble: DeliveryFault) -> None:
        """Make deliveries go wrong until `calm`."""
        with self._lock:
            self.faults.insert(0, trouble)

    def clear_faults(self) -> None:
        """Take all troubles away."""
        with self._lock:
            self.faults.clear()

    def add_listener(self, listener: EventListener) -> None:
        """Call this with the body of every event from now on, when it happens and without a wire."""
        self._listeners.append(listener)

    def add_attempt_callback(self, watch: AttemptCallback) -> None:
        """Call this with a delivery after each try from now on, or when there is none, from a courier's thread."""
        self._watches.append(watch)

    def list_pending(self) -> list[Row]:
        """What is on its way, as plain values that another process can `resume`."""
        rows = [row for courier in self._couriers for row in courier.list_pending()]
        return [tuple(row) for row in (*rows, *self._unclaimed)]

    def restore_pending(self, rows: Sequence[Row]) -> None:
        """Goes on with what another process left, each with the webhook of its address."""
        left = [PendingDelivery(*row) for row in rows]
        for courier in {courier.webhook.url: courier for courier in reversed(self._couriers)}.values():
            courier.restore_pending([row for row in left if row.url == courier.webhook.url])
            left = [row for row in left if row.url != courier.webhook.url]
        self._unclaimed = left

    def drop_pending(self) -> None:
        """Drop what waits to be brought or tried again."""
        for courier in self._couriers:
            courier.drop_pending()

    def _send(self, event: str, body: object) -> None:
        raw = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
        for listener in self._listeners:
            listener(json.loads(raw))
        with self._lock:
            trouble = self._trouble_of(event)
            copies, late = (trouble.copies, trouble.events_ahead) if trouble else (1, 0)
            for courier in self._couriers:
                if courier.webhook.is_subscribed_to(event):
                    courier.enqueue(event, raw, copies=copies, events_ahead=late)
        self.on_change()

    def _trouble_of(self, event: str) -> DeliveryFault | None:
        hit: DeliveryFault | None = None
        for trouble in self.faults:
            if trouble.is_hit_by(event) and hit is None:
                trouble.hits += 1
                hit = trouble
        return hit

    def _tell_watches(self, delivery: WebhookDelivery) -> None:
        self.on_change()
        for watch in self._watches:
            watch(delivery)
