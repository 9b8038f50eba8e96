"""Run polling triggers: call an action at intervals and put what is new in its responses into an inbox.

`queries`, `changes`, `detection` and `schedule` are pure; `Poller` runs the action over a session and saves its state
together with the events. Nothing here knows which engine the inbox uses.
"""

from zoom_component.events.polling.config import PollConfig, configure_poll
from zoom_component.events.polling.poller import Poller, PollResult

__all__ = ["PollConfig", "PollResult", "Poller", "configure_poll"]
