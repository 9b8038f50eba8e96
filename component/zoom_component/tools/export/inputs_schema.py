"""Describe the inputs and the result of an action as JSON Schemas, for forms, tools and interfaces.

A schema describes the native form of each input. A run accepts more: it converts text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoom_component.client.request.constraints import find_violations
from zoom_component.client.request.values import InvalidValue, coerce
from zoom_component.spec.spec import ABSENT, EFFECTS_WITH_DEFAULTS, ActionSpec, Input
from zoom_facts import find_operation

__all__ = ["DIALECT", "build_inputs_schema", "build_output_schema", "find_response_schema", "list_choices"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# The schema of each wire type. Comma-separated values are given as a list.
_SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "object": {"type": "object"},
    "array": {"type": "array", "items": {}},
    "stringArray": {"type": "array", "items": {"type": "string"}},
    "commaSeparated": {"type": "array", "items": {"type": "string"}},
    "keyValueObject": {"type": "object"},
    "json": {},
    "any": {},
}
_FORMATS = {"email": "email", "date": "date", "url": "uri"}


def build_inputs_schema(action: ActionSpec, *, rules: bool = True) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of an action's inputs: one object without further keys.

    `rules` adds which inputs depend on each other, and which conflict. Tools for models leave this out, because most
    models only support `properties`.
    """
    inputs = {key: spec for key, spec in action.inputs.items() if spec.type != "connection"}
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {key: build_input_schema(spec, action) for key, spec in inputs.items()},
        "additionalProperties": False,
    }
    if required := [key for key, spec in inputs.items() if _is_required(spec, action)]:
        schema["required"] = required
    if rules:
        dependencies = {key: [spec.depends_on] for key, spec in inputs.items() if spec.depends_on}
        conflicts = [
            {"not": {"required": [key, spec.conflicts_with]}} for key, spec in inputs.items() if spec.conflicts_with
        ]
        schema |= {"dependentRequired": dependencies} if dependencies else {}
        schema |= {"allOf": conflicts} if conflicts else {}
    return schema


def build_input_schema(spec: Input, action: ActionSpec) -> dict[str, Any]:
    """Return the schema of one input."""
    schema: dict[str, Any] = {**_SCHEMAS[spec.wire_type], "title": spec.label}
    if description := _describe_input(spec):
        schema["description"] = description
    if spec.model is not None:
        inner = schema["items"] if schema.get("type") == "array" else schema
        schema = {**schema, "items": {**inner, "enum": list_choices(spec)}} if inner is not schema else schema
        if inner is schema:
            schema["enum"] = list_choices(spec)
    elif spec.items is not None and schema.get("type") == "array":
        schema["items"] = _item_schema(spec.items)
    if spec.format in _FORMATS and schema.get("type") == "string":
        schema["format"] = _FORMATS[spec.format]
    for keyword, value in (
        ("minLength", spec.min_length),
        ("maxLength", spec.max_length),
        ("minimum", spec.minimum),
        ("maximum", spec.maximum),
        ("pattern", f"^(?:{spec.pattern})$" if spec.pattern and schema.get("type") == "string" else None),
    ):
        if value is not None:
            schema[keyword] = value
    if spec.default is not ABSENT and spec.default is not None and action.effect in EFFECTS_WITH_DEFAULTS:
        schema["default"] = _to_native(spec.default, spec)
    if (
        spec.example is not ABSENT
        and spec.example is not None
        and (example := _to_native(spec.example, spec)) is not None
    ):
        schema["examples"] = [example]
    return schema


def find_response_schema(action: ActionSpec) -> Mapping[str, Any] | None:
    """Return the published JSON Schema of the operation's response; None if there is none."""
    operation = find_operation(action.method, action.path) if action.path else None
    if operation is None:
        return None
    schemas = [operation.responses[str(status)] for status in operation.success_statuses]
    return next((schema for schema in schemas if schema is not None), None)


def build_output_schema(action: ActionSpec) -> dict[str, Any] | None:
    """Return the JSON Schema of a result's `data`, from the facts of the operation; None if they have none.

    A list is returned whole, without the paging fields. Nothing is required and further keys are allowed, because
    Zoom adds fields without notice.
    """
    response = find_response_schema(action)
    if response is None:
        return None
    schema: dict[str, Any] = _relax_schema(response)
    if action.pages is not None:
        schema["properties"] = {name: part for name, part in schema["properties"].items() if name not in _PAGING_FIELDS}
    return schema


_PAGING_FIELDS = frozenset({"next_page_token", "page_count", "page_number", "page_size", "total_records"})


def _is_required(spec: Input, action: ActionSpec) -> bool:
    has_default = spec.default is not ABSENT and action.effect in EFFECTS_WITH_DEFAULTS
    return not has_default and (spec.required or (spec.target or "").startswith("path."))


def _describe_input(spec: Input) -> str:
    sentences = [spec.comments or ""]
    if spec.model is not None and any(value.lower() != label.lower() for value, label in spec.model.items()):
        sentences.append(f"Choices: {', '.join(f'{value} = {label}' for value, label in spec.model.items())}.")
    if spec.depends_on:
        sentences.append(f"Only along with {spec.depends_on}.")
    if spec.conflicts_with:
        sentences.append(f"Not together with {spec.conflicts_with}.")
    if spec.warning:
        sentences.append(spec.warning)
    return " ".join(part.strip() for part in sentences if part)


def list_choices(spec: Input) -> list[Any]:
    """Return the allowed values in their wire type."""
    choices = []
    for value in spec.model or ():
        native = _to_native(value, spec)
        choices.append(native[0] if isinstance(native, list) and native else native)
    return choices


def _item_schema(items: Mapping[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": items.get("wireType") or "string"}
    for keyword in ("minimum", "maximum", "pattern"):
        if items.get(keyword) is not None:
            schema[keyword] = items[keyword]
    if items.get("model"):
        schema["enum"] = [int(value) if schema["type"] == "integer" else value for value in items["model"]]
    return schema


def _to_native(value: Any, spec: Input) -> Any:
    """Return a default or an example in its native form; None if it is not a value but prose."""
    try:
        native = coerce(value, spec)
    except InvalidValue:
        return None
    if any(find_violations(native, spec)):
        return None  # the documents have a few examples that Zoom itself refuses
    if spec.wire_type == "commaSeparated":
        has_integers = (spec.items or {}).get("wireType") == "integer"
        return [int(part) if has_integers else part for part in native.split(",")]
    return dict(native) if spec.wire_type == "keyValueObject" else native


def _relax_schema(schema: Any) -> Any:
    """Return a schema that requires nothing and forbids nothing, at every depth."""
    if isinstance(schema, list):
        return [_relax_schema(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    relaxed = {}
    for keyword, part in schema.items():
        if keyword == "properties":
            relaxed[keyword] = {name: _relax_schema(each) for name, each in part.items()}
        elif keyword not in ("required", "additionalProperties", "enum", "pattern", "format", "minLength", "maxLength"):
            relaxed[keyword] = _relax_schema(part) if keyword in ("items", "anyOf", "allOf", "oneOf") else part
    return relaxed
