"""What Zoom's API is, as data: operations, events and limits. Read-only, loaded late, one record at a time.

This room knows files under spec/zoom and triggers/events and nothing else; the language and the embedded Zoom both
read it, neither through the other.
"""

from zoom_facts.countries import countries
from zoom_facts.events import Event, Head, event_heads, event_names, find_event
from zoom_facts.operations import Operation, find, operations

__all__ = ["Event", "Head", "Operation", "countries", "event_heads", "event_names", "find", "find_event", "operations"]
