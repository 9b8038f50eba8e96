"""Polling triggers at work: an action is run again and again, and what is new in its answers goes into an inbox.

What is new, `triggers` decides, without a clock and without a wire; this room runs the action over a session, keeps
what is to be remembered in a Store together with the events, and says when to ask again. It knows no engine.
"""

from zoom_component.events.polling.config import PollConfig, configure_poll
from zoom_component.events.polling.poller import Poller, PollResult

__all__ = ["PollConfig", "PollResult", "Poller", "configure_poll"]
