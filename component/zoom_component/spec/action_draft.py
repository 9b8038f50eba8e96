"""Write a first draft of an action file from the facts of its operation. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from zoom_component.spec.flow_yaml import format_flow
from zoom_component.spec.yaml12 import parse_yaml
from zoom_facts import Operation

__all__ = ["KEY_PATTERN", "draft_action", "draft_json_action"]

KEY_PATTERN = re.compile(r"[a-z][A-Za-z0-9]*\Z")
_EFFECTS = {"GET": "read", "POST": "create", "PUT": "update", "PATCH": "update", "DELETE": "delete"}
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
# The names that a target of each location can have.
_TARGET_NAMES = {
    "path": re.compile(r"[^.\s]+\Z"),
    "query": re.compile(r"[^.\s]+\Z"),
    "body": re.compile(r"[A-Za-z0-9_]+\Z"),
}
_MAX_WIDTH = 118
_SCHEMA = "../../spec/action.schema.json"
_SAMPLES: Mapping[str, Any] = {"integer": 1, "number": 1, "boolean": False}

Fields = dict[str, Any]


def draft_action(key: str, method: str, path: str, operation: Operation | None = None) -> str:
    """Return a YAML file for `key` without problems. `operation` is the one at `method` and `path`, if known.

    The example calls the action with its required inputs only.
    """
    inputs = _draft_inputs(path, operation)
    pages = operation.pagination if operation and (operation.pagination or {}).get("items_field") else None
    lines = [
        f"# yaml-language-server: $schema={_SCHEMA}",
        f"key: {key}",
        f"label: {_to_title(key)}",
        f"description: {_to_title(key).capitalize()}",
        f"effect: {_EFFECTS[method]}",
        *([f"operation: {operation.id}"] if operation else []),
        f"request: {format_flow({'method': method, 'path': path})}",
    ]
    if inputs:
        lines += ["inputs:", *(line for name, fields in inputs.items() for line in _format_input(name, fields))]
    if pages:
        lines.append(f"pages: {format_flow({'items': pages['items_field']})}")
    lines += ["examples:", *_format_example(method, path, inputs, pages)]
    return "\n".join(lines) + "\n"


def draft_json_action(key: str, method: str, path: str, operation: Operation | None = None) -> str:
    """Return the same draft as JSON."""
    draft = parse_yaml(draft_action(key, method, path, operation), key).value
    return json.dumps({"$schema": _SCHEMA, **draft}, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _draft_inputs(path: str, operation: Operation | None) -> dict[str, Fields]:
    """Return inputs for the path, the query without paging, and the first level of the body."""
    inputs: dict[str, Fields] = {}
    samples = {part["name"]: part for part in (operation.path_params if operation else ())}
    for name in _PLACEHOLDER.findall(path):
        sample = _choose_sample(samples.get(name, {}), f"{_to_title(_to_camel_case(name)).replace(' ', '-').lower()}-1")
        _add_input(inputs, name, "path", {"required": True, "example": str(sample)})
    if operation is None:
        return inputs
    for parameter in operation.query:
        if not _is_paging_parameter(parameter["name"], operation) and not parameter.get("deprecated"):
            _add_input(inputs, parameter["name"], "query", _draft_keys(parameter, bool(parameter.get("required"))))
    body = operation.body or {}
    for name, schema in body.get("properties", {}).items():
        if not schema.get("deprecated"):
            _add_input(inputs, name, "body", _draft_keys(schema, name in body.get("required", ())))
    return inputs


def _is_paging_parameter(name: str, operation: Operation) -> bool:
    known = operation.pagination or {}
    return name in {value for key, value in known.items() if key.endswith("_param")}


def _add_input(inputs: dict[str, Fields], name: str, location: str, fields: Fields) -> None:
    """Add an input under the name's own key, or with the location behind it if that is taken.

    Leave out a name that a target cannot have.
    """
    if not _TARGET_NAMES[location].match(name):
        return
    key = _to_camel_case(name)
    if key in inputs:
        key = f"{key}{location.capitalize()}"
    if key not in inputs:
        target = location if key == name else f"{location}.{name}"
        inputs[key] = {"label": _to_title(key), "type": "string", **fields, "target": target}


def _draft_keys(schema: Mapping[str, Any], required: bool) -> Fields:
    fields: Fields = {"required": True} if required else {}
    kind = _schema_type(schema)
    if kind == "boolean":
        fields["type"] = "boolean"
    elif kind in ("integer", "number"):
        fields["wireType"] = kind
    elif kind == "array" and _schema_type(schema.get("items") or {}) in ("string", ""):
        fields["collection"] = "valuelist"
    elif kind in ("array", "object"):
        fields |= {"type": "code", "language": "json"}
    if schema.get("enum") and kind in ("string", "integer", ""):
        labels = schema.get("x-enum-labels") or []
        choices = [str(choice) for choice in schema["enum"] if choice is not None]
        titles = labels if len(labels) == len(choices) else [_to_title(choice) or choice for choice in choices]
        fields["model"] = dict(zip(choices, map(str, titles), strict=True))
    if required:
        fields["example"] = _to_input_text(_choose_sample(schema, _sample_of_type(schema)))
    return fields


def _schema_type(schema: Mapping[str, Any]) -> str:
    types = schema.get("type")
    names = [types] if isinstance(types, str) else [each for each in types or [] if each != "null"]
    return str(names[0]) if names else ""


def _choose_sample(schema: Mapping[str, Any], fallback: Any) -> Any:
    for keyword in ("examples", "enum"):
        for value in schema.get(keyword) or ():
            if value not in (None, "", []):
                return value
    return fallback


def _sample_of_type(schema: Mapping[str, Any]) -> Any:
    """Return a small value that fits a schema, where the facts have no example."""
    kind = _schema_type(schema)
    if kind == "object":
        inner = {name: schema.get("properties", {}).get(name, {}) for name in schema.get("required", ())}
        return {name: _choose_sample(part, _sample_of_type(part)) for name, part in inner.items()}
    if kind == "array":
        items = schema.get("items") or {}
        return [_choose_sample(items, _sample_of_type(items))]
    return _SAMPLES.get(kind, "text")


def _to_input_text(value: Any) -> Any:
    """Return a value as a user types it: a scalar as text, anything else as JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _format_example(
    method: str, path: str, inputs: Mapping[str, Fields], pages: Mapping[str, Any] | None
) -> Iterator[str]:
    values = {key: fields["example"] for key, fields in inputs.items() if fields.get("required")}
    sends: Fields = {"method": method, "path": _fill_path(path, inputs, values)}
    query, body = (
        {
            _api_name(key, inputs): _to_typed_value(inputs[key], value)
            for key, value in values.items()
            if _is_sent_in(inputs[key], location)
        }
        for location in ("query", "body")
    )
    if pages:
        query[pages.get("page_size_param") or "page_size"] = pages.get("page_size_max") or 300
    if query:
        sends["query"] = {name: _to_query_text(value) for name, value in query.items()}
    if body or method in ("POST", "PUT", "PATCH"):
        sends["body"] = body
    yield f"  - inputs: {format_flow(values)}"
    yield f"    sends: {format_flow(sends)}"


