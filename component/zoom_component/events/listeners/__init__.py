"""Deliver stored events to listeners: at least once, with retries and dead letters.

This package claims jobs from any inbox, runs the listeners and records each outcome. It does not receive events.
"""

from zoom_component.events.inbox.worker import AttemptResult
from zoom_component.events.listeners.dispatcher import Dispatcher
from zoom_component.events.listeners.listener import Delivery, Listener, Reject, Retry, RetrySchedule

__all__ = ["AttemptResult", "Delivery", "Dispatcher", "Listener", "Reject", "Retry", "RetrySchedule"]
