"""Compare events with the schemas in zoom_facts."""

from __future__ import annotations

from zoom_component.events.webhook import DriftDetector, DriftReport, Event
from zoom_facts import find_event

__all__ = ["detect_drift"]

_DETECTOR = DriftDetector(find_event)


def detect_drift(event: Event) -> DriftReport:
    """Report how an event differs from the schema that Zoom publishes for it. Never raise."""
    return _DETECTOR.compare(event)
