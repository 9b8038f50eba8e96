"""Whether the parts of a data source fit each other, its action, and what the action's operation answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zoom_component.spec.diagnostics import suggest
from zoom_component.spec.label_templates import ITEM_NUMBER, list_template_fields, parse_template
from zoom_component.spec.response_fields import field_schemas, find_unknown_field, success_schemas
from zoom_component.spec.yaml12 import Pointer, YamlDocument
from zoom_facts import find_operation

__all__ = ["check_data_source", "check_data_source_names"]

Keys = Mapping[str, Any]


def check_data_source_names(located: YamlDocument, inputs: Mapping[str, Keys], sources: Iterable[str]) -> None:
    """Adds a fault for each input whose `dataSource` is none. Where no source is at hand at all, nothing is judged."""
    known = list(sources)
    for key, words in inputs.items():
        name = words.get("dataSource")
        if known and name is not None and name not in known:
            told = f"there is no source {name!r}; {suggest(name, known)}"
            located.add(("inputs", key, "dataSource"), told)


def check_data_source(located: YamlDocument, source: Keys, actions: Mapping[str, Keys], broken: Iterable[str]) -> None:
    """Adds a fault for each part of a data source that does not fit."""
    for key, words in source["inputs"].items():
        if words.get("data_source") == source["key"]:
            located.add(("inputs", key, "dataSource"), "a source cannot offer values to itself")
    for at, listed in enumerate(source["lists"]):
        _check_labels(located, ("lists", at), listed)
        _check_value_when(located, ("lists", at, "instead"), listed.get("instead") or {}, source["inputs"])
    action = actions.get(source["action"])
    if action is not None:
        _check_action(located, source, action)
        _check_lists(located, source, action)
    elif source["action"] not in broken:
        told = suggest(source["action"], actions, limit=100)
        located.add(("action",), f"there is no action {source['action']!r}; {told}")


def _check_labels(located: YamlDocument, here: Pointer, listed: Keys) -> None:
    """Whether labels can be read, and whether what is said of fields is about fields that they name."""
    named: list[str] = []
    whole = True
    for pointer, template in _list_templates(here, listed):
        try:
            named += list_template_fields(template)
        except ValueError as problem:
            whole = False
            located.add(pointer, str(problem))
    for name, words in (listed.get("fields") or {}).items():
        if whole and name not in named:
            told = f"no label names {{{name}}}; {suggest(name, dict.fromkeys(named))}"
            located.add((*here, "fields", name), told, at_key=True)
        if words.get("zone") is not None and not words.get("moment"):
            located.add((*here, "fields", name, "zone"), "only a moment is told in a zone: say `moment: true`")


def _check_value_when(located: YamlDocument, here: Pointer, instead: Keys, inputs: Mapping[str, Keys]) -> None:
    for key in instead:
        if key not in inputs:
            _add_unknown(located, (*here, key), key, inputs, "input of this source")
        elif inputs[key]["sends"] != "boolean":
            located.add((*here, key), f"{key} is no boolean, and `instead` asks whether it is true", at_key=True)


def _check_action(located: YamlDocument, source: Keys, action: Keys) -> None:
    """Whether the action can be run with what it is given here."""
    takes, given, search = action["inputs"], source.get("given") or {}, source.get("search") or {}
    switches = {key for listed in source["lists"] for key in listed.get("instead") or {}}
    for key in source["inputs"]:
        if key not in takes and key not in switches:
            _add_unknown(located, ("inputs", key), key, takes, f"input of {action['key']}")
    named: dict[Pointer, str] = {("given", key): key for key in given}
    named |= {("search", "given", key): key for key in search.get("given") or {}}
    for pointer, key in named.items():
        if key not in takes:
            _add_unknown(located, pointer, key, takes, f"input of {action['key']}")
    if "input" in search and search["input"] not in takes:
        told = f"no input of {action['key']} is called {search['input']!r}; {suggest(search['input'], takes)}"
        located.add(("search", "input"), told)
    for key, words in takes.items():
        own = source["inputs"].get(key, {})
        wanted = words.get("required") and "default" not in words and words.get("type") != "connection"
        if wanted and key not in given and not own.get("required") and "default" not in own:
            located.add(("action",), f"{action['key']} needs {key}: have a required input {key}, or give it a value")
    if action["effect"] != "read":
        located.add(("action",), f"{action['key']} does not only read, and a list may be asked for at any time")


def _check_lists(located: YamlDocument, source: Keys, action: Keys) -> None:
    """Whether the lists are those of the answer, and have the fields that are named."""
    pages = action["pages"]
    if pages is not None and len(source["lists"]) > 1:
        told = f"{action['key']} comes in pages, and a page holds one list: {pages['items']}"
        located.add(("lists", 1), told)
    operation = find_operation(action["method"], action["path"])
    schemas = [] if operation is None else success_schemas(operation)
    for at, listed in enumerate(source["lists"]):
        here: Pointer = ("lists", at)
        name = listed["items"]
        if pages is not None and name != pages["items"]:
            told = f"{action['key']} lists {pages['items']}, not {name!r}"
            located.add((*here, "items"), told)
        elif lack := find_unknown_field(schemas, name):
            told = f"the answer of {action['key']} has no {name!r}; {suggest(*lack)}"
            located.add((*here, "items"), told)
        else:
            under = list(field_schemas(schemas, name))
            for pointer, field in _list_fields(here, listed):
                if lack := find_unknown_field(under, field):
                    located.add(pointer, f"an item of {name} has no {field!r}; {suggest(*lack)}")
        if pages is not None:
            _check_no_numbers(located, here, listed, action["key"])


def _check_no_numbers(located: YamlDocument, here: Pointer, listed: Keys, action: str) -> None:
    for pointer, template in _list_templates(here, listed):
        if f"{{{ITEM_NUMBER}}}" in template:
            told = f"{action} comes in pages, and each would count anew: leave {{{ITEM_NUMBER}}} out"
            located.add(pointer, told)


def _list_fields(here: Pointer, listed: Keys) -> Iterator[tuple[Pointer, str]]:
    """Every field of an item that a list names, with its place."""
    for at, name in enumerate(listed["value"]):
        yield (*here, "value", at), name
    for key, names in (listed.get("instead") or {}).items():
        for at, name in enumerate(names):
            yield (*here, "instead", key, at), name
    for pointer, template in _list_templates(here, listed):
        try:
            parts = parse_template(template)
        except ValueError:
            continue
        for part in parts:
            yield from ((pointer, piece.field) for piece in part.pieces if piece.field not in ("", ITEM_NUMBER))
    for name, words in (listed.get("fields") or {}).items():
        if words.get("zone") is not None:
            yield (*here, "fields", name, "zone"), words["zone"]


def _list_templates(here: Pointer, listed: Keys) -> Iterator[tuple[Pointer, str]]:
    for word in ("label", "documented"):
        for at, template in enumerate(listed.get(word) or ()):
            yield (*here, word, at), template


def _add_unknown(located: YamlDocument, pointer: Pointer, name: str, known: Iterable[str], what: str) -> None:
    located.add(pointer, f"no {what} is called {name!r}; {suggest(name, list(known))}", at_key=True)
