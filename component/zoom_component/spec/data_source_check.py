"""Check that the parts of a data source fit each other, its action, and the response of the action's operation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zoom_component.spec.diagnostics import quote, suggest
from zoom_component.spec.document import Pointer, SpecDocument
from zoom_component.spec.label_templates import ITEM_NUMBER, list_template_fields, parse_template
from zoom_component.spec.response_fields import field_schemas, find_unknown_field, success_schemas
from zoom_facts import find_operation

__all__ = ["check_data_source", "check_data_source_names"]

Fields = Mapping[str, Any]


def check_data_source_names(document: SpecDocument, inputs: Mapping[str, Fields], sources: Iterable[str]) -> None:
    """Add a diagnostic for each input whose `dataSource` is unknown. Without any data source, check nothing."""
    known = list(sources)
    for key, fields in inputs.items():
        name = fields.get("dataSource")
        if known and name is not None and name not in known:
            message = f"unknown data source {quote(name)}; {suggest(name, known)}"
            document.add(("inputs", key, "dataSource"), message)


def check_data_source(
    document: SpecDocument, source: Fields, actions: Mapping[str, Fields], invalid: Iterable[str]
) -> None:
    """Add a diagnostic for each part of a data source that does not fit."""
    for key, fields in source["inputs"].items():
        if fields.get("data_source") == source["key"]:
            message = "expected another data source; the input of a data source cannot use the data source itself"
            document.add(("inputs", key, "dataSource"), message)
    for at, offered in enumerate(source["lists"]):
        _check_labels(document, ("lists", at), offered)
        _check_value_when(document, ("lists", at, "valueWhen"), offered.get("valueWhen") or {}, source["inputs"])
    action = actions.get(source["action"])
    if action is not None:
        _check_action(document, source, action)
        _check_lists(document, source, action)
    elif source["action"] not in invalid:
        near = suggest(source["action"], actions, limit=100)
        document.add(("action",), f"unknown action {quote(source['action'])}; {near}")


def _check_labels(document: SpecDocument, here: Pointer, offered: Fields) -> None:
    """Check that labels can be parsed, and that `fields` describes only fields in them."""
    names: list[str] = []
    is_valid = True
    for pointer, template in _list_templates(here, offered):
        try:
            names += list_template_fields(template)
        except ValueError as problem:
            is_valid = False
            document.add(pointer, str(problem))
    for name, fields in (offered.get("fields") or {}).items():
        if is_valid and name not in names:
            message = f"no label has the field {{{name}}}; {suggest(name, dict.fromkeys(names))}"
            document.add((*here, "fields", name), message, at_key=True)
        if fields.get("timeZone") is not None and not fields.get("dateTime"):
            message = "a time zone needs a date-time; add `dateTime: true`"
            document.add((*here, "fields", name, "timeZone"), message)


def _check_value_when(document: SpecDocument, here: Pointer, value_when: Fields, inputs: Mapping[str, Fields]) -> None:
    for key in value_when:
        if key not in inputs:
            _add_unknown(document, (*here, key), key, inputs, "input of this data source")
        elif inputs[key]["wire_type"] != "boolean":
            document.add((*here, key), f"expected a boolean input, got {key}", at_key=True)


def _check_action(document: SpecDocument, source: Fields, action: Fields) -> None:
    """Check that the action can run with the inputs of the data source."""
    known, fixed, search = action["inputs"], source.get("actionInputs") or {}, source.get("search") or {}
    name = f"input of {action['key']}"
    switches = {key for offered in source["lists"] for key in offered.get("valueWhen") or {}}
    for key in source["inputs"]:
        if key not in known and key not in switches:
            _add_unknown(document, ("inputs", key), key, known, name)
    pointers: dict[Pointer, str] = {("actionInputs", key): key for key in fixed}
    pointers |= {("search", "actionInputs", key): key for key in search.get("actionInputs") or {}}
    for pointer, key in pointers.items():
        if key not in known:
            _add_unknown(document, pointer, key, known, name)
    if "input" in search and search["input"] not in known:
        message = f"unknown {name} {quote(search['input'])}; {suggest(search['input'], known)}"
        document.add(("search", "input"), message)
    for key, fields in known.items():
        own = source["inputs"].get(key, {})
        is_required = fields.get("required") and "default" not in fields and fields.get("type") != "connection"
        if is_required and key not in fixed and not own.get("required") and "default" not in own:
            message = f"{action['key']} requires {key}; add a required input {key}, or a value under `actionInputs`"
            document.add(("action",), message)
    if action["effect"] != "read":
        message = f"expected an action with the effect read; {action['key']} has the effect {action['effect']}"
        document.add(("action",), message)


def _check_lists(document: SpecDocument, source: Fields, action: Fields) -> None:
    """Check that the lists are in the response, and that their items have the fields."""
    pages = action["pages"]
    if pages is not None and len(source["lists"]) > 1:
        message = f"{action['key']} returns pages, and a page has one list: {pages['items']}"
        document.add(("lists", 1), message)
    operation = find_operation(action["method"], action["path"])
    schemas = [] if operation is None else success_schemas(operation)
    for at, offered in enumerate(source["lists"]):
        here: Pointer = ("lists", at)
        name = offered["items"]
        if pages is not None and name != pages["items"]:
            message = f"items: expected {pages['items']}, as in the pages of {action['key']}, got {quote(name)}"
            document.add((*here, "items"), message)
        elif unknown := find_unknown_field(schemas, name):
            message = f"the response of {action['key']} has no field {quote(name)}; {suggest(*unknown)}"
            document.add((*here, "items"), message)
        else:
            items = list(field_schemas(schemas, name))
            for pointer, field in _list_fields(here, offered):
                if unknown := find_unknown_field(items, field):
                    document.add(pointer, f"an item of {name} has no field {quote(field)}; {suggest(*unknown)}")
        if pages is not None:
            _check_no_numbers(document, here, offered, action["key"])


def _check_no_numbers(document: SpecDocument, here: Pointer, offered: Fields, action: str) -> None:
    for pointer, template in _list_templates(here, offered):
        if f"{{{ITEM_NUMBER}}}" in template:
            message = f"{action} returns pages, and the numbers would restart on each page; remove {{{ITEM_NUMBER}}}"
            document.add(pointer, message)


def _list_fields(here: Pointer, offered: Fields) -> Iterator[tuple[Pointer, str]]:
    """Yield every field of an item in a list's description, with its pointer."""
    for at, name in enumerate(offered["value"]):
        yield (*here, "value", at), name
    for key, names in (offered.get("valueWhen") or {}).items():
        for at, name in enumerate(names):
            yield (*here, "valueWhen", key, at), name
    for pointer, template in _list_templates(here, offered):
        try:
            parts = parse_template(template)
        except ValueError:
            continue
        for part in parts:
            yield from ((pointer, piece.field) for piece in part.pieces if piece.field not in ("", ITEM_NUMBER))
    for name, fields in (offered.get("fields") or {}).items():
        if fields.get("timeZone") is not None:
            yield (*here, "fields", name, "timeZone"), fields["timeZone"]


def _list_templates(here: Pointer, offered: Fields) -> Iterator[tuple[Pointer, str]]:
    for key in ("label", "documentedLabel"):
        for at, template in enumerate(offered.get(key) or ()):
            yield (*here, key, at), template


def _add_unknown(document: SpecDocument, pointer: Pointer, name: str, known: Iterable[str], what: str) -> None:
    document.add(pointer, f"unknown {what} {quote(name)}; {suggest(name, list(known))}", at_key=True)
