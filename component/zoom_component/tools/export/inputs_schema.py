"""The inputs of an action as JSON Schema, and its results: what forms, tool lists, agents and gateways are drawn from.

A schema describes the plain form of each input. A run takes more than that: text is turned into what an input is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoom_component.client.request.checks import find_violations
from zoom_component.client.request.values import InvalidValue, coerce
from zoom_component.spec.spec import ABSENT, ActionSpec, Input
from zoom_facts import find_operation

__all__ = ["DIALECT", "build_inputs_schema", "build_output_schema", "find_response_schema", "list_choices"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# What a value is on the wire (`sends`), as a schema. A list that is joined by commas is given as a list.
_KINDS: Mapping[str, Mapping[str, Any]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "object": {"type": "object"},
    "list": {"type": "array", "items": {}},
    "strings": {"type": "array", "items": {"type": "string"}},
    "commas": {"type": "array", "items": {"type": "string"}},
    "pairs": {"type": "object"},
    "json": {},
    "anything": {},
}
_FORMATS = {"email": "email", "date": "date", "url": "uri"}


def build_inputs_schema(action: ActionSpec, *, rules: bool = True) -> dict[str, Any]:
    """The JSON Schema (2020-12) of an action's inputs, as one object with no further keys.

    `rules` adds what holds across inputs: which go along with which, and which contradict. A list of tools leaves
    that out, since few of its readers know more than properties.
    """
    inputs = {key: spec for key, spec in action.inputs.items() if spec.type != "connection"}
    made: dict[str, Any] = {
        "type": "object",
        "properties": {key: build_input_schema(spec, action) for key, spec in inputs.items()},
        "additionalProperties": False,
    }
    if required := [key for key, spec in inputs.items() if _required(spec, action)]:
        made["required"] = required
    if rules:
        along = {key: [spec.depends_on] for key, spec in inputs.items() if spec.depends_on}
        apart = [
            {"not": {"required": [key, spec.conflicts_with]}} for key, spec in inputs.items() if spec.conflicts_with
        ]
        made |= {"dependentRequired": along} if along else {}
        made |= {"allOf": apart} if apart else {}
    return made


def build_input_schema(spec: Input, action: ActionSpec) -> dict[str, Any]:
    """The schema of one input."""
    made: dict[str, Any] = {**_KINDS[spec.wire_type], "title": spec.label}
    if told := _description(spec):
        made["description"] = told
    if spec.model is not None:
        inner = made["items"] if made.get("type") == "array" else made
        made = {**made, "items": {**inner, "enum": list_choices(spec)}} if inner is not made else made
        if inner is made:
            made["enum"] = list_choices(spec)
    elif spec.items is not None and made.get("type") == "array":
        made["items"] = _item(spec.items)
    if spec.format in _FORMATS and made.get("type") == "string":
        made["format"] = _FORMATS[spec.format]
    for word, value in (
        ("minLength", spec.min_length),
        ("maxLength", spec.max_length),
        ("minimum", spec.minimum),
        ("maximum", spec.maximum),
        ("pattern", f"^(?:{spec.pattern})$" if spec.pattern and made.get("type") == "string" else None),
    ):
        if value is not None:
            made[word] = value
    if spec.default is not ABSENT and spec.default is not None and action.applies_defaults:
        made["default"] = _plain(spec.default, spec)
    if spec.example is not ABSENT and spec.example is not None and (shown := _plain(spec.example, spec)) is not None:
        made["examples"] = [shown]
    return made


def find_response_schema(action: ActionSpec) -> Mapping[str, Any] | None:
    """The JSON Schema of the operation's answer as it was published; None where there is none."""
    operation = find_operation(action.method, action.path) if action.path else None
    if operation is None:
        return None
    schemas = [operation.responses[str(status)] for status in operation.success_statuses]
    return next((schema for schema in schemas if schema is not None), None)


def build_output_schema(action: ActionSpec) -> dict[str, Any] | None:
    """The JSON Schema of a result's `data`, from the facts of the operation; None where they publish none.

    A list comes whole, so its paging words are left out. Nothing is required and further keys are allowed: Zoom adds
    fields without notice.
    """
    found = find_response_schema(action)
    if found is None:
        return None
    made: dict[str, Any] = _open(found)
    if action.pages is not None:
        made["properties"] = {name: part for name, part in made["properties"].items() if name not in _PAGING}
    return made


_PAGING = frozenset({"next_page_token", "page_count", "page_number", "page_size", "total_records"})


def _required(spec: Input, action: ActionSpec) -> bool:
    defaulted = spec.default is not ABSENT and action.applies_defaults
    return not defaulted and (spec.required or (spec.target or "").startswith("path."))


def _description(spec: Input) -> str:
    told = [spec.comments or ""]
    if spec.model is not None and any(value.lower() != label.lower() for value, label in spec.model.items()):
        told.append(f"Choices: {', '.join(f'{value} = {label}' for value, label in spec.model.items())}.")
    if spec.depends_on:
        told.append(f"Only along with {spec.depends_on}.")
    if spec.conflicts_with:
        told.append(f"Not together with {spec.conflicts_with}.")
    if spec.warning:
        told.append(spec.warning)
    return " ".join(part.strip() for part in told if part)


def list_choices(spec: Input) -> list[Any]:
    """The closed list in the type that is sent."""
    found = []
    for value in spec.model or ():
        plain = _plain(value, spec)
        found.append(plain[0] if isinstance(plain, list) and plain else plain)
    return found


def _item(each: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"type": each.get("sends") or "string"}
    for word in ("minimum", "maximum", "pattern"):
        if each.get(word) is not None:
            made[word] = each[word]
    if each.get("model"):
        made["enum"] = [int(value) if made["type"] == "integer" else value for value in each["model"]]
    return made


def _plain(value: Any, spec: Input) -> Any:
    """A default or an example as it is given in JSON; None where it is prose."""
    try:
        found = coerce(value, spec)
    except InvalidValue:
        return None
    if any(find_violations(found, spec)):
        return None  # the documents have a few examples that Zoom itself refuses
    if spec.wire_type == "commas":
        whole = (spec.items or {}).get("sends") == "integer"
        return [int(part) if whole else part for part in found.split(",")]
    return dict(found) if spec.wire_type == "pairs" else found


def _open(schema: Any) -> Any:
    """A schema that requires nothing and forbids nothing, at every depth."""
    if isinstance(schema, list):
        return [_open(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    made = {}
    for word, part in schema.items():
        if word == "properties":
            made[word] = {name: _open(each) for name, each in part.items()}
        elif word not in ("required", "additionalProperties", "enum", "pattern", "format", "minLength", "maxLength"):
            made[word] = _open(part) if word in ("items", "anyOf", "allOf", "oneOf") else part
    return made
