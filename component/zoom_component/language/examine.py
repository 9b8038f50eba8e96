"""What words alone cannot tell: that the parts of an action fit each other, and that its request fits the operation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from zoom_component.facts import Operation, find
from zoom_component.language.faults import one_of, suggest
from zoom_component.language.yaml12 import Located

__all__ = ["examine"]

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_FITS = {
    "string": {"string", "commas"},
    "integer": {"integer"},
    "number": {"number", "integer"},
    "boolean": {"boolean"},
    "array": {"strings", "list", "json"},
    "object": {"object", "json", "pairs"},
}


def examine(located: Located, compiled: Mapping[str, Any]) -> None:
    """Adds a fault for each part of an action that does not fit another part, or the operation's facts."""
    inputs: Mapping[str, Mapping[str, Any]] = compiled["inputs"]
    _request(located, compiled)
    for key, words in inputs.items():
        _input(located, key, words, inputs)
    _schemas(located)
    for at, rule in enumerate(compiled["rules"]):
        for name in rule["inputs"]:
            if name not in inputs:
                located.fault(("rules", at, "inputs"), f"no input is called {name!r}; {suggest(name, inputs)}")
    for name in (compiled["daily"] or {}).get("per", []):
        if name not in inputs:
            located.fault(("daily", "per"), f"no input is called {name!r}; {suggest(name, inputs)}")
    for at, example in enumerate(compiled["examples"]):
        for name in example["inputs"]:
            if name not in inputs:
                pointer = ("examples", at, "inputs", name)
                located.fault(pointer, f"no input is called {name!r}; {suggest(name, inputs)}", at_key=True)


def _request(located: Located, compiled: Mapping[str, Any]) -> None:
    if compiled["handler"] != "http":
        return
    if not compiled["method"]:
        located.fault((), "the word 'request' is missing: an action over http says its method and path")
        return
    sent = {words["send"] for words in compiled["inputs"].values() if words.get("send")}
    placeholders = set(_PLACEHOLDER.findall(compiled["path"]))
    for name in sorted(placeholders):
        if f"path.{name}" not in sent:
            located.fault(("request", "path"), f"no input goes to {{{name}}}: give one `send: path.{name}`")
    for key, words in compiled["inputs"].items():
        where, _, name = words.get("send", "").partition(".")
        if where == "path" and name not in placeholders:
            located.fault(("inputs", key, "send"), f"the path has no {{{name}}}; {suggest(name, placeholders)}")
    operation = find(compiled["method"], compiled["path"])
    named = compiled["operation"]
    if operation is not None:
        if named and named != operation.id:
            located.fault(
                ("operation",),
                f"{compiled['method']} {compiled['path']} is the operation {operation.id}, not {named}",
            )
        _against(located, compiled, operation)
    elif named:
        located.fault(("operation",), f"the facts know no {compiled['method']} {compiled['path']} called {named}")


def _against(located: Located, compiled: Mapping[str, Any], operation: Operation) -> None:
    query = {parameter["name"]: parameter for parameter in operation.query}
    for key, words in compiled["inputs"].items():
        where, _, name = words.get("send", "").partition(".")
        if where == "query":
            if name not in query:
                located.fault(
                    ("inputs", key, "send"), f"{operation.id} takes no query {name!r}; {suggest(name, query)}"
                )
            else:
                _fits(located, key, words, query[name])
        elif where == "body" and not name.endswith("*"):
            _body(located, key, words, operation)
    pages, known = compiled["pages"], operation.pagination
    if pages and not known:
        located.fault(("pages",), f"{operation.id} does not page; take `pages` away")
    elif pages and known and pages["items"] not in (known["items_field"], *known.get("array_fields", [])):
        located.fault(("pages", "items"), f"{operation.id} lists its items in {known['items_field']}")
    elif pages and pages["size"] > pages["most"]:
        located.fault(("pages", "size"), f"{operation.id} gives {pages['most']} at most")


def _body(located: Located, key: str, words: Mapping[str, Any], operation: Operation) -> None:
    schema: Mapping[str, Any] = operation.body or {}
    for name in words["send"].split(".")[1:]:
        properties = schema.get("properties", {})
        if name not in properties:
            message = f"the body of {operation.id} has no {name!r} there; {suggest(name, properties)}"
            located.fault(("inputs", key, "send"), message)
            return
        schema = properties[name]
    _fits(located, key, words, schema)


def _fits(located: Located, key: str, words: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    kinds = schema.get("type")
    wanted = [kinds] if isinstance(kinds, str) else [kind for kind in kinds or [] if kind != "null"]
    accepted = set().union(*(_FITS.get(kind, set()) for kind in wanted))
    if accepted and words["sends"] not in accepted:
        message = f"the operation wants {one_of(wanted)} here; accepted: sends {one_of(sorted(accepted))}"
        located.fault(("inputs", key, "sends"), message)


def _input(located: Located, key: str, words: Mapping[str, Any], inputs: Mapping[str, Any]) -> None:
    for word in ("along", "unless", "zone", "after"):
        other = words.get(word)
        if other is not None and other not in inputs:
            located.fault(("inputs", key, word), f"no input is called {other!r}; {suggest(other, inputs)}")
    if "default" in words and "scaffold" in words:
        located.fault(("inputs", key, "scaffold"), "either a default (applied) or a scaffold (shown, never sent)")
    model = words.get("model")
    if model is not None and "default" in words and str(words["default"]) not in model:
        located.fault(("inputs", key, "default"), f"{words['default']!r} is not a choice; accepted: {one_of(model)}")
    if "pattern" in words:
        try:
            re.compile(words["pattern"])
        except re.error as error:
            located.fault(("inputs", key, "pattern"), f"not a regular expression: {error}")


def _schemas(located: Located) -> None:
    rules = [(at, rule["accepts"]) for at, rule in enumerate(located.value.get("rules") or []) if "accepts" in rule]
    for at, schema in rules:
        for path, message in _schema_faults(schema):
            located.fault(("rules", at, "accepts", *path), f"not a JSON Schema: {message}")


def _schema_faults(schema: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(Draft202012Validator.META_SCHEMA)
    for error in validator.iter_errors(schema):
        yield tuple(error.absolute_path), error.message
