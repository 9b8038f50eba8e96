"""What `Sandbox` offers about webhooks: events by hand, what became of deliveries, and deliveries that go wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from zoom_sandbox.engine import SandboxEngine
from zoom_sandbox.events import EventPublisher, WebhookDelivery
from zoom_sandbox.events.delivery_fault import DeliveryFault
from zoom_sandbox.events.publisher import EventListener
from zoom_sandbox.faults import ANY
from zoom_sandbox.websocket_events import WebSocketConnections


class WebhookMethods:
    """The part of `Sandbox` that has to do with webhooks."""

    engine: SandboxEngine

    @property
    def deliveries(self) -> list[WebhookDelivery]:
        """What was announced, each event to each address that wants it; address by address, the oldest first."""
        return self._announcer.deliveries

    def emit(self, event: str, set: Mapping[str, Any] | None = None) -> None:
        """Announce an event that nothing caused, with Zoom's sample values; nothing else in the account changes.

        `set` maps paths in the body, such as `payload.object.topic`, to values. Raises ValueError for an event that
        Zoom does not know, and for a path that leads through a plain value.
        """
        self._announcer.emit_sample(event, set or {})

    def add_listener(self, listener: EventListener) -> None:
        """Call this with the body of every event from now on, when it happens and without a wire."""
        self._announcer.add_listener(listener)

    def wait_for_deliveries(self, timeout: float = 5.0) -> list[WebhookDelivery]:
        """Wait until every delivery is settled (received, refused, or given up after the last try), and give them all.

        What a fault holds back is let go. Raises TimeoutError, naming a delivery that is not settled, after `timeout`
        seconds: that of a webhook without `hurry` may wait for minutes to be tried again.
        """
        return self._announcer.wait_until_settled(timeout)

    def webhook_fault(
        self, event: str = ANY, *, copies: int = 1, events_ahead: int = 0, calls: Collection[int] = ()
    ) -> None:
        """Make deliveries of events go wrong until `clear_faults`.

        `events` is a name or a pattern; `copies` is how often each is sent (2 is a duplicate, 0 a loss); `late` is how
        many later events overtake it, unless `wait_for_deliveries` lets it go, and one is held back at a time; `calls`
        are the events to hit among those that fit, counted from 1 (empty: all). Raises ValueError for a pattern that
        fits no event.
        """
        self._announcer.add_fault(DeliveryFault(event, copies, events_ahead, calls))

    def clear_webhook_faults(self) -> None:
        """Let deliveries go as they should."""
        self._announcer.clear_faults()

    def close_websockets(self) -> None:
        """Close every WebSocket that events go over, as Zoom does now and then."""
        self.engine.account.store(WebSocketConnections).close_all()

    def _stop_announcing(self) -> None:
        self._announcer.drop_pending()

    @property
    def _announcer(self) -> EventPublisher:
        return self.engine.account.store(EventPublisher)
