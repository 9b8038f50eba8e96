"""Deliveries judged and events read: bytes and headers in, a verdict out.

This room is pure: the time is an argument, no secret leaves it, and whoever keeps or hands on what it accepted lives
elsewhere (`inbox`, `receiver`). It trusts nothing but the bytes that were signed.
"""

from zoom_component.events.webhook.drift import Difference, Drift, Drifts
from zoom_component.events.webhook.event import Event, NotJson, read_event
from zoom_component.events.webhook.filter_words import filter_of, read_filter
from zoom_component.events.webhook.filters import Condition, Filter, fits
from zoom_component.events.webhook.legacy import LegacyVerifier
from zoom_component.events.webhook.lines import BadLine, judged
from zoom_component.events.webhook.result import BRANCHES, TriggerResult, outcome, simulated
from zoom_component.events.webhook.verdict import Challenge, Notification, Refusal, Verdict, as_row
from zoom_component.events.webhook.verify import WINDOW, Headers, Verifier

__all__ = [
    "BRANCHES",
    "WINDOW",
    "BadLine",
    "Challenge",
    "Condition",
    "Difference",
    "Drift",
    "Drifts",
    "Event",
    "Filter",
    "Headers",
    "LegacyVerifier",
    "NotJson",
    "Notification",
    "Refusal",
    "TriggerResult",
    "Verdict",
    "Verifier",
    "as_row",
    "filter_of",
    "fits",
    "judged",
    "outcome",
    "read_event",
    "read_filter",
    "simulated",
]
