"""The JSON Schema of a rule: whether it is one, which inputs it speaks of, and the same under other names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zoom_component import json_schema
from zoom_component.spec.diagnostics import suggest
from zoom_component.spec.yaml12 import Pointer

__all__ = ["find_input_names", "find_schema_problems", "rename_inputs"]

_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
_ALTERNATIVES = ("allOf", "anyOf", "oneOf")
_INSIDE = ("if", "then", "else", "not")
_BY_NAME = ("properties", "dependentRequired", "dependentSchemas")


def find_schema_problems(schema: Any) -> Iterator[tuple[Pointer, str]]:
    """Where a schema is none, and why."""
    is_valid = True
    for path, message, value in json_schema.find_schema_errors(schema):
        is_valid = False
        if path[-1:] == ("type",):
            yield path, f"{value!r} is not a type; {suggest(str(value), _TYPES)}"
        else:
            yield path, message
    if is_valid and (message := json_schema.find_compile_error(schema)):
        yield (), message


def find_input_names(schema: Any, path: Pointer = ()) -> Iterator[tuple[Pointer, str]]:
    """Each input that a rule's schema names, with its place in the schema: only at the top, where inputs are."""
    if not isinstance(schema, Mapping):
        return
    for word in _BY_NAME:
        for name in schema.get(word, {}):
            yield (*path, word, name), name
    for at, name in enumerate(schema.get("required", [])):
        yield (*path, "required", at), name
    for word in _ALTERNATIVES:
        for at, part in enumerate(schema.get(word, [])):
            yield from find_input_names(part, (*path, word, at))
    for word in _INSIDE:
        yield from find_input_names(schema.get(word), (*path, word))


def rename_inputs(schema: Any, names: Mapping[str, str]) -> Any:
    """The schema with other names for the inputs it speaks of."""
    if not isinstance(schema, Mapping):
        return schema
    made = dict(schema)
    for word in set(made) & {*_BY_NAME, "required", *_ALTERNATIVES, *_INSIDE}:
        part = made[word]
        if word in _BY_NAME:
            inner = {name: _rename_part(word, each, names) for name, each in part.items()}
            made[word] = {names.get(name, name): each for name, each in inner.items()}
        elif word == "required":
            made[word] = [names.get(name, name) for name in part]
        else:
            made[word] = (
                [rename_inputs(each, names) for each in part] if word in _ALTERNATIVES else rename_inputs(part, names)
            )
    return made


def _rename_part(word: str, part: Any, names: Mapping[str, str]) -> Any:
    """What stands under the name of an input: its own schema, the names of others, or a schema of all inputs."""
    if word == "dependentRequired":
        return [names.get(name, name) for name in part]
    return rename_inputs(part, names) if word == "dependentSchemas" else part
