"""Find the nodes of a JSON Schema that a path leads to, and the names that are valid there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["find_nodes", "iter_alternatives", "list_child_names"]

Schema = Mapping[str, Any]


def iter_alternatives(schema: Any) -> Iterator[Schema]:
    """Yield the schema, or each of its `anyOf` alternatives. Yield {}, which allows anything, for a non-object."""
    if not isinstance(schema, Mapping):
        yield {}
    elif alternatives := schema.get("anyOf"):
        rest = {keyword: part for keyword, part in schema.items() if keyword != "anyOf"}
        for alternative in alternatives:
            yield from iter_alternatives({**rest, **alternative})
    else:
        yield schema


def find_nodes(schema: Any, path: Sequence[str]) -> Iterator[Schema]:
    """Yield the nodes at a path; `*` and numbers enter lists. Yield {} where the schema allows anything."""
    for node in iter_alternatives(schema):
        if not path:
            yield node
        elif "items" in node or node.get("type") == "array":
            if path[0] == "*" or path[0].isdigit():
                yield from find_nodes(node.get("items"), path[1:])
        elif fields := node.get("properties"):
            if path[0] in fields:
                yield from find_nodes(fields[path[0]], path[1:])
        elif node.get("type") in (None, "object"):
            yield {}


def list_child_names(schema: Any, path: Sequence[str]) -> Iterator[str]:
    """Yield the names that may follow a path: the fields of an object, `*` for a list."""
    for node in find_nodes(schema, path):
        if "items" in node or node.get("type") == "array":
            yield "*"
        yield from node.get("properties") or {}
