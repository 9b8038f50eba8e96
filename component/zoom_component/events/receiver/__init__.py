"""Deliveries taken in over a wire: judged, kept in an inbox, and only then answered with 200.

What is kept is answered, whatever a listener does: nothing here waits for one. A sender learns a status and nothing of
the reason; that goes to the log and the metrics. The verdict is `triggers`' and the rows are `inbox`'.
"""

from zoom_component.events.receiver.app import Receiver
from zoom_component.events.receiver.limits import ReceiverLimits

__all__ = ["Receiver", "ReceiverLimits"]
