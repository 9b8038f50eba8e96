"""A Zoom on this machine: state in memory, real HTTP on loopback, Zoom's own statuses, codes and page tokens.

It knows the facts under spec/zoom and nothing of the connector (not request, handlers, runtime or the language), so
that it cannot share the connector's mistakes. The core is synchronous and does no I/O: a request goes in, a response
comes out. The doors (asgi, server, transport, serve) carry bytes and hold no rule of Zoom's.
"""

from zoom_sandbox.announce import Delivery, Try, Webhook
from zoom_sandbox.clock import StillClock
from zoom_sandbox.documents import Mistake
from zoom_sandbox.faults import Fault
from zoom_sandbox.lifecycle import Lifecycle
from zoom_sandbox.messages import Arrival, Request, Response
from zoom_sandbox.server import Sandbox
from zoom_sandbox.zoom import Zoom

__all__ = [
    "Arrival",
    "Delivery",
    "Fault",
    "Lifecycle",
    "Mistake",
    "Request",
    "Response",
    "Sandbox",
    "StillClock",
    "Try",
    "Webhook",
    "Zoom",
]
