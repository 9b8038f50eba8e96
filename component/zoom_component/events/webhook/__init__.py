"""Verify webhook deliveries, parse events, compare them with their schemas, and filter them.

This package is pure: the time is an argument, secrets stay inside, and nothing here stores or forwards an event.
"""

from zoom_component.events.webhook.batch import InvalidDelivery, verify_line
from zoom_component.events.webhook.drift import Difference, DriftDetector, DriftReport
from zoom_component.events.webhook.event import Event, InvalidJson, parse_event
from zoom_component.events.webhook.filter_parser import parse_filter, parse_located_filter
from zoom_component.events.webhook.filters import Condition, Filter, matches_patterns
from zoom_component.events.webhook.legacy import LegacyVerifier
from zoom_component.events.webhook.trigger_result import (
    BRANCHES,
    TriggerResult,
    build_simulated_result,
    build_trigger_result,
)
from zoom_component.events.webhook.verdict import Challenge, Notification, Rejection, Verdict, verdict_to_dict
from zoom_component.events.webhook.verifier import SIGNATURE_WINDOW, Headers, Verifier

__all__ = [
    "BRANCHES",
    "SIGNATURE_WINDOW",
    "Challenge",
    "Condition",
    "Difference",
    "DriftDetector",
    "DriftReport",
    "Event",
    "Filter",
    "Headers",
    "InvalidDelivery",
    "InvalidJson",
    "LegacyVerifier",
    "Notification",
    "Rejection",
    "TriggerResult",
    "Verdict",
    "Verifier",
    "build_simulated_result",
    "build_trigger_result",
    "matches_patterns",
    "parse_event",
    "parse_filter",
    "parse_located_filter",
    "verdict_to_dict",
    "verify_line",
]
