"""Receive and handle Zoom's events: verify deliveries, store them, dispatch them to listeners, and poll for changes.

    from zoom_component.events import MeetingStarted, Receiver, Verifier

This is the public import. Each name is loaded from its module when it is first used. The type of an event, such as
MeetingStarted, is named after the event.
"""

from __future__ import annotations

from importlib import import_module

# Not imported from typing, because that import would slow down the command line.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from zoom_component.events.inbox.engines import open_inbox as open_inbox
    from zoom_component.events.inbox.protocols import EventQuery as EventQuery
    from zoom_component.events.inbox.sqlite import SqliteInbox as SqliteInbox
    from zoom_component.events.listeners import Dispatcher as Dispatcher
    from zoom_component.events.listeners import Reject as Reject
    from zoom_component.events.listeners import Retry as Retry
    from zoom_component.events.polling import Poller as Poller
    from zoom_component.events.polling import PollResult as PollResult
    from zoom_component.events.polling import configure_poll as configure_poll
    from zoom_component.events.receiver import Receiver as Receiver
    from zoom_component.events.receiver import ReceiverLimits as ReceiverLimits
    from zoom_component.events.receiver.sync_receiver import SyncReceiver as SyncReceiver
    from zoom_component.events.types import *  # noqa: F403
    from zoom_component.events.types import detect_drift as detect_drift
    from zoom_component.events.webhook import Challenge as Challenge
    from zoom_component.events.webhook import Condition as Condition
    from zoom_component.events.webhook import DriftReport as DriftReport
    from zoom_component.events.webhook import Event as Event
    from zoom_component.events.webhook import Filter as Filter
    from zoom_component.events.webhook import InvalidJson as InvalidJson
    from zoom_component.events.webhook import LegacyVerifier as LegacyVerifier
    from zoom_component.events.webhook import Notification as Notification
    from zoom_component.events.webhook import Rejection as Rejection
    from zoom_component.events.webhook import Verifier as Verifier
    from zoom_component.events.webhook import matches_patterns as matches_patterns
    from zoom_component.events.webhook import parse_event as parse_event
    from zoom_component.events.webhook import parse_filter as parse_filter

_MODULES = {
    "inbox.engines": ("open_inbox",),
    "inbox.protocols": ("EventQuery",),
    "inbox.sqlite": ("SqliteInbox",),
    "listeners": ("Dispatcher", "Reject", "Retry"),
    "polling": ("PollResult", "Poller", "configure_poll"),
    "receiver": ("Receiver", "ReceiverLimits"),
    "receiver.sync_receiver": ("SyncReceiver",),
    "types": ("detect_drift",),
    "webhook": (
        "Challenge", "Condition", "DriftReport", "Event", "Filter", "InvalidJson", "LegacyVerifier", "Notification",
        "Rejection", "Verifier", "matches_patterns", "parse_event", "parse_filter",
    ),
}  # fmt: skip
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


if not TYPE_CHECKING:  # mypy would accept any name of a module with __getattr__

    def __getattr__(name: str) -> object:
        module = _MODULE_OF.get(name) or ("types" if name[:1].isupper() else "")
        if not module:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        try:
            return getattr(import_module(f"{__name__}.{module}"), name)
        except AttributeError:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None


def __dir__() -> list[str]:
    from zoom_component.events.types.lookup import list_type_names

    return sorted([*_MODULE_OF, *list_type_names()])
