"""Check that the parts of a poll fit each other, its action, and the response of the action's operation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zoom_component.spec.diagnostics import quote, suggest
from zoom_component.spec.document import Pointer, SpecDocument
from zoom_component.spec.response_fields import field_schemas, find_unknown_field, success_schemas
from zoom_facts import Operation, find_operation

__all__ = ["check_poll"]

Fields = Mapping[str, Any]


def check_poll(document: SpecDocument, compiled: Fields, actions: Mapping[str, Fields], invalid: Iterable[str]) -> None:
    """Add a diagnostic for each part of a trigger's poll that does not fit."""
    poll = compiled.get("poll")
    if poll is None:
        return
    if compiled.get("branches"):
        document.add(("branches",), "a polling trigger has no branches; they are for webhook triggers", at_key=True)
    _check_inputs(document, poll, compiled["inputs"])
    _check_payload(document, poll, compiled.get("payload") or {})
    _check_types(document, poll)
    action = actions.get(poll["action"])
    if action is not None:
        _check_action(document, poll, action)
    elif poll["action"] not in invalid:
        near = suggest(poll["action"], actions, limit=100)
        document.add(("poll", "action"), f"unknown action {quote(poll['action'])}; {near}")
    if (poll.get("items") is None) == (poll.get("snapshot") is None):
        message = "expected either items, for the new items of a list, or snapshot, for the changes of an object"
        document.add(("poll",), message, at_key=True)


def _check_inputs(document: SpecDocument, poll: Fields, settings: Mapping[str, Fields]) -> None:
    for key, fields in (poll.get("inputs") or {}).items():
        here: Pointer = ("poll", "inputs", key)
        for word in ("setting", "when"):
            if (name := fields.get(word)) is not None:
                _check_known(document, (*here, word), name, settings, "input of this trigger")
        if not any(fields.get(word) is not None for word in ("setting", "today", "value")):
            document.add(here, "expected one of the keys setting, today and value", at_key=True)
        switch = settings.get(fields.get("when") or "")
        if switch is not None and switch["wire_type"] != "boolean":
            document.add((*here, "when"), f"when: expected a boolean input, got {fields['when']}")
    if (name := poll.get("pageSize")) is not None:
        _check_known(document, ("poll", "pageSize"), name, settings, "input of this trigger")


def _check_payload(document: SpecDocument, poll: Fields, payload: Fields) -> None:
    changes = poll.get("changes")
    if poll.get("payloadKey") is not None:
        _check_known(document, ("poll", "payloadKey"), poll["payloadKey"], payload, "field of the payload")
    if changes is not None:
        _check_known(document, ("poll", "changes", "field"), changes["field"], payload, "field of the payload")
        if poll.get("snapshot") is None:
            message = "only a poll with a snapshot has changes; a list has new items"
            document.add(("poll", "changes"), message, at_key=True)
    if poll.get("types") and poll.get("payloadKey") is None:
        message = "event_type needs a field of its own in the payload; add `payloadKey` for the item or object"
        document.add(("poll", "types"), message, at_key=True)
    elif poll.get("types"):
        _check_known(document, ("poll", "types"), "event_type", payload, "field of the payload")


def _check_types(document: SpecDocument, poll: Fields) -> None:
    types, snapshot = poll.get("types") or [], poll.get("snapshot")
    lists = (snapshot or {}).get("lists") or {}
    for at, fields in enumerate(types):
        here = ("poll", "types", at)
        has_conditions = set(fields) != {"event"}
        if not has_conditions and at < len(types) - 1:
            document.add(here, "the types below are never used, because this one has no conditions; move it to the end")
        elif has_conditions and at == len(types) - 1:
            document.add(here, "the last type cannot have conditions; remove them, or add a type without conditions")
        if snapshot is None and has_conditions:
            document.add(here, "the type of a new item cannot have conditions; remove them")
        for place, name in enumerate(fields.get("added") or ()):
            _check_known(document, (*here, "added", place), name, lists, "list of the snapshot")


def _check_action(document: SpecDocument, poll: Fields, action: Fields) -> None:
    inputs = action["inputs"]
    span = poll.get("span") or {}
    pointers: dict[str, Pointer] = {key: ("poll", "inputs", key) for key in poll.get("inputs") or {}}
    pointers |= {span[word]: ("poll", "span", word) for word in ("first", "last") if word in span}
    for key, pointer in pointers.items():
        at_key = pointer[1] == "inputs"
        _check_known(document, pointer, key, inputs, f"input of {action['key']}", at_key=at_key)
    for key, fields in inputs.items():
        is_required = fields.get("required") and "default" not in fields and fields.get("type") != "connection"
        if is_required and key not in pointers:
            message = f"{action['key']} requires {key}; add it under `inputs`"
            document.add(("poll", "inputs"), message, at_key=True)
    if action["effect"] != "read":
        message = f"expected an action with the effect read; {action['key']} has the effect {action['effect']}"
        document.add(("poll", "action"), message)
    if action["pages"] is None and (poll.get("items") or poll.get("pageSize")):
        key = "items" if poll.get("items") else "pageSize"
        document.add(("poll", key), f"{action['key']} does not return a list in pages", at_key=True)
    operation = find_operation(action["method"], action["path"])
    if operation is not None:
        _check_response_fields(document, poll, action, operation)


def _check_response_fields(document: SpecDocument, poll: Fields, action: Fields, operation: Operation) -> None:
    """Check that the response has every field of the poll: an unknown field would never have a value."""
    schemas = success_schemas(operation)
    items = (action["pages"] or {}).get("items") if poll.get("items") else None
    if items is not None:
        schemas = list(field_schemas(schemas, items))
    for pointer, name in _list_fields(poll):
        if unknown := find_unknown_field(schemas, name):
            message = f"the response of {action['key']} has no field {quote(name)}; {suggest(*unknown)}"
            document.add(pointer, message)


def _list_fields(poll: Fields) -> Iterator[tuple[Pointer, str]]:
    """Yield every field of the response in a poll, with its pointer."""
    for at, name in enumerate((poll.get("items") or {}).get("identity") or ()):
        yield ("poll", "items", "identity", at), name
    snapshot = poll.get("snapshot") or {}
    for key in ("identity", "compare", "ignore"):
        for at, name in enumerate(snapshot.get(key) or ()):
            yield ("poll", "snapshot", key, at), name
    for name, fields in (snapshot.get("lists") or {}).items():
        yield ("poll", "snapshot", "lists", name, "by"), f"{name}.{fields['by']}"
    for at, fields in enumerate(poll.get("types") or ()):
        for name in fields.get("changedTo") or {}:
            yield ("poll", "types", at, "changedTo", name), name
        for place, name in enumerate(fields.get("onlyFields") or ()):
            yield ("poll", "types", at, "onlyFields", place), name


def _check_known(
    document: SpecDocument, pointer: Pointer, name: str, known: Iterable[str], what: str, *, at_key: bool = False
) -> None:
    names = list(known)
    if name not in names:
        document.add(pointer, f"unknown {what} {quote(name)}; {suggest(name, names)}", at_key=at_key)
