"""Whether the parts of a data source fit each other, its action, and what the action's operation answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zoom_component.spec.answered import answers, inside, lacking
from zoom_component.spec.faults import suggest
from zoom_component.spec.templates import NUMBER, fields, read
from zoom_component.spec.yaml12 import Located, Pointer
from zoom_facts import find

__all__ = ["examine_offers", "examine_source"]

Words = Mapping[str, Any]


def examine_offers(located: Located, inputs: Mapping[str, Words], sources: Iterable[str]) -> None:
    """Adds a fault for each input whose `dataSource` is none. Where no source is at hand at all, nothing is judged."""
    known = list(sources)
    for key, words in inputs.items():
        name = words.get("dataSource")
        if known and name is not None and name not in known:
            told = f"there is no source {name!r}; {suggest(name, known)}"
            located.fault(("inputs", key, "dataSource"), told)


def examine_source(located: Located, source: Words, actions: Mapping[str, Words], broken: Iterable[str]) -> None:
    """Adds a fault for each part of a data source that does not fit."""
    for key, words in source["inputs"].items():
        if words.get("data_source") == source["key"]:
            located.fault(("inputs", key, "dataSource"), "a source cannot offer values to itself")
    for at, listed in enumerate(source["lists"]):
        _labels(located, ("lists", at), listed)
        _switches(located, ("lists", at, "instead"), listed.get("instead") or {}, source["inputs"])
    action = actions.get(source["action"])
    if action is not None:
        _action(located, source, action)
        _lists(located, source, action)
    elif source["action"] not in broken:
        told = suggest(source["action"], actions, most=100)
        located.fault(("action",), f"there is no action {source['action']!r}; {told}")


def _labels(located: Located, here: Pointer, listed: Words) -> None:
    """Whether labels can be read, and whether what is said of fields is about fields that they name."""
    named: list[str] = []
    whole = True
    for pointer, template in _templates(here, listed):
        try:
            named += fields(template)
        except ValueError as problem:
            whole = False
            located.fault(pointer, str(problem))
    for name, words in (listed.get("fields") or {}).items():
        if whole and name not in named:
            told = f"no label names {{{name}}}; {suggest(name, dict.fromkeys(named))}"
            located.fault((*here, "fields", name), told, at_key=True)
        if words.get("zone") is not None and not words.get("moment"):
            located.fault((*here, "fields", name, "zone"), "only a moment is told in a zone: say `moment: true`")


def _switches(located: Located, here: Pointer, instead: Words, inputs: Mapping[str, Words]) -> None:
    for key in instead:
        if key not in inputs:
            _unknown(located, (*here, key), key, inputs, "input of this source")
        elif inputs[key]["sends"] != "boolean":
            located.fault((*here, key), f"{key} is no boolean, and `instead` asks whether it is true", at_key=True)


def _action(located: Located, source: Words, action: Words) -> None:
    """Whether the action can be run with what it is given here."""
    takes, given, search = action["inputs"], source.get("given") or {}, source.get("search") or {}
    switches = {key for listed in source["lists"] for key in listed.get("instead") or {}}
    for key in source["inputs"]:
        if key not in takes and key not in switches:
            _unknown(located, ("inputs", key), key, takes, f"input of {action['key']}")
    named: dict[Pointer, str] = {("given", key): key for key in given}
    named |= {("search", "given", key): key for key in search.get("given") or {}}
    for pointer, key in named.items():
        if key not in takes:
            _unknown(located, pointer, key, takes, f"input of {action['key']}")
    if "input" in search and search["input"] not in takes:
        told = f"no input of {action['key']} is called {search['input']!r}; {suggest(search['input'], takes)}"
        located.fault(("search", "input"), told)
    for key, words in takes.items():
        own = source["inputs"].get(key, {})
        wanted = words.get("required") and "default" not in words and words.get("type") != "connection"
        if wanted and key not in given and not own.get("required") and "default" not in own:
            located.fault(("action",), f"{action['key']} needs {key}: have a required input {key}, or give it a value")
    if action["effect"] != "read":
        located.fault(("action",), f"{action['key']} does not only read, and a list may be asked for at any time")


def _lists(located: Located, source: Words, action: Words) -> None:
    """Whether the lists are those of the answer, and have the fields that are named."""
    pages = action["pages"]
    if pages is not None and len(source["lists"]) > 1:
        told = f"{action['key']} comes in pages, and a page holds one list: {pages['items']}"
        located.fault(("lists", 1), told)
    operation = find(action["method"], action["path"])
    schemas = [] if operation is None else answers(operation)
    for at, listed in enumerate(source["lists"]):
        here: Pointer = ("lists", at)
        name = listed["items"]
        if pages is not None and name != pages["items"]:
            told = f"{action['key']} lists {pages['items']}, not {name!r}"
            located.fault((*here, "items"), told)
        elif lack := lacking(schemas, name):
            told = f"the answer of {action['key']} has no {name!r}; {suggest(*lack)}"
            located.fault((*here, "items"), told)
        else:
            under = list(inside(schemas, name))
            for pointer, field in _named(here, listed):
                if lack := lacking(under, field):
                    located.fault(pointer, f"an item of {name} has no {field!r}; {suggest(*lack)}")
        if pages is not None:
            _unnumbered(located, here, listed, action["key"])


def _unnumbered(located: Located, here: Pointer, listed: Words, action: str) -> None:
    for pointer, template in _templates(here, listed):
        if f"{{{NUMBER}}}" in template:
            told = f"{action} comes in pages, and each would count anew: leave {{{NUMBER}}} out"
            located.fault(pointer, told)


def _named(here: Pointer, listed: Words) -> Iterator[tuple[Pointer, str]]:
    """Every field of an item that a list names, with its place."""
    for at, name in enumerate(listed["value"]):
        yield (*here, "value", at), name
    for key, names in (listed.get("instead") or {}).items():
        for at, name in enumerate(names):
            yield (*here, "instead", key, at), name
    for pointer, template in _templates(here, listed):
        try:
            parts = read(template)
        except ValueError:
            continue
        for part in parts:
            yield from ((pointer, piece.field) for piece in part.pieces if piece.field not in ("", NUMBER))
    for name, words in (listed.get("fields") or {}).items():
        if words.get("zone") is not None:
            yield (*here, "fields", name, "zone"), words["zone"]


def _templates(here: Pointer, listed: Words) -> Iterator[tuple[Pointer, str]]:
    for word in ("label", "documented"):
        for at, template in enumerate(listed.get(word) or ()):
            yield (*here, word, at), template


def _unknown(located: Located, pointer: Pointer, name: str, known: Iterable[str], what: str) -> None:
    located.fault(pointer, f"no {what} is called {name!r}; {suggest(name, list(known))}", at_key=True)
