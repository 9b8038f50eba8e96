"""The first file of a new action: what the facts tell of its operation, for a person to go on from. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from zoom_facts import Operation

__all__ = ["KEY_PATTERN", "draft_action"]

KEY_PATTERN = re.compile(r"[a-z][A-Za-z0-9]*\Z")
_EFFECTS = {"GET": "read", "POST": "create", "PUT": "update", "PATCH": "update", "DELETE": "delete"}
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 _./-]*\Z")
_WORDS = frozenset({"true", "false", "null"})
_SENDABLE = {
    "path": re.compile(r"[^.\s]+\Z"),
    "query": re.compile(r"[^.\s]+\Z"),
    "body": re.compile(r"[A-Za-z0-9_]+\Z"),
}
_WIDTH = 118
_SAMPLES: Mapping[str, Any] = {"integer": 1, "number": 1, "boolean": False}

Keys = dict[str, Any]


def draft_action(key: str, method: str, path: str, operation: Operation | None = None) -> str:
    """A YAML file for `key` that passes the check as it is. `operation` is the one at `method` and `path`, if known.

    The example calls the action with its required inputs alone.
    """
    inputs = _draft_inputs(path, operation)
    pages = operation.pagination if operation and (operation.pagination or {}).get("items_field") else None
    lines = [
        "# yaml-language-server: $schema=../../spec/action.schema.json",
        f"key: {key}",
        f"label: {_to_title(key)}",
        f"description: {_to_title(key).capitalize()}",
        f"effect: {_EFFECTS[method]}",
        *([f"operation: {operation.id}"] if operation else []),
        f"request: {_format_flow({'method': method, 'path': path})}",
    ]
    if inputs:
        lines += ["inputs:", *(line for name, words in inputs.items() for line in _format_input(name, words))]
    if pages:
        lines.append(f"pages: {_format_flow({'items': pages['items_field']})}")
    lines += ["examples:", *_format_example(method, path, inputs, pages)]
    return "\n".join(lines) + "\n"


def _draft_inputs(path: str, operation: Operation | None) -> dict[str, Keys]:
    """The inputs of the operation: its path, its query but for paging, the first level of its body."""
    found: dict[str, Keys] = {}
    samples = {part["name"]: part for part in (operation.path_params if operation else ())}
    for name in _PLACEHOLDER.findall(path):
        sample = _pick_sample(samples.get(name, {}), f"{_to_title(_to_camel_case(name)).replace(' ', '-').lower()}-1")
        _add_input(found, name, "path", {"required": True, "example": str(sample)})
    if operation is None:
        return found
    for parameter in operation.query:
        if not _is_paging_parameter(parameter["name"], operation) and not parameter.get("deprecated"):
            _add_input(found, parameter["name"], "query", _draft_keys(parameter, bool(parameter.get("required"))))
    body = operation.body or {}
    for name, schema in body.get("properties", {}).items():
        if not schema.get("deprecated"):
            _add_input(found, name, "body", _draft_keys(schema, name in body.get("required", ())))
    return found


def _is_paging_parameter(name: str, operation: Operation) -> bool:
    known = operation.pagination or {}
    return name in (known.get("token_param"), known.get("page_number_param"), known.get("page_size_param"))


def _add_input(found: dict[str, Keys], name: str, place: str, words: Keys) -> None:
    """Under the name's own key, or with its place behind it where that is taken. What `send` cannot say is left out."""
    if not _SENDABLE[place].match(name):
        return
    key = _to_camel_case(name)
    if key in found:
        key = f"{key}{place.capitalize()}"
    if key not in found:
        send = place if key == name else f"{place}.{name}"
        found[key] = {"label": _to_title(key), "type": "string", **words, "send": send}


def _draft_keys(schema: Mapping[str, Any], required: bool) -> Keys:
    words: Keys = {"required": True} if required else {}
    kind = _schema_type(schema)
    if kind == "boolean":
        words["type"] = "boolean"
    elif kind in ("integer", "number"):
        words["sends"] = kind
    elif kind == "array" and _schema_type(schema.get("items") or {}) in ("string", ""):
        words["collection"] = "valuelist"
    elif kind in ("array", "object"):
        words |= {"type": "code", "language": "json"}
    if schema.get("enum") and kind in ("string", "integer", ""):
        labels = schema.get("x-enum-labels") or []
        choices = [str(choice) for choice in schema["enum"] if choice is not None]
        named = labels if len(labels) == len(choices) else [_to_title(choice) or choice for choice in choices]
        words["model"] = dict(zip(choices, map(str, named), strict=True))
    if required:
        words["example"] = _to_input_text(_pick_sample(schema, _sample_of_type(schema)))
    return words


