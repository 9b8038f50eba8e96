"""Detect events in the responses of a poll, and build the memory that the next poll needs.

A memory is small JSON, and None before the first poll. Of a list it holds a short digest of each present item and of
the last thousands of removed ones; of an object it holds the compared fields.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from zoom_component.dotted_paths import get_value
from zoom_component.events.polling.changes import (
    FieldChange,
    find_changes,
    select_event_type,
    summarize_changes,
    take_snapshot,
)
from zoom_component.json_output import to_json
from zoom_component.spec.spec import PollSpec, SnapshotSpec, TriggerSpec

__all__ = ["MAX_ITEMS", "MISSING", "CallResult", "Detection", "Emission", "detect_events", "hash_json"]

MAX_ITEMS = 50_000  # of one list: a memory has to stay small
_MAX_REMOVED = 5_000
_MAX_SNAPSHOTS = 12
_DIGEST_LENGTH = 16
MISSING: Any = object()  # stands for the response when the object does not exist


class CallResult(NamedTuple):
    """Hold the result of one call: the items of a list, the response, or MISSING."""

    inputs: Mapping[str, Any]
    response: Any


class Emission(NamedTuple):
    """Hold an event to emit. `identity` is unique among the events of the trigger."""

    identity: str
    object: Mapping[str, Any]
    object_id: str


class Detection(NamedTuple):
    """Hold the result of a poll: the next memory and the events to emit."""

    memory: Any
    emissions: list[Emission]


def detect_events(
    trigger: TriggerSpec, memory: Any, results: Sequence[CallResult], *, version: int, emit_first: bool
) -> Detection:
    """Return the events in the results of a poll, and the memory that replaces `memory`.

    The first poll emits nothing unless `emit_first`. `version` is that of the stored memory; it distinguishes a change
    from the same change at another time.
    """
    assert trigger.poll is not None
    if trigger.poll.snapshot is None:
        return _detect_new_items(trigger.poll, memory, results, emit_first)
    return _detect_changes(trigger.poll, trigger.poll.snapshot, memory, results, version, emit_first)


def hash_json(*values: Any) -> str:
    """Return a digest that is the same for the same JSON values."""
    text = to_json(values, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _detect_new_items(poll: PollSpec, memory: Any, results: Sequence[CallResult], emit_first: bool) -> Detection:
    before: list[str] = (memory or {}).get("seen", [])
    known = set(before)
    present: dict[str, Any] = {}
    for result in results:
        for item in () if result.response is MISSING else result.response:
            present.setdefault(_identify_item(item, poll.identity), item)
    new = [key for key in present if key not in known]
    if memory is None and not emit_first:
        new = []
    removed = [key for key in before if key not in present]
    event_type = poll.types[-1].event if poll.types else None
    emissions = [
        Emission(f"item {key}", _build_payload(poll, present[key], event_type), _get_object_id(present[key]))
        for key in new
    ]
    return Detection({"seen": [*removed[-_MAX_REMOVED:], *present]}, emissions)


def _identify_item(item: Any, fields: Iterable[str]) -> str:
    """Return a digest of the identifying fields; of the whole item when it has none of them."""
    values = [_normalize_id(get_value(item, name)) for name in fields]
    return hash_json(item if all(value in (None, "") for value in values) else values)[:_DIGEST_LENGTH]


def _detect_changes(
    poll: PollSpec, spec: SnapshotSpec, memory: Any, results: Sequence[CallResult], version: int, emit_first: bool
) -> Detection:
    snapshots: dict[str, Any] = dict((memory or {}).get("snapshots", {}))
    emissions = []
    for result in results:
        call = hash_json(result.inputs)[:_DIGEST_LENGTH]
        if result.response is MISSING:
            snapshots.setdefault(call, None)
            continue
        identity = [get_value(result.response, name) for name in spec.identity]
        key = hash_json(result.inputs, identity)[:_DIGEST_LENGTH] if spec.identity else call
        new, is_known = take_snapshot(result.response, spec), key in snapshots
        old = snapshots.pop(key, None)
        was_missing = is_known and old is None
        first = memory is None or was_missing or (not is_known and bool(spec.identity))
        changes = find_changes(old, new, spec)
        if emit_first if memory is None else first or changes:
            payload = _build_change_payload(poll, result.response, changes, first)
            emission_id = f"change {version} {key} {hash_json(new)[:_DIGEST_LENGTH]}"
            emissions.append(Emission(emission_id, payload, _get_object_id(result.response)))
        snapshots[key] = new
    return Detection({"snapshots": dict(list(snapshots.items())[-_MAX_SNAPSHOTS:])}, emissions)


def _build_change_payload(
    poll: PollSpec, response: Any, changes: Sequence[FieldChange], first: bool
) -> Mapping[str, Any]:
    payload = dict(_build_payload(poll, response, select_event_type(poll.types, changes, first)))
    if poll.changes is not None:
        field, report = poll.changes
        # Without an earlier snapshot every field is new, and none has changed.
        payload[field] = summarize_changes([] if first and report != "items" else changes, report)
    return payload


def _build_payload(poll: PollSpec, response: Any, event_type: str | None) -> Mapping[str, Any]:
    if poll.payload_key is None:
        return response if isinstance(response, Mapping) else {"value": response}
    type_field = {} if event_type is None else {"event_type": event_type}
    return {**type_field, poll.payload_key: response}


def _normalize_id(value: Any) -> Any:
    """Return an integer as text, because Zoom sends the same id as a string and as a number."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _get_object_id(response: Any) -> str:
    """Return the id of the object: its number, or a uuid or user id; "" when there is none."""
    names = ("id", "meeting_id", "uuid", "user_id")
    return str(next((value for name in names if (value := get_value(response, name))), ""))
