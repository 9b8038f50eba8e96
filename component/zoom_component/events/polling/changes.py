"""Find what changed between two snapshots: fields by their path, and items of lists one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from zoom_component.json_output import to_json
from zoom_component.spec.spec import PollEventType, SnapshotSpec

__all__ = ["FieldChange", "find_changes", "select_event_type", "summarize_changes", "take_snapshot"]

_EMPTY_VALUES: tuple[Any, ...] = (None, "", [], {})


class FieldChange(NamedTuple):
    """Describe one change. `added` and `removed` mark a whole item of a list.

    `path` names the field, with the key of the item in brackets if it lies in a list, such as `files[a].status`;
    `name` is the path without brackets and `item` the key.
    """

    path: str
    name: str
    old: Any
    new: Any
    item: str = ""
    added: bool = False
    removed: bool = False


def take_snapshot(response: Any, spec: SnapshotSpec) -> Any:
    """Return the compared part of a response, to be stored for the next poll. Lists become mappings by item key."""
    return _select_fields(response, "", spec)


def find_changes(old: Any, new: Any, spec: SnapshotSpec) -> list[FieldChange]:
    """Return the changes from one snapshot to the next; None stands for no snapshot.

    A missing field, null, "", [] and {} are equal, and so are lists in another order, because Zoom varies these.
    """
    return list(_iter_changes(old, new, "", "", "", spec))


def select_event_type(types: Sequence[PollEventType], changes: Sequence[FieldChange], first: bool) -> str | None:
    """Return the first type whose conditions all hold; None when there are no types.

    `first`: there was no earlier snapshot.
    """
    return next((each.event for each in types if _is_type(each, changes, first)), None)


def summarize_changes(changes: Sequence[FieldChange], report: str) -> Any:
    """Return the changes for the payload: their "names", their "values" (old and new by name), or "items" of lists."""
    if report == "names":
        return sorted({change.path for change in changes})
    if report == "items":
        return sorted({change.item for change in changes if change.item})
    return {change.path: {"old": change.old, "new": change.new} for change in changes}


def _select_fields(value: Any, name: str, spec: SnapshotSpec) -> Any:
    if isinstance(value, Mapping):
        fields = {str(key): (f"{name}.{key}" if name else str(key), part) for key, part in value.items()}
        return {
            key: _select_fields(part, path, spec) for key, (path, part) in fields.items() if _is_compared(path, spec)
        }
    if isinstance(value, list) and name in spec.lists:
        key_field, _ = spec.lists[name]
        return {_get_item_key(item, key_field): _select_fields(item, name, spec) for item in value}
    return value


def _is_compared(name: str, spec: SnapshotSpec) -> bool:
    if any(_is_within(name, other) for other in spec.ignore):
        return False
    return not spec.compare or any(_is_within(name, other) or _is_within(other, name) for other in spec.compare)


def _is_within(name: str, other: str) -> bool:
    return name == other or name.startswith(f"{other}.")


def _get_item_key(item: Any, key_field: str) -> str:
    """Return the key of an item of a list; its JSON when it has no key."""
    key = item.get(key_field) if isinstance(item, Mapping) else None
    return str(key) if key not in _EMPTY_VALUES else to_json(item, sort_keys=True)


def _iter_changes(old: Any, new: Any, path: str, name: str, item: str, spec: SnapshotSpec) -> Iterator[FieldChange]:
    if name in spec.lists and not item:
        yield from _iter_item_changes(_to_mapping(old), _to_mapping(new), path, name, spec)
    elif _are_objects(old, new):
        before, after = _to_mapping(old), _to_mapping(new)
        for key in sorted({*before, *after}):
            inner = (f"{path}.{key}", f"{name}.{key}") if path else (key, key)
            yield from _iter_changes(before.get(key), after.get(key), *inner, item, spec)
    elif not _is_same(old, new):
        yield FieldChange(path, name, old, new, item)


def _iter_item_changes(
    old: Mapping[str, Any], new: Mapping[str, Any], path: str, name: str, spec: SnapshotSpec
) -> Iterator[FieldChange]:
    key_field, reports_removed = spec.lists[name]
    for key in sorted({*old, *new}):
        item_path = f"{path}[{key}]"
        if key in old and key in new:
            yield from _iter_changes(old[key], new[key], item_path, name, key, spec)
        elif key in new and not _is_empty_item(new[key], key_field):
            yield FieldChange(item_path, name, None, new[key], key, added=True)
        elif key in old and reports_removed:
            yield FieldChange(item_path, name, old[key], None, key, removed=True)


def _is_empty_item(item: Any, key_field: str) -> bool:
    """Return whether every field but the key is 0 or empty, as in the figures of a future day."""
    return isinstance(item, Mapping) and all(
        value in _EMPTY_VALUES or (value == 0 and not isinstance(value, bool))
        for key, value in item.items()
        if key != key_field
    )


def _are_objects(old: Any, new: Any) -> bool:
    """Return whether one side is an object and the other is an object or empty."""
    sides = [side for side in (old, new) if side not in _EMPTY_VALUES]
    return bool(sides) and all(isinstance(side, Mapping) for side in sides)


def _is_same(old: Any, new: Any) -> bool:
    if old in _EMPTY_VALUES or new in _EMPTY_VALUES:
        return old in _EMPTY_VALUES and new in _EMPTY_VALUES
    return _to_canonical_json(old) == _to_canonical_json(new)


def _to_canonical_json(value: Any) -> str:
    """Return a value as text that is the same for any order of fields and list items."""
    if isinstance(value, list):
        return f"[{','.join(sorted(map(_to_canonical_json, value)))}]"
    if isinstance(value, Mapping):
        return f"{{{','.join(f'{to_json(str(key))}:{_to_canonical_json(value[key])}' for key in sorted(value))}}}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return to_json(value)


def _to_mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _is_type(spec: PollEventType, changes: Sequence[FieldChange], first: bool) -> bool:
    if spec.first and not first:
        return False
    if spec.added and not any(change.added and change.name in spec.added for change in changes):
        return False
    if spec.changed_to and not any(_has_new_value(change, spec.changed_to) for change in changes):
        return False
    if not spec.only_fields:
        return True
    return bool(changes) and all(any(_is_within(change.name, name) for name in spec.only_fields) for change in changes)


def _has_new_value(change: FieldChange, values: Mapping[str, Any]) -> bool:
    return not change.added and change.name in values and _is_same(change.new, values[change.name])
