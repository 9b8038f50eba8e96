"""Read the events of Zoom's webhooks from triggers/events.

There is one file for each product and one line for each event.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from zoom_facts.paths import get_facts_dir

__all__ = [
    "REFERENCE_PRODUCT",
    "EventDefinition",
    "EventSummary",
    "find_event",
    "list_event_names",
    "list_event_summaries",
]

REFERENCE_PRODUCT = "meetings"
"""The product whose events are the reference of this component."""

_START_OF_LINE = re.compile(r'\{"event":"([^"]+)","tag":"[^"]*","schema":(null)?')


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """Hold one event. triggers/events/about.json names source and date.

    `schema` is the JSON Schema of the whole body and `sample` a body with plausible values; both are None for an event
    of which only the name is known. A few samples contradict their schema, because Zoom publishes them so.
    """

    name: str
    product: str
    tag: str
    schema: Mapping[str, Any] | None
    sample: Mapping[str, Any] | None


class EventSummary(NamedTuple):
    """Hold what a listing shows of an event."""

    name: str
    product: str
    has_schema: bool


def list_event_names() -> tuple[str, ...]:
    """Return the names of all events in alphabetical order, without parsing the events."""
    return tuple(_index_lines())


def list_event_summaries() -> tuple[EventSummary, ...]:
    """Return the summaries of all events in alphabetical order, without parsing the events."""
    return tuple(summary for summary, _ in _index_lines().values())


@lru_cache(maxsize=128)
def find_event(name: str) -> EventDefinition | None:
    """Return the event with a name such as `meeting.created`, None if there is none."""
    entry = _index_lines().get(name)
    if entry is None:
        return None
    summary, line = entry
    raw = json.loads(line)
    return EventDefinition(raw["event"], summary.product, raw["tag"], raw["schema"], raw["sample"])


@lru_cache(maxsize=1)
def _index_lines() -> dict[str, tuple[EventSummary, str]]:
    """Return the summary and the line of each event by name, the lines not parsed yet."""
    entries = {}
    for path in (get_facts_dir() / "triggers" / "events").glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if match := _START_OF_LINE.match(line):
                entries[match[1]] = EventSummary(match[1], path.stem, match[2] is None), line
    return dict(sorted(entries.items()))
