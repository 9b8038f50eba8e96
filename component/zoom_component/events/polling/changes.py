"""What changed from one snapshot to the next: fields by their path, items of lists one by one. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from zoom_component.spec.spec import PollEventType, SnapshotSpec

__all__ = ["FieldChange", "find_changes", "select_event_type", "summarize_changes", "take_snapshot"]

_BLANK: tuple[Any, ...] = (None, "", [], {})


class FieldChange(NamedTuple):
    """One change: `path` names the field, with the item in brackets where it lies in a list, `name` the same without.

    `item` is that item. `added` and `gone` tell of a whole item.
    """

    path: str
    name: str
    old: Any
    new: Any
    item: str = ""
    added: bool = False
    removed: bool = False


def take_snapshot(answer: Any, shape: SnapshotSpec) -> Any:
    """The part of an answer that counts, to be kept for the next time: lists by the items' key."""
    return _counting(answer, "", shape)


def find_changes(old: Any, new: Any, shape: SnapshotSpec) -> list[FieldChange]:
    """How one extract differs from an earlier one; None stands for nothing at all.

    What is not there, null, "", [] and {} are alike, and so are lists that hold the same in another order: Zoom writes
    now this and now that.
    """
    return list(_walk(old, new, "", "", "", shape))


def select_event_type(types: Sequence[PollEventType], found: Sequence[FieldChange], first: bool) -> str | None:
    """The type of the event for some changes: the first whose words all hold. None where there are no types."""
    return next((each.event for each in types if _holds(each, found, first)), None)


def summarize_changes(found: Sequence[FieldChange], tells: str) -> Any:
    """The changes as an event tells them: "names", "values" (old and new by name) or "items" of lists."""
    if tells == "names":
        return sorted({change.path for change in found})
    if tells == "items":
        return sorted({change.item for change in found if change.item})
    return {change.path: {"old": change.old, "new": change.new} for change in found}


def _counting(value: Any, name: str, shape: SnapshotSpec) -> Any:
    if isinstance(value, Mapping):
        inner = {str(key): (f"{name}.{key}" if name else str(key), part) for key, part in value.items()}
        return {key: _counting(part, path, shape) for key, (path, part) in inner.items() if _counts(path, shape)}
    if isinstance(value, list) and name in shape.lists:
        by, _ = shape.lists[name]
        return {_named(item, by): _counting(item, name, shape) for item in value}
    return value


def _counts(name: str, shape: SnapshotSpec) -> bool:
    if any(_within(name, other) for other in shape.ignore):
        return False
    return not shape.compare or any(_within(name, other) or _within(other, name) for other in shape.compare)


def _within(name: str, other: str) -> bool:
    return name == other or name.startswith(f"{other}.")


def _named(item: Any, by: str) -> str:
    """What tells an item of a list; an item without that goes by all it says."""
    key = item.get(by) if isinstance(item, Mapping) else None
    return str(key) if key not in _BLANK else json.dumps(item, sort_keys=True)


def _walk(old: Any, new: Any, path: str, name: str, item: str, shape: SnapshotSpec) -> Iterator[FieldChange]:
    if name in shape.lists and not item:
        yield from _items(_mapping(old), _mapping(new), path, name, shape)
    elif _open(old, new):
        before, after = _mapping(old), _mapping(new)
        for key in sorted({*before, *after}):
            inner = (f"{path}.{key}", f"{name}.{key}") if path else (key, key)
            yield from _walk(before.get(key), after.get(key), *inner, item, shape)
    elif not _same(old, new):
        yield FieldChange(path, name, old, new, item)


def _items(
    old: Mapping[str, Any], new: Mapping[str, Any], path: str, name: str, shape: SnapshotSpec
) -> Iterator[FieldChange]:
    by, gone = shape.lists[name]
    for key in sorted({*old, *new}):
        here = f"{path}[{key}]"
        if key in old and key in new:
            yield from _walk(old[key], new[key], here, name, key, shape)
        elif key in new and not _empty(new[key], by):
            yield FieldChange(here, name, None, new[key], key, added=True)
        elif key in old and gone:
            yield FieldChange(here, name, old[key], None, key, removed=True)


def _empty(item: Any, by: str) -> bool:
    """Whether an item says nothing yet: all but its key is 0 or blank, as the figures of a day to come."""
    return isinstance(item, Mapping) and all(
        value in _BLANK or (value == 0 and not isinstance(value, bool)) for key, value in item.items() if key != by
    )


def _open(old: Any, new: Any) -> bool:
    """Whether to look inside: an object on one side, and an object or nothing on the other."""
    sides = [side for side in (old, new) if side not in _BLANK]
    return bool(sides) and all(isinstance(side, Mapping) for side in sides)


def _same(old: Any, new: Any) -> bool:
    if old in _BLANK or new in _BLANK:
        return old in _BLANK and new in _BLANK
    return _canonical(old) == _canonical(new)


def _canonical(value: Any) -> str:
    """A value as text, the items of lists in an order of their own."""
    if isinstance(value, list):
        return f"[{','.join(sorted(map(_canonical, value)))}]"
    if isinstance(value, Mapping):
        return f"{{{','.join(f'{json.dumps(str(key))}:{_canonical(value[key])}' for key in sorted(value))}}}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _holds(wanted: PollEventType, found: Sequence[FieldChange], first: bool) -> bool:
    if wanted.first and not first:
        return False
    if wanted.added and not any(change.added and change.name in wanted.added for change in found):
        return False
    if wanted.changed_to and not any(_became(change, wanted.changed_to) for change in found):
        return False
    return not wanted.only_fields or (
        bool(found) and all(any(_within(change.name, name) for name in wanted.only_fields) for change in found)
    )


def _became(change: FieldChange, values: Mapping[str, Any]) -> bool:
    return not change.added and change.name in values and _same(change.new, values[change.name])
