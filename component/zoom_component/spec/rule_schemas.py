"""Check the JSON Schema of a rule, list the inputs in it, and rename them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zoom_component.json_schema import find_compile_error, find_schema_errors
from zoom_component.spec.diagnostics import quote, suggest
from zoom_component.spec.document import Pointer
from zoom_component.spec.schema_risks import find_schema_risks

__all__ = ["find_input_names", "find_schema_problems", "rename_inputs"]

_INVALID = "not a JSON Schema"
_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
_ALTERNATIVES = ("allOf", "anyOf", "oneOf")
_CONDITIONS = ("if", "then", "else", "not")
_BY_NAME = ("properties", "dependentRequired", "dependentSchemas")


def find_schema_problems(schema: Any) -> Iterator[tuple[Pointer, str]]:
    """Yield the pointer and the message of each problem that keeps `schema` from being a JSON Schema that is used.

    A valid schema is refused if a pattern may take too long, or a reference leaves the schema or multiplies it.
    """
    is_valid = True
    for path, message, value in find_schema_errors(schema):
        is_valid = False
        if path[-1:] == ("type",):
            yield path, f"{_INVALID}: unknown type {quote(str(value))}; {suggest(str(value), _TYPES)}"
        else:
            yield path, f"{_INVALID}: {message}"
    for path, message in find_schema_risks(schema) if is_valid else ():
        is_valid = False
        yield path, message
    if is_valid and (message := find_compile_error(schema)):
        yield (), f"{_INVALID}: {message}"


def find_input_names(schema: Any, path: Pointer = ()) -> Iterator[tuple[Pointer, str]]:
    """Yield each input in the schema of a rule, with its pointer. Inputs are only at the top level of objects."""
    if not isinstance(schema, Mapping):
        return
    for keyword in _BY_NAME:
        for name in schema.get(keyword, {}):
            yield (*path, keyword, name), name
    for at, name in enumerate(schema.get("required", [])):
        yield (*path, "required", at), name
    for keyword in _ALTERNATIVES:
        for at, part in enumerate(schema.get(keyword, [])):
            yield from find_input_names(part, (*path, keyword, at))
    for keyword in _CONDITIONS:
        yield from find_input_names(schema.get(keyword), (*path, keyword))


def rename_inputs(schema: Any, names: Mapping[str, str]) -> Any:
    """Return the schema of a rule with other names for its inputs."""
    if not isinstance(schema, Mapping):
        return schema
    renamed = dict(schema)
    for keyword in set(renamed) & {*_BY_NAME, "required", *_ALTERNATIVES, *_CONDITIONS}:
        part = renamed[keyword]
        if keyword in _BY_NAME:
            inner = {name: _rename_part(keyword, each, names) for name, each in part.items()}
            renamed[keyword] = {names.get(name, name): each for name, each in inner.items()}
        elif keyword == "required":
            renamed[keyword] = [names.get(name, name) for name in part]
        elif keyword in _ALTERNATIVES:
            renamed[keyword] = [rename_inputs(each, names) for each in part]
        else:
            renamed[keyword] = rename_inputs(part, names)
    return renamed


def _rename_part(keyword: str, part: Any, names: Mapping[str, str]) -> Any:
    """Return the value under an input's name: its own schema, the names of others, or a schema of all inputs."""
    if keyword == "dependentRequired":
        return [names.get(name, name) for name in part]
    return rename_inputs(part, names) if keyword == "dependentSchemas" else part
