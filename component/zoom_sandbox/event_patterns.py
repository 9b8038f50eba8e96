"""Check event names and patterns such as `meeting.*` against the events that Zoom documents."""

from __future__ import annotations

from difflib import get_close_matches
from fnmatch import fnmatchcase

from zoom_facts import list_event_names

ANY_EVENT = "*"


def matches_pattern(event: str, pattern: str) -> bool:
    """Return whether an event's name matches a pattern."""
    return fnmatchcase(event, pattern)


def check_pattern(pattern: str) -> None:
    """Raise ValueError for a pattern that matches no documented event."""
    if not any(fnmatchcase(name, pattern) for name in list_event_names()):
        raise ValueError(f'expected the name or the pattern of an event, got "{pattern}"{suggest_event_names(pattern)}')


def suggest_event_names(name: str) -> str:
    """Return `; did you mean a or b?` with similar event names, or "" when none is similar."""
    similar = get_close_matches(name, list_event_names(), n=2, cutoff=0.7)
    return f"; did you mean {' or '.join(similar)}?" if similar else ""
