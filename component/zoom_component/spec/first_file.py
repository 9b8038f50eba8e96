"""The first file of a new action: what the facts tell of its operation, for a person to go on from. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from zoom_facts import Operation

__all__ = ["KEY", "first_file"]

KEY = re.compile(r"[a-z][A-Za-z0-9]*\Z")
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

Words = dict[str, Any]


def first_file(key: str, method: str, path: str, operation: Operation | None = None) -> str:
    """A YAML file for `key` that passes the check as it is. `operation` is the one at `method` and `path`, if known.

    The example calls the action with its required inputs alone.
    """
    inputs = _inputs(path, operation)
    pages = operation.pagination if operation and (operation.pagination or {}).get("items_field") else None
    lines = [
        "# yaml-language-server: $schema=../../spec/action.schema.json",
        f"key: {key}",
        f"label: {_title(key)}",
        f"description: {_title(key).capitalize()}",
        f"effect: {_EFFECTS[method]}",
        *([f"operation: {operation.id}"] if operation else []),
        f"request: {_flow({'method': method, 'path': path})}",
    ]
    if inputs:
        lines += ["inputs:", *(line for name, words in inputs.items() for line in _input(name, words))]
    if pages:
        lines.append(f"pages: {_flow({'items': pages['items_field']})}")
    lines += ["examples:", *_example(method, path, inputs, pages)]
    return "\n".join(lines) + "\n"


def _inputs(path: str, operation: Operation | None) -> dict[str, Words]:
    """The inputs of the operation: its path, its query but for paging, the first level of its body."""
    found: dict[str, Words] = {}
    samples = {part["name"]: part for part in (operation.path_params if operation else ())}
    for name in _PLACEHOLDER.findall(path):
        sample = _sample(samples.get(name, {}), f"{_title(_camel(name)).replace(' ', '-').lower()}-1")
        _add(found, name, "path", {"required": True, "example": str(sample)})
    if operation is None:
        return found
    for parameter in operation.query:
        if not _pages_by(parameter["name"], operation) and not parameter.get("deprecated"):
            _add(found, parameter["name"], "query", _words(parameter, bool(parameter.get("required"))))
    body = operation.body or {}
    for name, schema in body.get("properties", {}).items():
        if not schema.get("deprecated"):
            _add(found, name, "body", _words(schema, name in body.get("required", ())))
    return found


def _pages_by(name: str, operation: Operation) -> bool:
    known = operation.pagination or {}
    return name in (known.get("token_param"), known.get("page_number_param"), known.get("page_size_param"))


def _add(found: dict[str, Words], name: str, place: str, words: Words) -> None:
    """Under the name's own key, or with its place behind it where that is taken. What `send` cannot say is left out."""
    if not _SENDABLE[place].match(name):
        return
    key = _camel(name)
    if key in found:
        key = f"{key}{place.capitalize()}"
    if key not in found:
        send = place if key == name else f"{place}.{name}"
        found[key] = {"label": _title(key), "type": "string", **words, "send": send}


def _words(schema: Mapping[str, Any], required: bool) -> Words:
    words: Words = {"required": True} if required else {}
    kind = _kind(schema)
    if kind == "boolean":
        words["type"] = "boolean"
    elif kind in ("integer", "number"):
        words["sends"] = kind
    elif kind == "array" and _kind(schema.get("items") or {}) in ("string", ""):
        words["collection"] = "valuelist"
    elif kind in ("array", "object"):
        words |= {"type": "code", "language": "json"}
    if schema.get("enum") and kind in ("string", "integer", ""):
        labels = schema.get("x-enum-labels") or []
        choices = [str(choice) for choice in schema["enum"] if choice is not None]
        named = labels if len(labels) == len(choices) else [_title(choice) or choice for choice in choices]
        words["model"] = dict(zip(choices, map(str, named), strict=True))
    if required:
        words["example"] = _typed(_sample(schema, _of_kind(schema)))
    return words