def _schema_type(schema: Mapping[str, Any]) -> str:
    kinds = schema.get("type")
    named = [kinds] if isinstance(kinds, str) else [kind for kind in kinds or [] if kind != "null"]
    return str(named[0]) if named else ""


def _pick_sample(schema: Mapping[str, Any], otherwise: Any) -> Any:
    for word in ("examples", "enum"):
        for value in schema.get(word) or ():
            if value not in (None, "", []):
                return value
    return otherwise


def _sample_of_type(schema: Mapping[str, Any]) -> Any:
    """A small value that a schema takes where the facts have no example."""
    kind = _schema_type(schema)
    if kind == "object":
        inner = {name: schema.get("properties", {}).get(name, {}) for name in schema.get("required", ())}
        return {name: _pick_sample(part, _sample_of_type(part)) for name, part in inner.items()}
    if kind == "array":
        items = schema.get("items") or {}
        return [_pick_sample(items, _sample_of_type(items))]
    return _SAMPLES.get(kind, "text")


def _to_input_text(value: Any) -> Any:
    """As a person types it: scalars as text, the rest as JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _format_example(
    method: str, path: str, inputs: Mapping[str, Keys], pages: Mapping[str, Any] | None
) -> Iterator[str]:
    given = {key: words["example"] for key, words in inputs.items() if words.get("required")}
    sends: Keys = {"method": method, "path": _fill_path(path, inputs, given)}
    query = {
        _api_name(key, inputs): _to_wire_value(inputs[key], value)
        for key, value in given.items()
        if _is_sent_in(inputs[key], "query")
    }
    body = {
        _api_name(key, inputs): _to_wire_value(inputs[key], value)
        for key, value in given.items()
        if _is_sent_in(inputs[key], "body")
    }
    if pages:
        query[pages.get("page_size_param") or "page_size"] = pages.get("page_size_max") or 300
    if query:
        sends["query"] = {name: _to_query_text(value) for name, value in query.items()}
    if body or method in ("POST", "PUT", "PATCH"):
        sends["body"] = body
    yield f"  - inputs: {_format_flow(given)}"
    yield f"    sends: {_format_flow(sends)}"


def _fill_path(path: str, inputs: Mapping[str, Keys], given: Mapping[str, Any]) -> str:
    values = {_api_name(key, inputs): str(value) for key, value in given.items() if _is_sent_in(inputs[key], "path")}
    return _PLACEHOLDER.sub(lambda found: quote(values[found.group(1)], safe="-._~:@!$'()*,;"), path)


def _is_sent_in(words: Keys, place: str) -> bool:
    return str(words["send"]).partition(".")[0] == place


def _api_name(key: str, inputs: Mapping[str, Keys]) -> str:
    return str(inputs[key]["send"]).partition(".")[2] or key


def _to_wire_value(words: Keys, value: Any) -> Any:
    if words["type"] == "boolean":
        return value == "true"
    if "sends" in words:
        return json.loads(value)
    return value


def _to_query_text(value: Any) -> str | list[str]:
    return [str(item) for item in value] if isinstance(value, list) else str(value)


def _format_input(name: str, words: Keys) -> Iterator[str]:
    line = f"  {name}: {_format_flow(words)}"
    if len(line) <= _WIDTH:
        yield line
        return
    yield f"  {name}:"
    for word, value in words.items():
        yield f"    {word}: {_format_flow(value)}"


def _format_flow(value: Any) -> str:
    """A value in YAML's flow style; text in quotes unless it cannot be read as anything else."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_format_flow(name)}: {_format_flow(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_format_flow, value)) + "]"
    if isinstance(value, str) and _PLAIN.match(value) and value.lower() not in _WORDS and value == value.strip():
        return value
    return json.dumps(value, ensure_ascii=False)


def _to_camel_case(name: str) -> str:
    """`next_page_token` as nextPageToken: what the language takes for a key."""
    parts = [part for part in re.split(r"[^A-Za-z0-9]+", name) if part]
    joined = "".join([part if at == 0 else part[:1].upper() + part[1:] for at, part in enumerate(parts)])
    return joined[:1].lower() + joined[1:] if joined[:1].isalpha() else f"input{joined}"


def _to_title(key: str) -> str:
    """`getPastMeeting` as Get Past Meeting."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", key)
    return " ".join(part[:1].upper() + part[1:] for part in parts)
