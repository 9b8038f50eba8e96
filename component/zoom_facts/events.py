"""The events of Zoom's webhooks: a file a product below triggers/events, an event a line."""

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

_HEAD = re.compile(r'\{"event":"([^"]+)","tag":"[^"]*","schema":(null)?')


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """One event, as the facts give it (triggers/events/about.json tells source and date).

    `schema` is the JSON Schema of the whole body and `sample` a body with plausible values. An event that is known by
    its name alone has neither, and a few samples contradict their schema: Zoom publishes them so.
    """

    name: str
    product: str
    tag: str
    schema: Mapping[str, Any] | None
    sample: Mapping[str, Any] | None


class EventSummary(NamedTuple):
    """What a listing tells of an event."""

    name: str
    product: str
    has_schema: bool


def list_event_names() -> tuple[str, ...]:
    """The name of every event, in the order of the alphabet. Parses none of them."""
    return tuple(_lines())


def list_event_summaries() -> tuple[EventSummary, ...]:
    """The head of every event, in the same order. Parses none of them either."""
    return tuple(head for head, _ in _lines().values())


@lru_cache(maxsize=128)
def find_event(name: str) -> EventDefinition | None:
    """The event with a name such as `meeting.created`; None where there is none."""
    found = _lines().get(name)
    if found is None:
        return None
    head, line = found
    raw = json.loads(line)
    return EventDefinition(raw["event"], head.product, raw["tag"], raw["schema"], raw["sample"])


@lru_cache(maxsize=1)
def _lines() -> dict[str, tuple[EventSummary, str]]:
    found = {}
    for path in (get_facts_dir() / "triggers" / "events").glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if head := _HEAD.match(line):
                found[head[1]] = EventSummary(head[1], path.stem, head[2] is None), line
    return dict(sorted(found.items()))
