"""What Zoom's API is, as data: operations, events and limits. Read-only, loaded late, one record at a time.

This room knows files under spec/zoom and triggers/events and nothing else; the language and the embedded Zoom both
read it, neither through the other.
"""

from zoom_facts.countries import load_countries
from zoom_facts.events import EventDefinition, EventSummary, find_event, list_event_names, list_event_summaries
from zoom_facts.operations import Operation, find_operation, iter_operations

__all__ = [
    "EventDefinition",
    "EventSummary",
    "Operation",
    "find_event",
    "find_operation",
    "iter_operations",
    "list_event_names",
    "list_event_summaries",
    "load_countries",
]
