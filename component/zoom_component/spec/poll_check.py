"""Whether the parts of a poll fit each other, its action, and what the action's operation answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zoom_component.spec.diagnostics import suggest
from zoom_component.spec.response_fields import field_schemas, find_unknown_field, success_schemas
from zoom_component.spec.yaml12 import Pointer, YamlDocument
from zoom_facts import Operation, find_operation

__all__ = ["check_poll"]

_ONE_OF_TWO = "say what is looked for: items for a list, snapshot for one object; one of the two"


def check_poll(
    located: YamlDocument,
    compiled: Mapping[str, Any],
    actions: Mapping[str, Mapping[str, Any]],
    broken: Iterable[str],
) -> None:
    """Adds a fault for each part of a trigger's poll that does not fit."""
    poll = compiled.get("poll")
    if poll is None:
        return
    if compiled.get("branches"):
        located.add(("branches",), "branches are for deliveries; a trigger that polls has none", at_key=True)
    _check_inputs(located, poll, compiled["inputs"])
    _check_payload(located, poll, compiled.get("payload") or {})
    _check_types(located, poll)
    action = actions.get(poll["action"])
    if action is not None:
        _check_action(located, poll, action)
    elif poll["action"] not in broken:
        told = suggest(poll["action"], actions, limit=100)
        located.add(("poll", "action"), f"there is no action {poll['action']!r}; {told}")
    if (poll.get("items") is None) == (poll.get("snapshot") is None):
        located.add(("poll",), _ONE_OF_TWO, at_key=True)


def _check_inputs(located: YamlDocument, poll: Mapping[str, Any], inputs: Mapping[str, Mapping[str, Any]]) -> None:
    for key, given in (poll.get("given") or {}).items():
        here: Pointer = ("poll", "given", key)
        for word in ("setting", "when"):
            if (name := given.get(word)) is not None:
                _check_known(located, (*here, word), name, inputs, "input of this trigger")
        if not any(given.get(word) is not None for word in ("setting", "today", "value")):
            located.add(here, "say where it comes from: setting, today or value", at_key=True)
        if (switch := inputs.get(given.get("when") or "")) is not None and switch["sends"] != "boolean":
            located.add((*here, "when"), f"{given['when']} is no boolean, and `when` asks whether it is true")
    if (name := poll.get("pageSize")) is not None:
        _check_known(located, ("poll", "pageSize"), name, inputs, "input of this trigger")


def _check_payload(located: YamlDocument, poll: Mapping[str, Any], payload: Mapping[str, Any]) -> None:
    changes = poll.get("changes")
    if poll.get("holds") is not None:
        _check_known(located, ("poll", "holds"), poll["holds"], payload, "field of the payload")
    if changes is not None:
        _check_known(located, ("poll", "changes", "field"), changes["field"], payload, "field of the payload")
        if poll.get("snapshot") is None:
            located.add(("poll", "changes"), "only a snapshot changes; a list has new items", at_key=True)
    if poll.get("types") and poll.get("holds") is None:
        message = "event_type stands beside what was found: say with `holds` which field of the payload holds that"
        located.add(("poll", "types"), message, at_key=True)
    elif poll.get("types"):
        _check_known(located, ("poll", "types"), "event_type", payload, "field of the payload")


def _check_types(located: YamlDocument, poll: Mapping[str, Any]) -> None:
    types, snapshot = poll.get("types") or [], poll.get("snapshot")
    lists = (snapshot or {}).get("lists") or {}
    for at, words in enumerate(types):
        bare = set(words) == {"event"}
        if bare and at < len(types) - 1:
            located.add(("poll", "types", at), "it always holds, so those below it are never reached")
        elif not bare and at == len(types) - 1:
            located.add(("poll", "types", at), "the last type has to hold always: leave its other words out")
        if snapshot is None and not bare:
            located.add(("poll", "types", at), "a new item has one type: leave its other words out")
        for place, name in enumerate(words.get("added") or ()):
            _check_known(located, ("poll", "types", at, "added", place), name, lists, "list of the snapshot")


def _check_action(located: YamlDocument, poll: Mapping[str, Any], action: Mapping[str, Any]) -> None:
    inputs, given = action["inputs"], poll.get("given") or {}
    span = poll.get("span") or {}
    named = {key: ("poll", "given", key) for key in given}
    named |= {span[word]: ("poll", "span", word) for word in ("first", "last") if word in span}
    for key, pointer in named.items():
        _check_known(located, pointer, key, inputs, f"input of {action['key']}", at_key=pointer[1] == "given")
    for key, words in inputs.items():
        wanted = words.get("required") and "default" not in words and words.get("type") != "connection"
        if wanted and key not in named:
            located.add(("poll", "given"), f"{action['key']} needs {key}: give it a value", at_key=True)
    if action["effect"] != "read":
        located.add(("poll", "action"), f"{action['key']} does not only read, and a poll may run at any time")
    if action["pages"] is None and (poll.get("items") or poll.get("pageSize")):
        word = "items" if poll.get("items") else "pageSize"
        located.add(("poll", word), f"{action['key']} lists nothing", at_key=True)
    operation = find_operation(action["method"], action["path"])
    if operation is not None:
        _check_response_fields(located, poll, action, operation)


def _check_response_fields(
    located: YamlDocument, poll: Mapping[str, Any], action: Mapping[str, Any], operation: Operation
) -> None:
    """Fields that the operation's answers do not know would never be found, and nobody would notice."""
    schemas = success_schemas(operation)
    under = (action["pages"] or {}).get("items") if poll.get("items") else None
    if under is not None:
        schemas = list(field_schemas(schemas, under))
    for pointer, name in _list_fields(poll):
        if lack := find_unknown_field(schemas, name):
            located.add(pointer, f"the answer of {action['key']} has no {name!r}; {suggest(*lack)}")


def _list_fields(poll: Mapping[str, Any]) -> Iterator[tuple[Pointer, str]]:
    """Every field of the answer that a poll names, with its place."""
    for at, name in enumerate((poll.get("items") or {}).get("identity") or ()):
        yield ("poll", "items", "identity", at), name
    snapshot = poll.get("snapshot") or {}
    for word in ("identity", "compare", "ignore"):
        for at, name in enumerate(snapshot.get(word) or ()):
            yield ("poll", "snapshot", word, at), name
    for name, words in (snapshot.get("lists") or {}).items():
        yield ("poll", "snapshot", "lists", name, "by"), f"{name}.{words['by']}"
    for at, words in enumerate(poll.get("types") or ()):
        for name in words.get("becomes") or {}:
            yield ("poll", "types", at, "becomes", name), name
        for place, name in enumerate(words.get("only") or ()):
            yield ("poll", "types", at, "only", place), name


def _check_known(
    located: YamlDocument, pointer: Pointer, name: str, known: Iterable[str], what: str, *, at_key: bool = False
) -> None:
    names = list(known)
    if name not in names:
        located.add(pointer, f"no {what} is called {name!r}; {suggest(name, names)}", at_key=at_key)
