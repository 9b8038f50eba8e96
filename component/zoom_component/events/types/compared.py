"""Events compared with the facts about them."""

from __future__ import annotations

from zoom_component.events.webhook import Drift, Drifts, Event
from zoom_facts import find_event

__all__ = ["drift"]

_DRIFTS = Drifts(find_event)


def drift(event: Event) -> Drift:
    """How an event differs from the schema that Zoom published for it. Never raises; `refusal()` is for the strict."""
    return _DRIFTS.of(event)
