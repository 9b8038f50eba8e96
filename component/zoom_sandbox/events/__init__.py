"""What the embedded Zoom announces: events as signed POSTs to the addresses that subscribed, as Zoom sends them.

This room knows the facts about events and the world's clock; it knows no resource. A resource tells what happened in
one line, and what comes of that (whether anyone listens, the shape, the signature, the way) is decided here. Only
`post` touches a wire, and only in a courier's own thread: an answer of the API never waits for a webhook.
"""

from zoom_sandbox.events.delivery import DeliveryAttempt, WebhookDelivery
from zoom_sandbox.events.delivery_fault import DeliveryFault
from zoom_sandbox.events.publisher import EventPublisher
from zoom_sandbox.events.webhook import Webhook

__all__ = ["DeliveryAttempt", "DeliveryFault", "EventPublisher", "Webhook", "WebhookDelivery"]
