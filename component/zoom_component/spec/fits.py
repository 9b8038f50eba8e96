"""Whether an action's request fits the facts of its operation: names, kinds, paging, reads before writes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from zoom_component.spec.faults import one_of, suggest
from zoom_component.spec.yaml12 import Located
from zoom_facts import Operation, find, operations

__all__ = ["fits"]

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")

_FITS = {
    "string": {"string", "commas"},
    "integer": {"integer"},
    "number": {"number", "integer"},
    "boolean": {"boolean"},
    "array": {"strings", "list", "json"},
    "object": {"object", "json", "pairs"},
}


def fits(located: Located, compiled: Mapping[str, Any]) -> None:
    """Adds a fault for each part of an action's request that its operation does not know."""
    operation = find(compiled["method"], compiled["path"])
    named = compiled["operation"]
    if operation is None:
        if named:
            located.fault(("operation",), _unknown(compiled, named))
        return
    if named and named != operation.id:
        message = f"{compiled['method']} {compiled['path']} is the operation {operation.id}, not {named}"
        located.fault(("operation",), message)
    for key, words in compiled["inputs"].items():
        where, _, name = words.get("send", "").partition(".")
        if where == "query":
            _query(located, key, words, name, operation)
        elif where == "body":
            _body(located, key, words, operation)
    _pages(located, compiled["pages"], operation)
    _merge(located, compiled["merge"], operation)


def _unknown(compiled: Mapping[str, Any], named: str) -> str:
    known = {operation.id: operation for operation in operations()}
    if (there := known.get(named)) is not None:
        return f"{named} is {there.method} {there.path}, not {compiled['method']} {compiled['path']}"
    here = f"the facts know no {compiled['method']} {compiled['path']}"
    near = suggest(named, known)
    return f"{here}, and no operation {named!r}; {near if near.startswith('did') else 'see spec/zoom/operations.jsonl'}"


def _query(located: Located, key: str, words: Mapping[str, Any], name: str, operation: Operation) -> None:
    query = {parameter["name"]: parameter for parameter in operation.query}
    if name not in query:
        located.fault(("inputs", key, "send"), f"{operation.id} takes no query {name!r}; {suggest(name, query)}")
    else:
        _kind(located, key, words, query[name])


def _body(located: Located, key: str, words: Mapping[str, Any], operation: Operation) -> None:
    schema: Mapping[str, Any] = operation.body or {}
    for name in words["send"].split(".")[1:]:
        if name == "*":
            return
        properties = schema.get("properties", {})
        if name not in properties:
            message = f"the body of {operation.id} has no {name!r} there; {suggest(name, properties)}"
            located.fault(("inputs", key, "send"), message)
            return
        schema = properties[name]
    _kind(located, key, words, schema)


def _kind(located: Located, key: str, words: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    kinds = schema.get("type")
    wanted = [kinds] if isinstance(kinds, str) else [kind for kind in kinds or [] if kind != "null"]
    accepted = set().union(*(_FITS.get(kind, set()) for kind in wanted))
    if accepted and words["sends"] not in accepted:
        message = (
            f"the operation wants {one_of(wanted)} here, and this sends {words['sends']}; "
            f"accepted: sends: {one_of(sorted(accepted))}"
        )
        located.fault(("inputs", key, "sends"), message)


def _pages(located: Located, pages: Mapping[str, Any] | None, operation: Operation) -> None:
    known = operation.pagination
    if pages is None:
        return
    if not known:
        located.fault(("pages",), f"{operation.id} does not page; take `pages` away", at_key=True)
    elif pages["items"] not in (known["items_field"], *known.get("array_fields", [])):
        located.fault(("pages", "items"), f"{operation.id} lists its items under {known['items_field']}")
    elif pages["size"] > pages["most"]:
        located.fault(("pages", "size"), f"{operation.id} gives {pages['most']} at most")


def _merge(located: Located, merge: Mapping[str, Any] | None, operation: Operation) -> None:
    if merge is None:
        return
    if find("GET", merge["path"]) is None:
        located.fault(("merge", "read"), f"the facts know no GET {merge['path']}")
    own = dict.fromkeys(_PLACEHOLDER.findall(operation.path))
    for name in _PLACEHOLDER.findall(merge["path"]):
        if name not in own:
            located.fault(("merge", "read"), f"the request has no {{{name}}} to read by; {suggest(name, own)}")
    properties = (operation.body or {}).get("properties", {})
    for at, name in enumerate(merge["groups"]):
        if name not in properties:
            message = f"the body of {operation.id} has no {name!r}; {suggest(name, properties)}"
            located.fault(("merge", "groups", at), message)
