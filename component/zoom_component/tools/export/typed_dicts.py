"""Write JSON Schemas as TypedDicts: the classes of a .pyi file. Pure."""

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
    """Build a class for each object of a schema, the innermost first. Equal objects share a class.

    `taken` are names that are not available. `inner` returns the name of the class of a field.
    """

    def __init__(self, *taken: str, inner: Callable[[str, str], str] = _inner) -> None:
        self.blocks: list[list[str]] = []
        self._names: dict[str, str] = {}
        self._taken = set(taken)
        self._inner = inner

    def type_of(self, schema: Any, name: str, key: str = "") -> str:
        """Return the type of a schema. The classes that it uses are in `blocks`."""
        kinds = dict.fromkeys(
            kind for alternative in iter_alternatives(schema) for kind in self._iter_types(alternative, name, key)
        )
        return "Any" if "Any" in kinds or not kinds else " | ".join(kinds)

    def _iter_types(self, schema: Mapping[str, Any], name: str, key: str) -> Iterator[str]:
        kind = schema.get("type")
        for each in kind if isinstance(kind, list) else [kind]:
            if each == "object" or (each is None and object_fields(schema)):
                yield self._object(schema, name) if object_fields(schema) else "dict[str, Any]"
            elif each == "array":
                yield f"list[{self.type_of(schema.get('items'), name)}]"
            elif schema.get("enum") and each in ("string", "integer", None):
                yield f"Literal[{', '.join(format_literal(value) for value in schema['enum'])}]"
            elif key == "id" and each in ("string", "integer"):
                yield from ("int", "str")  # Zoom sends the same ID as either
            else:
                yield _PLAIN.get(str(each), "Any")

    def _object(self, schema: Mapping[str, Any], name: str) -> str:
        required = schema.get("required", ())
        types = {}
        for key, part in object_fields(schema).items():
            kind = self.type_of(part, self._inner(name, key), key)
            types[key] = kind if key in required else f"NotRequired[{kind}]"
        text = json.dumps(types, allow_nan=False)
        if text not in self._names:
            while name in self._taken:
                name += "_"
            self._names[text] = name
            self._taken.add(name)
            self.blocks.append(_format_typed_dict(name, types))
        return self._names[text]


def _format_typed_dict(name: str, kinds: Mapping[str, str]) -> list[str]:
    if all(key.isidentifier() and not keyword.iskeyword(key) for key in kinds):
        return [f"class {name}(TypedDict):", *(f"    {key}: {kind}" for key, kind in kinds.items())]
    inner = [f"        {json.dumps(key, allow_nan=False)}: {kind}," for key, kind in kinds.items()]
    return [f"{name} = TypedDict(", f'    "{name}",', "    {", *inner, "    },", ")"]


def object_fields(schema: Any) -> Mapping[str, Any]:
    """Return the fields of an object, without fields whose schema is `false`."""
    known = schema.get("properties") if isinstance(schema, Mapping) else None
    return {key: part for key, part in (known or {}).items() if isinstance(part, Mapping)}


def format_literal(value: Any) -> str:
    """Return a value as a Python literal."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False) if isinstance(value, str) else repr(value)
