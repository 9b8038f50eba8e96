"""Read what Zoom's API is, as data: operations, events, limits, spans, countries and time zones.

The facts are files below spec/zoom and triggers/events, with source and date. They are read when first needed and one
record at a time. This package knows nothing else of the project; the spec language and the sandbox both read it.
"""

from zoom_facts.countries import load_countries
from zoom_facts.events import EventDefinition, EventSummary, find_event, list_event_names, list_event_summaries
from zoom_facts.operations import Operation, find_operation, iter_operations
from zoom_facts.spans import OperationSpan, Period, find_operation_span

__all__ = [
    "EventDefinition",
    "EventSummary",
    "Operation",
    "OperationSpan",
    "Period",
    "find_event",
    "find_operation",
    "find_operation_span",
    "iter_operations",
    "list_event_names",
    "list_event_summaries",
    "load_countries",
]
