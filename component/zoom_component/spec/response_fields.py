"""What the answers of an operation know: the fields of a schema, however it is put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zoom_facts import Operation

__all__ = ["field_schemas", "find_unknown_field", "success_schemas"]

Schema = Mapping[str, Any]


def success_schemas(operation: Operation) -> list[Schema]:
    """The schemas of an operation's successes."""
    return [operation.responses[str(status)] or {} for status in operation.success_statuses]


def field_schemas(schemas: Iterable[Schema], step: str) -> Iterator[Schema]:
    """The schemas of a field; of the items where it is a list."""
    for schema in schemas:
        if (found := schema.get("properties", {}).get(step)) is not None:
            yield found.get("items", found)
        yield from field_schemas(_list_alternatives(schema), step)


def find_unknown_field(schemas: Iterable[Schema], name: str) -> tuple[str, list[str]] | None:
    """The step of a dotted name that the schemas do not know, and the words there; None for a name that they do."""
    here = list(schemas)
    for step in name.split("."):
        known = sorted({word for schema in here for word in _list_fields(schema)})
        if known and step not in known:
            return step, known
        here = list(field_schemas(here, step))
    return None


def _list_fields(schema: Schema) -> Iterator[str]:
    yield from schema.get("properties", {})
    for part in _list_alternatives(schema):
        yield from _list_fields(part)


def _list_alternatives(schema: Schema) -> list[Schema]:
    return [part for word in ("allOf", "anyOf", "oneOf") for part in schema.get(word, ())]
