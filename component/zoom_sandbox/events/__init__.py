"""Send the account's events: as signed POSTs to webhooks, as Zoom does, and to listeners in this process.

This package knows the facts about events, and the account's clock and options; it does not know any resource. A
resource calls `publish` in one line; who is subscribed, the shape of the body, the signature and the retries are
decided here. Only `http_post` does network I/O, and only in a worker's own thread: an answer of the API never waits
for a webhook.
"""

from zoom_sandbox.events.delivery import DeliveryAttempt, WebhookDelivery
from zoom_sandbox.events.publisher import EventPublisher
from zoom_sandbox.events.webhook import Webhook

__all__ = ["DeliveryAttempt", "EventPublisher", "Webhook", "WebhookDelivery"]
