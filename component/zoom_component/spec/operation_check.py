"""Whether an action's request fits the facts of its operation: names, kinds, paging, reads before writes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from zoom_component.spec.diagnostics import join_choices, suggest
from zoom_component.spec.yaml12 import YamlDocument
from zoom_facts import Operation, find_operation, iter_operations

__all__ = ["check_operation"]

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")

_FITS = {
    "string": {"string", "commas"},
    "integer": {"integer"},
    "number": {"number", "integer"},
    "boolean": {"boolean"},
    "array": {"strings", "list", "json"},
    "object": {"object", "json", "pairs"},
}


def check_operation(located: YamlDocument, compiled: Mapping[str, Any]) -> None:
    """Adds a fault for each part of an action's request that its operation does not know."""
    operation = find_operation(compiled["method"], compiled["path"])
    named = compiled["operation"]
    if operation is None:
        if named:
            located.add(("operation",), _describe_unknown_operation(compiled, named))
        return
    if named and named != operation.id:
        message = f"{compiled['method']} {compiled['path']} is the operation {operation.id}, not {named}"
        located.add(("operation",), message)
    for key, words in compiled["inputs"].items():
        where, _, name = words.get("send", "").partition(".")
        if where == "query":
            _check_query(located, key, words, name, operation)
        elif where == "body":
            _check_body(located, key, words, operation)
    _check_pages(located, compiled["pages"], operation)
    _check_merge(located, compiled["merge"], operation)


def _describe_unknown_operation(compiled: Mapping[str, Any], named: str) -> str:
    known = {operation.id: operation for operation in iter_operations()}
    if (there := known.get(named)) is not None:
        return f"{named} is {there.method} {there.path}, not {compiled['method']} {compiled['path']}"
    here = f"the facts know no {compiled['method']} {compiled['path']}"
    near = suggest(named, known)
    return f"{here}, and no operation {named!r}; {near if near.startswith('did') else 'see spec/zoom/operations.jsonl'}"


def _check_query(located: YamlDocument, key: str, words: Mapping[str, Any], name: str, operation: Operation) -> None:
    query = {parameter["name"]: parameter for parameter in operation.query}
    if name not in query:
        located.add(("inputs", key, "send"), f"{operation.id} takes no query {name!r}; {suggest(name, query)}")
    else:
        _check_wire_type(located, key, words, query[name])


def _check_body(located: YamlDocument, key: str, words: Mapping[str, Any], operation: Operation) -> None:
    schema: Mapping[str, Any] = operation.body or {}
    for name in words["send"].split(".")[1:]:
        if name == "*":
            return
        properties = schema.get("properties", {})
        if name not in properties:
            message = f"the body of {operation.id} has no {name!r} there; {suggest(name, properties)}"
            located.add(("inputs", key, "send"), message)
            return
        schema = properties[name]
    _check_wire_type(located, key, words, schema)


def _check_wire_type(located: YamlDocument, key: str, words: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    kinds = schema.get("type")
    wanted = [kinds] if isinstance(kinds, str) else [kind for kind in kinds or [] if kind != "null"]
    accepted = set().union(*(_FITS.get(kind, set()) for kind in wanted))
    if accepted and words["sends"] not in accepted:
        message = (
            f"the operation wants {join_choices(wanted)} here, and this sends {words['sends']}; "
            f"accepted: sends: {join_choices(sorted(accepted))}"
        )
        located.add(("inputs", key, "sends"), message)


def _check_pages(located: YamlDocument, pages: Mapping[str, Any] | None, operation: Operation) -> None:
    known = operation.pagination
    if pages is None:
        return
    if not known:
        located.add(("pages",), f"{operation.id} does not page; take `pages` away", at_key=True)
    elif pages["items"] not in (known["items_field"], *known.get("array_fields", [])):
        located.add(("pages", "items"), f"{operation.id} lists its items under {known['items_field']}")
    elif pages["size"] > pages["most"]:
        located.add(("pages", "size"), f"{operation.id} gives {pages['most']} at most")


def _check_merge(located: YamlDocument, merge: Mapping[str, Any] | None, operation: Operation) -> None:
    if merge is None:
        return
    if find_operation("GET", merge["path"]) is None:
        located.add(("merge", "read"), f"the facts know no GET {merge['path']}")
    own = dict.fromkeys(_PLACEHOLDER.findall(operation.path))
    for name in _PLACEHOLDER.findall(merge["path"]):
        if name not in own:
            located.add(("merge", "read"), f"the request has no {{{name}}} to read by; {suggest(name, own)}")
    properties = (operation.body or {}).get("properties", {})
    for at, name in enumerate(merge["groups"]):
        if name not in properties:
            message = f"the body of {operation.id} has no {name!r}; {suggest(name, properties)}"
            located.add(("merge", "groups", at), message)
