"""Check what the models cannot: that the parts of an action fit each other and the operation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from zoom_component.spec.api_names import list_api_names
from zoom_component.spec.diagnostics import join_choices, quote, shorten, suggest
from zoom_component.spec.document import Pointer, SpecDocument
from zoom_component.spec.operation_check import check_operation
from zoom_component.spec.pattern_check import MAX_LENGTH, find_pattern_risk
from zoom_component.spec.rule_schemas import find_input_names, find_schema_problems
from zoom_component.spec.shared_inputs import RULE_KEYS
from zoom_component.spec.target_check import find_header_problem, find_path_problem

__all__ = ["check_action", "check_inputs", "check_shared_inputs"]

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_MAX_SUGGESTIONS = 200
_PLAIN_PATH = re.compile(r"/[^?#\s]*")  # what the model of the request accepts
_INTEGER = re.compile(r"[+-]?[0-9]{1,4000}\Z", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?\Z", re.ASCII)
_BOOLEANS = frozenset({"true", "false", "yes", "no", "on", "off", "1", "0"})
_REFERENCES = (
    ("depends_on", "dependsOn"),
    ("conflicts_with", "conflictsWith"),
    ("time_zone", "timeZone"),
    ("not_before", "notBefore"),
)

Fields = Mapping[str, Any]


def check_action(document: SpecDocument, compiled: Fields) -> None:
    """Add a diagnostic for each part of an action that does not fit another part, or the operation."""
    inputs: Mapping[str, Fields] = compiled["inputs"]
    if compiled["handler"] == "http":
        _check_request(document, compiled)
    for key, fields in inputs.items():
        _check_input(document, key, fields, inputs)
    _check_api_names(document, inputs)
    _check_rules(document, compiled, inputs)
    _check_span(document, inputs)
    for at, name in enumerate((compiled["daily_quota"] or {}).get("per", [])):
        _check_known_input(document, ("dailyQuota", "per", at), name, inputs)
    for at, example in enumerate(compiled["examples"]):
        for name in example["inputs"]:
            _check_known_input(document, ("examples", at, "inputs", name), name, inputs, at_key=True)


def check_inputs(document: SpecDocument, inputs: Mapping[str, Fields]) -> None:
    """Add a diagnostic for each problem of the inputs of a connection, a trigger or a data source."""
    for key, fields in inputs.items():
        _check_input(document, key, fields, inputs)


def check_shared_inputs(document: SpecDocument, inputs: Mapping[str, Fields]) -> None:
    """Add a diagnostic for each problem of a shared file that does not depend on the actions that use it."""
    for key, fields in inputs.items():
        _check_input_keys(document, key, fields)
    for name, rule in (document.value.get("rules") or {}).items():
        if "use" in rule or any(rule.get(key) is None for key in RULE_KEYS):
            message = "a shared rule has the keys inputs, schema and message, and no `use`"
            document.add(("rules", name), message, at_key=True)
        else:
            for path, message in find_schema_problems(rule["schema"]):
                document.add(("rules", name, "schema", *path), message)


def _check_known_input(
    document: SpecDocument, pointer: Pointer, name: str, inputs: Iterable[str], *, at_key: bool = False
) -> None:
    known = list(inputs)
    if name not in known:
        # Comparing with every name takes time, so only the first problems of a file have a suggestion.
        has_hint = len(document.diagnostics) < _MAX_SUGGESTIONS
        hint = f"; {suggest(name, known)}" if has_hint else ""
        document.add(pointer, f"unknown input {quote(shorten(name))}{hint}", at_key=at_key)


def _check_request(document: SpecDocument, compiled: Fields) -> None:
    if not compiled["method"]:
        document.add((), 'missing key "request": the method and the path of the action')
        return
    _check_paths(document, compiled)
    inputs: Mapping[str, Fields] = compiled["inputs"]
    targets = {fields["target"] for fields in inputs.values() if fields.get("target")}
    placeholders = dict.fromkeys(_PLACEHOLDER.findall(compiled["path"]))
    for name in placeholders:
        if f"path.{name}" not in targets:
            message = f"no input has the target path.{name}; add an input with `target: path.{name}`"
            document.add(("request", "path"), message)
    for key, fields in inputs.items():
        location, _, name = fields.get("target", "").partition(".")
        if location == "header" and (problem := find_header_problem(name)):
            document.add(("inputs", key, "target"), f"target: {problem}")
        elif location == "path" and name not in placeholders:
            document.add(("inputs", key, "target"), f"the path has no {{{name}}}; {suggest(name, placeholders)}")
        elif fields.get("type") in ("connection", "template") and location:
            message = f"an input of the type {fields['type']} cannot have a target"
            document.add(("inputs", key, "type"), message)
        elif location == "path" and not fields.get("required") and "default" not in fields:
            document.add(("inputs", key), "an input of the path has to be `required: true`", at_key=True)
    check_operation(document, compiled)


def _check_paths(document: SpecDocument, compiled: Fields) -> None:
    """Check that no path leads outside of the base URL."""
    if _PLAIN_PATH.fullmatch(compiled["path"]) and (problem := find_path_problem(compiled["path"])):
        document.add(("request", "path"), f"path: {problem}")
    if compiled["merge"] and (problem := find_path_problem(compiled["merge"]["path"])):
        document.add(("merge", "read"), f"read: {problem}")


def _check_span(document: SpecDocument, inputs: Mapping[str, Fields]) -> None:
    """Check that the span of the file names two inputs of the query, and one limit."""
    span = document.value.get("span") or {}
    for word in ("first", "last") if span else ():
        _check_known_input(document, ("span", word), span[word], inputs)
        if span[word] in inputs and not inputs[span[word]].get("target", "").startswith("query."):
            message = f"{word}: expected an input with the target query, got {span[word]}"
            document.add(("span", word), message)
    if span and (span.get("months") is None) == (span.get("days") is None):
        document.add(("span",), "expected either months or days, as the limit of one request", at_key=True)


def _check_api_names(document: SpecDocument, inputs: Mapping[str, Fields]) -> None:
    """Check that no key is the API name of another input: callers use both names."""
    key_by_name = {name: key for key, fields in inputs.items() for name in list_api_names(fields.get("target"))}
    for key in inputs:
        other = key_by_name.get(key, key)
        if other != key and key not in list_api_names(inputs[key].get("target")):
            message = f"{quote(key)} is also the API name of the input {other}; choose another key"
            document.add(("inputs", key), message, at_key=True)


def _check_input(document: SpecDocument, key: str, fields: Fields, inputs: Fields) -> None:
    for compiled_as, written in _REFERENCES:
        if (other := fields.get(compiled_as)) is not None:
            _check_known_input(document, ("inputs", key, written), other, [name for name in inputs if name != key])
    _check_input_keys(document, key, fields)


def _check_input_keys(document: SpecDocument, key: str, fields: Fields) -> None:
    """Check the keys of one input that do not refer to other inputs."""
    for least, most in (("min_length", "max_length"), ("minimum", "maximum")):
        if fields.get(least) is not None and fields.get(most) is not None and fields[least] > fields[most]:
            message = f"no value can be at least {fields[least]} and at most {fields[most]}"
            document.add(("inputs", key), message, at_key=True)
    if "default" in fields and "template" in fields:
        message = "an input cannot have both a default, which is sent, and a template, which is never sent"
        document.add(("inputs", key, "template"), message, at_key=True)
    if "default" in fields:
        _check_default(document, key, fields)
    for pointer, pattern in (
        (("pattern",), fields.get("pattern")),
        (("items", "pattern"), fields.get("items", {}).get("pattern")),
    ):
        if pattern is not None:
            _check_pattern(document, ("inputs", key, *pointer), pattern)


def _check_default(document: SpecDocument, key: str, fields: Fields) -> None:
    default, model = fields["default"], fields.get("model")
    text = str(default).lower() if isinstance(default, bool) else str(default)
    wire_type = fields["wire_type"]
    expected = None
    if model is not None and text not in model:
        expected = join_choices(model)
    elif wire_type == "integer" and not _INTEGER.match(text):
        expected = "an integer"
    elif wire_type == "number" and not _NUMBER.match(text):
        expected = "a number"
    elif wire_type == "boolean" and text.lower() not in _BOOLEANS:
        expected = "true or false"
    if expected:
        document.add(("inputs", key, "default"), f"default: expected {expected}, got {quote(text)}")


def _check_pattern(document: SpecDocument, pointer: Pointer, pattern: str) -> None:
    try:
        re.compile(pattern[:MAX_LENGTH])
    except (re.error, OverflowError, RecursionError) as error:
        document.add(pointer, f"not a regular expression: {error}")
        return
    if risk := find_pattern_risk(pattern):
        document.add(pointer, risk)


def _check_rules(document: SpecDocument, compiled: Fields, inputs: Fields) -> None:
    for at, rule in enumerate(compiled["rules"]):
        for place, name in enumerate(rule["inputs"]):
            _check_known_input(document, ("rules", at, "inputs", place), name, inputs)
        problems = list(find_schema_problems(rule["schema"]))
        for path, message in problems:
            document.add(("rules", at, "schema", *path), message)
        if not problems:
            for path, name in find_input_names(rule["schema"]):
                pointer = ("rules", at, "schema", *path)
                _check_known_input(document, pointer, name, inputs, at_key=path[-1] == name)
