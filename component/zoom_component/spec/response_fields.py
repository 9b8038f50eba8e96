"""Look up fields in the response schemas of an operation, through every level of alternatives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zoom_facts import Operation

__all__ = ["field_schemas", "find_unknown_field", "success_schemas"]

Schema = Mapping[str, Any]


def success_schemas(operation: Operation) -> list[Schema]:
    """Return the schemas of the successful responses of an operation."""
    return [operation.responses[str(status)] or {} for status in operation.success_statuses]


def field_schemas(schemas: Iterable[Schema], name: str) -> Iterator[Schema]:
    """Yield the schemas of a field; of its items if the field is a list."""
    for schema in schemas:
        if (field := schema.get("properties", {}).get(name)) is not None:
            yield field.get("items", field)
        yield from field_schemas(_list_alternatives(schema), name)


def find_unknown_field(schemas: Iterable[Schema], name: str) -> tuple[str, list[str]] | None:
    """Return the first part of a dotted name that the schemas do not have, with the fields that they have there.

    Return None if they have all parts.
    """
    here = list(schemas)
    for step in name.split("."):
        known = sorted({field for schema in here for field in _list_fields(schema)})
        if known and step not in known:
            return step, known
        here = list(field_schemas(here, step))
    return None


def _list_fields(schema: Schema) -> Iterator[str]:
    yield from schema.get("properties", {})
    for part in _list_alternatives(schema):
        yield from _list_fields(part)


def _list_alternatives(schema: Schema) -> list[Schema]:
    return [part for keyword in ("allOf", "anyOf", "oneOf") for part in schema.get(keyword, ())]
