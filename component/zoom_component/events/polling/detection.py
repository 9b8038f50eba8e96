"""What a polling trigger makes of what it fetched: events, and what it has to remember. Pure.

A memory is small JSON. Of a list it holds a short digest for each item that is there, and for the last thousands that
no longer are; of an object the fields that count. None means that there was no poll yet.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from zoom_component.events.polling.changes import (
    FieldChange,
    find_changes,
    select_event_type,
    summarize_changes,
    take_snapshot,
)
from zoom_component.spec.spec import PollSpec, SnapshotSpec, TriggerSpec

__all__ = ["MAX_ITEMS", "MISSING", "CallResult", "Detection", "Emission", "detect_events", "hash_json"]

# More items than this in one list are refused: a memory has to stay small.
MAX_ITEMS = 50_000
_GONE = 5_000
_SNAPSHOTS = 12
_DIGITS = 16
MISSING: Any = object()
"""In place of an answer: Zoom says that the thing is not there."""


class CallResult(NamedTuple):
    """What one call gave: the items of a list, or the answer; or MISSING."""

    inputs: Mapping[str, Any]
    answer: Any


class Emission(NamedTuple):
    """An event to be emitted: its object as the catalogue has it, and what tells it from any other of the trigger."""

    identity: str
    object: Mapping[str, Any]
    object_id: str


class Detection(NamedTuple):
    """What a poll comes to."""

    memory: Any
    emissions: list[Emission]


def detect_events(
    trigger: TriggerSpec, memory: Any, results: Sequence[CallResult], *, version: int, emit_first: bool
) -> Detection:
    """The events for what was fetched, and the memory that takes the place of this one.

    Without a memory there are none, unless `emit_first`. `version` is the memory's: it tells a change from the same
    change at another time.
    """
    assert trigger.poll is not None
    if trigger.poll.snapshot is None:
        return _new_items(trigger.poll, memory, results, emit_first)
    return _changed(trigger.poll, trigger.poll.snapshot, memory, results, version, emit_first)


def hash_json(*parts: Any) -> str:
    """A short text that is the same for the same JSON values."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _new_items(poll: PollSpec, memory: Any, fetched: Sequence[CallResult], emit_first: bool) -> Detection:
    before: list[str] = (memory or {}).get("seen", [])
    known = set(before)
    present: dict[str, Any] = {}
    for each in fetched:
        for item in () if each.answer is MISSING else each.answer:
            present.setdefault(_identity(item, poll.identity), item)
    new = [key for key in present if key not in known]
    if memory is None and not emit_first:
        new = []
    gone = [key for key in before if key not in present]
    word = _type(poll)
    emissions = [Emission(f"item {key}", _payload(poll, present[key], word), _id(present[key])) for key in new]
    return Detection({"seen": [*gone[-_GONE:], *present]}, emissions)


def _type(poll: PollSpec) -> str | None:
    """The one type of a trigger of new items, where it has one."""
    return poll.types[-1].event if poll.types else None


def _identity(item: Any, fields: Iterable[str]) -> str:
    """What an item goes by; one without any of its fields goes by all it says."""
    values = [_text(_at(item, name)) for name in fields]
    return hash_json(item if all(value in (None, "") for value in values) else values)[:_DIGITS]


def _changed(
    poll: PollSpec, shape: SnapshotSpec, memory: Any, fetched: Sequence[CallResult], version: int, emit_first: bool
) -> Detection:
    kept: dict[str, Any] = dict((memory or {}).get("snapshots", {}))
    emissions = []
    for each in fetched:
        asked = hash_json(each.inputs)[:_DIGITS]
        if each.answer is MISSING:
            kept.setdefault(asked, None)
            continue
        part = hash_json(each.inputs, [_at(each.answer, name) for name in shape.identity])[:_DIGITS]
        place = part if shape.identity else asked
        new, known = take_snapshot(each.answer, shape), place in kept
        old = kept.pop(place, None)
        awaited = known and old is None
        first = memory is None or awaited or (not known and bool(shape.identity))
        found = find_changes(old, new, shape)
        if emit_first if memory is None else first or found:
            identity = f"change {version} {place} {hash_json(new)[:_DIGITS]}"
            emissions.append(Emission(identity, _event(poll, each.answer, found, first), _id(each.answer)))
        kept[place] = new
    return Detection({"snapshots": dict(list(kept.items())[-_SNAPSHOTS:])}, emissions)


def _event(poll: PollSpec, answer: Any, found: Sequence[FieldChange], first: bool) -> Mapping[str, Any]:
    payload = dict(_payload(poll, answer, select_event_type(poll.types, found, first)))
    if poll.changes is not None:
        field, tells = poll.changes
        # Nothing was there before: what it holds is all new, and no change.
        payload[field] = summarize_changes([] if first and tells != "items" else found, tells)
    return payload


def _payload(poll: PollSpec, found: Any, event_type: str | None) -> Mapping[str, Any]:
    if poll.payload_key is None:
        return found if isinstance(found, Mapping) else {"value": found}
    named = {} if event_type is None else {"event_type": event_type}
    return {**named, poll.payload_key: found}


def _at(value: Any, name: str) -> Any:
    for step in name.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _text(value: Any) -> Any:
    """Zoom writes one and the same id as text here and as a number there."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _id(found: Any) -> str:
    """The id by which an event's object is found again: its number, its uuid where it has none."""
    value = next((value for name in ("id", "meeting_id", "uuid", "user_id") if (value := _at(found, name))), "")
    return str(value)
