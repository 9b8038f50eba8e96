"""Where paths lead in a schema: to which nodes, and what stands beside a name that is not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["find_nodes", "iter_alternatives", "list_child_names"]

Schema = Mapping[str, Any]


def iter_alternatives(schema: Any) -> Iterator[Schema]:
    """The schema; each alternative by itself where it has several. One that is no object allows anything."""
    if not isinstance(schema, Mapping):
        yield {}
    elif options := schema.get("anyOf"):
        rest = {word: part for word, part in schema.items() if word != "anyOf"}
        for option in options:
            yield from iter_alternatives({**rest, **option})
    else:
        yield schema


def find_nodes(schema: Any, path: Sequence[str]) -> Iterator[Schema]:
    """The nodes at a path; `*` and numbers go into lists. Nothing where it leads nowhere, {} where anything may be."""
    for way in iter_alternatives(schema):
        if not path:
            yield way
        elif "items" in way or way.get("type") == "array":
            if path[0] == "*" or path[0].isdigit():
                yield from find_nodes(way.get("items"), path[1:])
        elif known := way.get("properties"):
            if path[0] in known:
                yield from find_nodes(known[path[0]], path[1:])
        elif way.get("type") in (None, "object"):
            yield {}


def list_child_names(schema: Any, path: Sequence[str]) -> Iterator[str]:
    """What may stand below a path: the names of an object, * for a list."""
    for node in find_nodes(schema, path):
        if "items" in node or node.get("type") == "array":
            yield "*"
        yield from node.get("properties") or {}
