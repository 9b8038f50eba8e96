"""What words alone cannot tell: that the parts of an action fit each other, and that its request fits the operation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zoom_component.spec.api_names import list_api_names
from zoom_component.spec.diagnostics import join_choices, suggest
from zoom_component.spec.operation_check import check_operation
from zoom_component.spec.rule_schemas import find_input_names, find_schema_problems
from zoom_component.spec.yaml12 import Pointer, YamlDocument

__all__ = ["check_action", "check_inputs", "check_shared_inputs"]

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_WHOLE = re.compile(r"[+-]?[0-9]{1,4000}\Z", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?\Z", re.ASCII)
_TRUTHS = frozenset({"true", "false", "yes", "no", "on", "off", "1", "0"})


def check_action(located: YamlDocument, compiled: Mapping[str, Any]) -> None:
    """Adds a fault for each part of an action that does not fit another part, or the operation's facts."""
    inputs: Mapping[str, Mapping[str, Any]] = compiled["inputs"]
    if compiled["handler"] == "http":
        _check_request(located, compiled)
    for key, words in inputs.items():
        _check_input(located, key, words, inputs)
    _check_api_names(located, inputs)
    _check_rules(located, compiled, inputs)
    for at, name in enumerate((compiled["daily"] or {}).get("per", [])):
        _check_known_input(located, ("daily", "per", at), name, inputs)
    for at, example in enumerate(compiled["examples"]):
        for name in example["inputs"]:
            _check_known_input(located, ("examples", at, "inputs", name), name, inputs, at_key=True)


def check_inputs(located: YamlDocument, inputs: Mapping[str, Mapping[str, Any]]) -> None:
    """The same for the inputs of a connection or a trigger."""
    for key, words in inputs.items():
        _check_input(located, key, words, inputs)


def check_shared_inputs(located: YamlDocument, inputs: Mapping[str, Mapping[str, Any]]) -> None:
    """The same for a shared file, as far as its parts can be judged before an action uses them."""
    for key, words in inputs.items():
        _check_input_keys(located, key, words)
    for name, rule in (located.value.get("rules") or {}).items():
        missing = [word for word in ("inputs", "accepts", "message") if rule.get(word) is None]
        if "use" in rule or missing:
            message = "a shared rule has its own words: inputs, accepts and message"
            located.add(("rules", name), message, at_key=True)
        else:
            for path, message in find_schema_problems(rule["accepts"]):
                located.add(("rules", name, "accepts", *path), f"not a JSON Schema: {message}")


def _check_known_input(
    located: YamlDocument, pointer: Pointer, name: str, inputs: Iterable[str], *, at_key: bool = False
) -> None:
    known = list(inputs)
    if name not in known:
        located.add(pointer, f"no input is called {name!r}; {suggest(name, known)}", at_key=at_key)


def _check_request(located: YamlDocument, compiled: Mapping[str, Any]) -> None:
    if not compiled["method"]:
        located.add((), "the word 'request' is missing: an action over http says its method and path")
        return
    inputs: Mapping[str, Mapping[str, Any]] = compiled["inputs"]
    sent = {words["send"] for words in inputs.values() if words.get("send")}
    placeholders = dict.fromkeys(_PLACEHOLDER.findall(compiled["path"]))
    for name in placeholders:
        if f"path.{name}" not in sent:
            located.add(("request", "path"), f"no input goes to {{{name}}}: give one `send: path.{name}`")
    for key, words in inputs.items():
        where, _, name = words.get("send", "").partition(".")
        if where == "path" and name not in placeholders:
            located.add(("inputs", key, "send"), f"the path has no {{{name}}}; {suggest(name, placeholders)}")
        elif words.get("type") in ("connection", "template") and where:
            message = f"a {words['type']} is for connections; an action's input cannot send one"
            located.add(("inputs", key, "type"), message)
        elif where == "path" and not words.get("required") and "default" not in words:
            located.add(("inputs", key), "it goes to the path, so it has to be `required: true`", at_key=True)
    check_operation(located, compiled)


def _check_api_names(located: YamlDocument, inputs: Mapping[str, Mapping[str, Any]]) -> None:
    """An input's key may not be the API name of another: callers use both, and would reach the wrong one."""
    leads = {name: key for key, words in inputs.items() for name in list_api_names(words.get("send"))}
    for key in inputs:
        if (other := leads.get(key, key)) != key and key not in list_api_names(inputs[key].get("send")):
            message = f"{key!r} is also what the API calls the input {other}; give this one another key"
            located.add(("inputs", key), message, at_key=True)


def _check_input(located: YamlDocument, key: str, words: Mapping[str, Any], inputs: Mapping[str, Any]) -> None:
    for word in ("along", "unless", "zone", "after"):
        if (other := words.get(word)) is not None:
            _check_known_input(located, ("inputs", key, word), other, [name for name in inputs if name != key])
    _check_input_keys(located, key, words)


def _check_input_keys(located: YamlDocument, key: str, words: Mapping[str, Any]) -> None:
    """What is wrong with an input by itself."""
    for least, most in (("min_length", "max_length"), ("minimum", "maximum")):
        if words.get(least) is not None and words.get(most) is not None and words[least] > words[most]:
            message = f"nothing keeps to it: at least {words[least]} and at most {words[most]}"
            located.add(("inputs", key), message, at_key=True)
    if "default" in words and "scaffold" in words:
        message = "default and scaffold exclude each other: a default is applied, a scaffold is shown and never sent"
        located.add(("inputs", key, "scaffold"), message, at_key=True)
    if "default" in words:
        _check_default(located, key, words)
    for pointer, pattern in (
        (("pattern",), words.get("pattern")),
        (("each", "pattern"), words.get("each", {}).get("pattern")),
    ):
        if pattern is not None:
            _check_pattern(located, ("inputs", key, *pointer), pattern)


def _check_default(located: YamlDocument, key: str, words: Mapping[str, Any]) -> None:
    pointer, default, model = ("inputs", key, "default"), words["default"], words.get("model")
    text = str(default).lower() if isinstance(default, bool) else str(default)
    sends = words["sends"]
    if model is not None and text not in model:
        located.add(pointer, f"{text!r} is not a choice; accepted: {join_choices(model)}")
    elif sends == "integer" and not _WHOLE.match(text):
        located.add(pointer, f"{text!r} is not a whole number, and this sends an integer")
    elif sends == "number" and not _NUMBER.match(text):
        located.add(pointer, f"{text!r} is not a number, and this sends one")
    elif sends == "boolean" and text.lower() not in _TRUTHS:
        located.add(pointer, f"{text!r} is neither true nor false, and this sends a boolean")


def _check_pattern(located: YamlDocument, pointer: Pointer, pattern: str) -> None:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        located.add(pointer, f"not a regular expression: {error}")


def _check_rules(located: YamlDocument, compiled: Mapping[str, Any], inputs: Mapping[str, Any]) -> None:
    for at, rule in enumerate(compiled["rules"]):
        for place, name in enumerate(rule["inputs"]):
            _check_known_input(located, ("rules", at, "inputs", place), name, inputs)
        faults: Iterator[tuple[Pointer, str]] = find_schema_problems(rule["schema"])
        broken = False
        for path, message in faults:
            broken = True
            located.add(("rules", at, "accepts", *path), f"not a JSON Schema: {message}")
        if not broken:
            for path, name in find_input_names(rule["schema"]):
                _check_known_input(located, ("rules", at, "accepts", *path), name, inputs, at_key=path[-1] == name)
