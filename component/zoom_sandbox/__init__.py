"""A Zoom on this machine: state in memory, real HTTP on loopback, Zoom's own statuses, codes and page tokens.

It knows the facts under spec/zoom and nothing of the connector (not request, handlers, runtime or the language), so
that it cannot share the connector's mistakes. The core is synchronous and does no I/O: a request goes in, a response
comes out. The doors (asgi, server, transport, serve) carry bytes and hold no rule of Zoom's.
"""

from zoom_sandbox.clock import ManualClock
from zoom_sandbox.documents import SandboxInputError
from zoom_sandbox.engine import SandboxEngine
from zoom_sandbox.events import DeliveryAttempt, Webhook, WebhookDelivery
from zoom_sandbox.faults import Fault
from zoom_sandbox.lifecycle import Lifecycle
from zoom_sandbox.messages import RecordedRequest, Request, Response
from zoom_sandbox.sandbox import Sandbox

__all__ = [
    "DeliveryAttempt",
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
