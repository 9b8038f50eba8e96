"""Check that an action's request fits the facts of its operation: names, types, paging, and reads before updates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from zoom_component.spec.diagnostics import join_choices, quote, suggest
from zoom_component.spec.document import SpecDocument
from zoom_facts import Operation, find_operation, find_operation_span, iter_operations

__all__ = ["check_operation"]

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
# The wire types that fit each type of the facts.
_WIRE_TYPES = {
    "string": {"string", "commaSeparated"},
    "integer": {"integer"},
    "number": {"number", "integer"},
    "boolean": {"boolean"},
    "array": {"stringArray", "array", "json"},
    "object": {"object", "json", "keyValueObject"},
}

Fields = Mapping[str, Any]


def check_operation(document: SpecDocument, compiled: Fields) -> None:
    """Add a diagnostic for each part of an action's request that its operation does not have."""
    operation = find_operation(compiled["method"], compiled["path"])
    name = compiled["operation"]
    if operation is None:
        if name:
            document.add(("operation",), _describe_unknown_operation(compiled, name))
        return
    if name and name != operation.id:
        request = f"{compiled['method']} {compiled['path']}"
        document.add(("operation",), f"operation: expected {operation.id} for {request}, got {quote(name)}")
    for key, fields in compiled["inputs"].items():
        location, _, parameter = fields.get("target", "").partition(".")
        if location == "query":
            _check_query(document, key, fields, parameter, operation)
        elif location == "body":
            _check_body(document, key, fields, operation)
    _check_pages(document, compiled["pages"], operation)
    _check_merge(document, compiled["merge"], operation)
    if document.value.get("span") is not None and find_operation_span(operation.id) is not None:
        document.add(("span",), f"remove `span`; spec/zoom/spans.json has the span of {operation.id}", at_key=True)


def _describe_unknown_operation(compiled: Fields, name: str) -> str:
    known = {operation.id: operation for operation in iter_operations()}
    request = f"{compiled['method']} {compiled['path']}"
    if (other := known.get(name)) is not None:
        return f"{name} is {other.method} {other.path}, not {request}"
    near = suggest(name, known)
    advice = near if near.startswith("did") else "see spec/zoom/operations.jsonl"
    return f"unknown operation {quote(name)}, and unknown request {request}; {advice}"


def _check_query(document: SpecDocument, key: str, fields: Fields, name: str, operation: Operation) -> None:
    query = {parameter["name"]: parameter for parameter in operation.query}
    if name not in query:
        message = f"{operation.id} has no query parameter {quote(name)}; {suggest(name, query)}"
        document.add(("inputs", key, "target"), message)
    else:
        _check_wire_type(document, key, fields, query[name])


def _check_body(document: SpecDocument, key: str, fields: Fields, operation: Operation) -> None:
    schema: Fields = operation.body or {}
    for name in fields["target"].split(".")[1:]:
        if name == "*":
            return
        properties = schema.get("properties", {})
        if name not in properties:
            message = f"the body of {operation.id} has no field {quote(name)} there; {suggest(name, properties)}"
            document.add(("inputs", key, "target"), message)
            return
        schema = properties[name]
    _check_wire_type(document, key, fields, schema)


def _check_wire_type(document: SpecDocument, key: str, fields: Fields, schema: Fields) -> None:
    types = schema.get("type")
    expected = [types] if isinstance(types, str) else [each for each in types or [] if each != "null"]
    allowed = set().union(*(_WIRE_TYPES.get(each, set()) for each in expected))
    if allowed and fields["wire_type"] not in allowed:
        message = (
            f"wireType: expected {join_choices(sorted(allowed))}, because the operation takes "
            f"{join_choices(expected)}; got {fields['wire_type']}"
        )
        document.add(("inputs", key, "wireType"), message)


def _check_pages(document: SpecDocument, pages: Fields | None, operation: Operation) -> None:
    known = operation.pagination
    if pages is None:
        return
    if not known:
        remedy = "remove `pages`, or add it to spec/zoom/operations.jsonl"
        document.add(("pages",), f"the facts of {operation.id} have no pagination; {remedy}", at_key=True)
    elif pages["items"] not in (known["items_field"], *known.get("array_fields", [])):
        document.add(("pages", "items"), f"items: expected {known['items_field']}, got {quote(pages['items'])}")
    elif pages["page_size"] > pages["max_page_size"]:
        message = f"pageSize: expected at most {pages['max_page_size']}, got {pages['page_size']}"
        document.add(("pages", "pageSize"), message)


def _check_merge(document: SpecDocument, merge: Fields | None, operation: Operation) -> None:
    if merge is None:
        return
    if find_operation("GET", merge["path"]) is None:
        document.add(("merge", "read"), f"unknown request GET {merge['path']}; see spec/zoom/operations.jsonl")
    own = dict.fromkeys(_PLACEHOLDER.findall(operation.path))
    for name in _PLACEHOLDER.findall(merge["path"]):
        if name not in own:
            document.add(("merge", "read"), f"the path of the request has no {{{name}}}; {suggest(name, own)}")
    properties = (operation.body or {}).get("properties", {})
    for at, name in enumerate(merge["groups"]):
        if name not in properties:
            message = f"the body of {operation.id} has no field {quote(name)}; {suggest(name, properties)}"
            document.add(("merge", "groups", at), message)
