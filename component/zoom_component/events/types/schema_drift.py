"""Events compared with the facts about them."""

from __future__ import annotations

from zoom_component.events.webhook import DriftDetector, DriftReport, Event
from zoom_facts import find_event

__all__ = ["detect_drift"]

_DRIFTS = DriftDetector(find_event)


def detect_drift(event: Event) -> DriftReport:
    """How an event differs from the schema that Zoom published for it. Never raises; `refusal()` is for the strict."""
    return _DRIFTS.compare(event)