def _kind(schema: Mapping[str, Any]) -> str:
    kinds = schema.get("type")
    named = [kinds] if isinstance(kinds, str) else [kind for kind in kinds or [] if kind != "null"]
    return str(named[0]) if named else ""


def _sample(schema: Mapping[str, Any], otherwise: Any) -> Any:
    for word in ("examples", "enum"):
        for value in schema.get(word) or ():
            if value not in (None, "", []):
                return value
    return otherwise


def _of_kind(schema: Mapping[str, Any]) -> Any:
    """A small value that a schema takes where the facts have no example."""
    kind = _kind(schema)
    if kind == "object":
        inner = {name: schema.get("properties", {}).get(name, {}) for name in schema.get("required", ())}
        return {name: _sample(part, _of_kind(part)) for name, part in inner.items()}
    if kind == "array":
        items = schema.get("items") or {}
        return [_sample(items, _of_kind(items))]
    return _SAMPLES.get(kind, "text")


def _typed(value: Any) -> Any:
    """As a person types it: scalars as text, the rest as JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _example(method: str, path: str, inputs: Mapping[str, Words], pages: Mapping[str, Any] | None) -> Iterator[str]:
    given = {key: words["example"] for key, words in inputs.items() if words.get("required")}
    sends: Words = {"method": method, "path": _filled(path, inputs, given)}
    query = {_name(key, inputs): _wire(inputs[key], value) for key, value in given.items() if _at(inputs[key], "query")}
    body = {_name(key, inputs): _wire(inputs[key], value) for key, value in given.items() if _at(inputs[key], "body")}
    if pages:
        query[pages.get("page_size_param") or "page_size"] = pages.get("page_size_max") or 300
    if query:
        sends["query"] = {name: _texts(value) for name, value in query.items()}
    if body or method in ("POST", "PUT", "PATCH"):
        sends["body"] = body
    yield f"  - inputs: {_flow(given)}"
    yield f"    sends: {_flow(sends)}"


def _filled(path: str, inputs: Mapping[str, Words], given: Mapping[str, Any]) -> str:
    values = {_name(key, inputs): str(value) for key, value in given.items() if _at(inputs[key], "path")}
    return _PLACEHOLDER.sub(lambda found: quote(values[found.group(1)], safe="-._~:@!$'()*,;"), path)


def _at(words: Words, place: str) -> bool:
    return str(words["send"]).partition(".")[0] == place


def _name(key: str, inputs: Mapping[str, Words]) -> str:
    return str(inputs[key]["send"]).partition(".")[2] or key


def _wire(words: Words, value: Any) -> Any:
    if words["type"] == "boolean":
        return value == "true"
    if "sends" in words:
        return json.loads(value)
    return value


def _texts(value: Any) -> str | list[str]:
    return [str(item) for item in value] if isinstance(value, list) else str(value)


def _input(name: str, words: Words) -> Iterator[str]:
    line = f"  {name}: {_flow(words)}"
    if len(line) <= _WIDTH:
        yield line
        return
    yield f"  {name}:"
    for word, value in words.items():
        yield f"    {word}: {_flow(value)}"


def _flow(value: Any) -> str:
    """A value in YAML's flow style; text in quotes unless it cannot be read as anything else."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_flow(name)}: {_flow(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str) and _PLAIN.match(value) and value.lower() not in _WORDS and value == value.strip():
        return value
    return json.dumps(value, ensure_ascii=False)


def _camel(name: str) -> str:
    """`next_page_token` as nextPageToken: what the language takes for a key."""
    parts = [part for part in re.split(r"[^A-Za-z0-9]+", name) if part]
    joined = "".join([part if at == 0 else part[:1].upper() + part[1:] for at, part in enumerate(parts)])
    return joined[:1].lower() + joined[1:] if joined[:1].isalpha() else f"input{joined}"


def _title(key: str) -> str:
    """`getPastMeeting` as Get Past Meeting."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", key)
    return " ".join(part[:1].upper() + part[1:] for part in parts)
