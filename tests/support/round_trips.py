"""Derive which inputs of an action that writes take what an action that reads returns, from the specs and the facts.

A read and a write of the same resource are a pair. An input of the write takes a field of the read if its `target` in
the body has the path that the field has in Zoom's response. One object that only the request has is left out of the
path, such as `user_info` of createUser.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from zoom_component import Component
from zoom_component.spec.spec import ActionSpec
from zoom_facts import find_operation

Path = tuple[str, ...]
Schema = Mapping[str, Any]
COMPONENT = Component.load()


class CopyPair(NamedTuple):
    """Hold a read, a write, and the fields that can be copied: the path in the response by the key of the input."""

    read: ActionSpec
    write: ActionSpec
    fields: Mapping[str, Path]

    def __str__(self) -> str:
        return f"{self.read.key} to {self.write.key}"

    def copy_inputs(self, item: Any) -> dict[str, Any]:
        """Return the inputs of the write that take the fields of an object; a field that is absent gives none."""
        values = {key: get_field(item, path) for key, path in self.fields.items()}
        return {key: value for key, value in values.items() if value is not None}


@cache
def list_copy_pairs() -> tuple[CopyPair, ...]:
    """Return every pair of a read and a write of the catalogue that have fields in common.

    A single one is a coincidence, such as the duration of a participant and of a meeting.
    """
    actions = [COMPONENT.get_action(row["key"]) for row in COMPONENT.catalogue.listing()]
    actions = [action for action in actions if action.handler == "http"]
    pairs = []
    for write in (action for action in actions if action.effect in ("create", "update")):
        reads = [action for action in actions if action.effect == "read" and action.resource == write.resource]
        known = set().union(*(list_response_fields(read) for read in reads))
        for read in reads:
            fields = dict(_match_fields(write, list_response_fields(read), known))
            if len(fields) > 1:
                pairs.append(CopyPair(read, write, fields))
    return tuple(pairs)


def list_response_fields(read: ActionSpec) -> dict[Path, Schema]:
    """Return the schemas of the fields of an object that a read returns, by path; of an item for a list."""
    operation = find_operation(read.method, read.path)
    assert operation is not None
    schema: Any = operation.responses["200"]
    if read.pages is not None:
        schema = schema["properties"][read.pages.items]["items"]
    return dict(_walk_properties(schema, ()))


def find_request_schema(write: ActionSpec, key: str) -> Schema:
    """Return the schema of the field that an input is sent in."""
    operation = find_operation(write.method, write.path)
    assert operation is not None
    schema: Any = operation.body
    for name in get_target(write, key):
        schema = schema.get("properties", {}).get(name, {})
    return dict(schema)


def get_target(write: ActionSpec, key: str) -> Path:
    """Return the path of an input in the body, () for an input that is sent elsewhere."""
    where, *path = (write.inputs[key].target or "").split(".")
    return tuple(name for name in path if name != "*") if where == "body" else ()


def get_field(item: Any, path: Path) -> Any:
    """Return the value at a path, None if there is none."""
    for name in path:
        if not isinstance(item, Mapping) or name not in item:
            return None
        item = item[name]
    return item


def _match_fields(write: ActionSpec, fields: Mapping[Path, Schema], known: set[Path]) -> Iterator[tuple[str, Path]]:
    for key in write.inputs:
        path = get_target(write, key)
        if path and path[:1] not in known:
            path = path[1:]
        if path and path in fields:
            yield key, path


def _walk_properties(schema: Any, path: Path) -> Iterator[tuple[Path, Schema]]:
    for name, inner in (schema or {}).get("properties", {}).items():
        yield (*path, name), inner
        yield from _walk_properties(inner, (*path, name))
