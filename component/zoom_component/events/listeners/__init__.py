"""Events on their way from the inbox to whoever listens: at least once, tried again, counted among the dead at last.

This room claims from any inbox, runs listeners and settles what came of it. It receives nothing, and it knows what a
listener is told, never what a listener does with it.
"""

from zoom_component.events.listeners.dispatcher import Dispatcher
from zoom_component.events.listeners.listener import AttemptResult, Delivery, Listener, Reject, Retry, RetrySchedule

__all__ = ["AttemptResult", "Delivery", "Dispatcher", "Listener", "Reject", "Retry", "RetrySchedule"]
