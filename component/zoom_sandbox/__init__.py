"""Provide a Zoom account to test against: state in memory, HTTP on this machine, Zoom's own statuses and codes.

`Sandbox` is the entry point. The package knows the facts in `zoom_facts` and nothing of the connector, so that it
cannot repeat the connector's mistakes. The engine is synchronous and does no I/O: a request goes in, a response comes
out. The interfaces around it (asgi, http_server, transport) send bytes and know no rule of Zoom's.
"""

from zoom_sandbox.clock import ManualClock
from zoom_sandbox.documents import SandboxInputError
from zoom_sandbox.engine import SandboxEngine
from zoom_sandbox.events import DeliveryAttempt, Webhook, WebhookDelivery
from zoom_sandbox.faults import ApiFault, DeliveryFault, Fault
from zoom_sandbox.lifecycle import Lifecycle
from zoom_sandbox.messages import RecordedRequest, Request, Response
from zoom_sandbox.sandbox import Sandbox

__all__ = [
    "ApiFault",
    "DeliveryAttempt",
    "DeliveryFault",
    "Fault",
    "Lifecycle",
    "ManualClock",
    "RecordedRequest",
    "Request",
    "Response",
    "Sandbox",
    "SandboxEngine",
    "SandboxInputError",
    "Webhook",
    "WebhookDelivery",
]
