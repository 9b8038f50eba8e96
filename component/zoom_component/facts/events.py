"""The events of Zoom's webhooks, a line each in spec/zoom/events.jsonl."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from zoom_component.places import bundle

_HEAD = re.compile(r'\{"event":"([^"]+)"')


@dataclass(frozen=True, slots=True)
class Event:
    """One event, as the facts give it (spec/zoom/events_about.json tells source and date).

    `schema` is the JSON Schema of the whole body and `sample` a body with plausible values. An event that is known by
    its name alone has neither, and a few samples contradict their schema: Zoom publishes them so.
    """

    name: str
    product: str
    tag: str
    schema: Mapping[str, Any] | None
    sample: Mapping[str, Any] | None


def event_names() -> tuple[str, ...]:
    """The name of every event, in the order of the alphabet. Parses none of them."""
    return tuple(_lines())


@lru_cache(maxsize=128)
def find_event(name: str) -> Event | None:
    """The event with a name such as `meeting.created`; None where there is none."""
    line = _lines().get(name)
    if line is None:
        return None
    raw = json.loads(line)
    return Event(raw["event"], raw["product"], raw.get("tag", ""), raw["schema"], raw["sample"])


@lru_cache(maxsize=1)
def _lines() -> dict[str, str]:
    text = (bundle() / "spec" / "zoom" / "events.jsonl").read_text(encoding="utf-8")
    return {head.group(1): line for line in text.splitlines() if (head := _HEAD.match(line))}
