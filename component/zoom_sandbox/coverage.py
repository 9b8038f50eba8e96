"""How far the embedded Zoom goes: which operations of the facts it plays with state, and which events it announces.

No server is needed to know.
"""

from __future__ import annotations

from zoom_sandbox import resources
from zoom_sandbox.events.catalogue import PUBLISHED_EVENTS
from zoom_sandbox.operations import HANDLERS


def published_events() -> frozenset[str]:
    """The events that it announces when something happens; every other one comes by hand."""
    return PUBLISHED_EVENTS


def stateful_operations() -> frozenset[tuple[str, str]]:
    """The operations with state behind them, as (method, path template); every other one answers from its schema."""
    resources.load_operations()
    return frozenset(HANDLERS)
