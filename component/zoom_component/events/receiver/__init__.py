"""Receive deliveries over the network: verify each one, store it in an inbox, and only then respond with 200.

Nothing here waits for a listener. The sender learns a status and no reason; the reason goes to the log and the metrics.
"""

from zoom_component.events.receiver.app import Receiver
from zoom_component.events.receiver.limits import ReceiverLimits

__all__ = ["Receiver", "ReceiverLimits"]
