"""What Zoom's API is, as data: operations and limits. Read-only, loaded late, one record at a time.

This room knows files under spec/zoom and nothing else; the language and the embedded Zoom both read it, neither
through the other.
"""

from zoom_component.facts.events import Event, event_names, find_event
from zoom_component.facts.operations import Operation, find, operations

__all__ = ["Event", "Operation", "event_names", "find", "find_event", "operations"]
