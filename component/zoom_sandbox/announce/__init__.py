"""What the embedded Zoom announces: events as signed POSTs to the addresses that subscribed, as Zoom sends them.

This room knows the facts about events and the world's clock; it knows no resource. A resource tells what happened in
one line, and what comes of that (whether anyone listens, the shape, the signature, the way) is decided here. Only
`post` touches a wire, and only in a courier's own thread: an answer of the API never waits for a webhook.
"""

from zoom_sandbox.announce.announcer import Announcer
from zoom_sandbox.announce.delivery import Delivery, Try
from zoom_sandbox.announce.trouble import Trouble
from zoom_sandbox.announce.webhook import Webhook

__all__ = ["Announcer", "Delivery", "Trouble", "Try", "Webhook"]