def _fill_path(path: str, inputs: Mapping[str, Fields], values: Mapping[str, Any]) -> str:
    texts = {_api_name(key, inputs): str(value) for key, value in values.items() if _is_sent_in(inputs[key], "path")}
    return _PLACEHOLDER.sub(lambda match: quote(texts[match.group(1)], safe="-._~:@!$'()*,;"), path)


def _is_sent_in(fields: Fields, location: str) -> bool:
    return str(fields["target"]).partition(".")[0] == location


def _api_name(key: str, inputs: Mapping[str, Fields]) -> str:
    return str(inputs[key]["target"]).partition(".")[2] or key


def _to_typed_value(fields: Fields, value: Any) -> Any:
    if fields["type"] == "boolean":
        return value == "true"
    return json.loads(value) if "wireType" in fields else value


def _to_query_text(value: Any) -> str | list[str]:
    return [str(item) for item in value] if isinstance(value, list) else str(value)


def _format_input(name: str, fields: Fields) -> Iterator[str]:
    line = f"  {name}: {format_flow(fields)}"
    if len(line) <= _MAX_WIDTH:
        yield line
        return
    yield f"  {name}:"
    for key, value in fields.items():
        yield f"    {key}: {format_flow(value)}"


def _to_camel_case(name: str) -> str:
    """Return an API name as a key: `next_page_token` as nextPageToken."""
    parts = [part for part in re.split(r"[^A-Za-z0-9]+", name) if part]
    joined = "".join([part if at == 0 else part[:1].upper() + part[1:] for at, part in enumerate(parts)])
    return joined[:1].lower() + joined[1:] if joined[:1].isalpha() else f"input{joined}"


def _to_title(key: str) -> str:
    """Return a key as a title: `getPastMeeting` as Get Past Meeting."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", key)
    return " ".join(part[:1].upper() + part[1:] for part in parts)
