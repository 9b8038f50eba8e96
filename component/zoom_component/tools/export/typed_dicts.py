"""JSON Schemas as TypedDicts: the text of the classes that a .pyi file holds. Pure."""

from __future__ import annotations

import json
import keyword
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from zoom_component.events.types.lookup import to_type_name
from zoom_component.events.webhook.schema_paths import iter_alternatives

__all__ = ["TypedDictBuilder", "format_literal", "object_fields"]

_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def _inner(name: str, key: str) -> str:
    return name + to_type_name(key)


class TypedDictBuilder:
    """The classes that schemas come to, the innermost first; alike objects share one.

    `taken` are names that are not free, and `inner` names what lies under a field of an object.
    """

    def __init__(self, *taken: str, inner: Callable[[str, str], str] = _inner) -> None:
        self.blocks: list[list[str]] = []
        self._names: dict[str, str] = {}
        self._taken = set(taken)
        self._inner = inner

    def type_of(self, schema: Any, name: str, key: str = "") -> str:
        """A schema as a type; what it consists of is written before."""
        found = dict.fromkeys(kind for way in iter_alternatives(schema) for kind in self._kinds(way, name, key))
        return "Any" if "Any" in found or not found else " | ".join(found)

    def _kinds(self, schema: Mapping[str, Any], name: str, key: str) -> Iterator[str]:
        kind = schema.get("type")
        for each in kind if isinstance(kind, list) else [kind]:
            if each == "object" or (each is None and object_fields(schema)):
                yield self._object(schema, name) if object_fields(schema) else "dict[str, Any]"
            elif each == "array":
                yield f"list[{self.type_of(schema.get('items'), name)}]"
            elif schema.get("enum") and each in ("string", "integer", None):
                yield f"Literal[{', '.join(format_literal(value) for value in schema['enum'])}]"
            elif key == "id" and each in ("string", "integer"):
                yield from ("int", "str")  # Zoom writes one and the same id as either
            else:
                yield _PLAIN.get(str(each), "Any")

    def _object(self, schema: Mapping[str, Any], name: str) -> str:
        required = schema.get("required", ())
        found = {}
        for key, part in object_fields(schema).items():
            kind = self.type_of(part, self._inner(name, key), key)
            found[key] = kind if key in required else f"NotRequired[{kind}]"
        text = json.dumps(found)
        if text not in self._names:
            while name in self._taken:
                name += "_"
            self._names[text] = name
            self._taken.add(name)
            self.blocks.append(_typed_dict(name, found))
        return self._names[text]


def _typed_dict(name: str, kinds: Mapping[str, str]) -> list[str]:
    if all(key.isidentifier() and not keyword.iskeyword(key) for key in kinds):
        return [f"class {name}(TypedDict):", *(f"    {key}: {kind}" for key, kind in kinds.items())]
    inner = [f"        {json.dumps(key)}: {kind}," for key, kind in kinds.items()]
    return [f"{name} = TypedDict(", f'    "{name}",', "    {", *inner, "    },", ")"]


def object_fields(schema: Any) -> Mapping[str, Any]:
    """The fields of an object; `false` stands for one that must not be."""
    known = schema.get("properties") if isinstance(schema, Mapping) else None
    return {key: part for key, part in (known or {}).items() if isinstance(part, Mapping)}


def format_literal(value: Any) -> str:
    """A value as Python writes it."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
