"""The JSON Schema of the manifest, made from the slots of `language.spec`: a word that comes there comes here."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from zoom_component.spec.data_source_spec import DataSourceSpec
from zoom_component.spec.spec import ActionSpec, ConnectionSpec, TriggerSpec
from zoom_component.tools.export.manifest import MANIFEST_FORMAT
from zoom_component.tools.export.schemas import DIALECT

__all__ = ["MANIFEST_SCHEMA_PATH", "build_manifest_schema", "manifest_schema_files"]

MANIFEST_SCHEMA_PATH = "spec/manifest.schema.json"
_PLAIN: Mapping[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
}
# Words that the manifest adds to, or tells otherwise than, the slots.
_ADDED: Mapping[str, dict[str, Any]] = {
    "Input": {"deprecated": {"type": "boolean", "default": False}},
    "Rule": {"schema": {"type": ["object", "boolean"]}},
}


def manifest_schema_files() -> dict[str, str]:
    """The schema's text by its path below the root."""
    return {MANIFEST_SCHEMA_PATH: json.dumps(build_manifest_schema(), ensure_ascii=False, indent=1) + "\n"}


def build_manifest_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of what `manifest` gives."""
    parts: dict[str, Any] = {}
    homes = {
        "actions": _map(ActionSpec, parts),
        "triggers": _map(TriggerSpec, parts),
        "connections": _map(ConnectionSpec, parts),
        "data_sources": _map(DataSourceSpec, parts),
    }
    head = {
        "$schema": {"type": "string"},
        "format": {"const": MANIFEST_FORMAT},
        "version": {"type": "string"},
        "digest": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
        "component": {"type": "object", "required": ["key", "label"], "additionalProperties": {"type": "string"}},
    }
    return {
        "$schema": DIALECT,
        "$id": "manifest.schema.json",
        "title": "The manifest of a component",
        "type": "object",
        "properties": {**head, **homes},
        "required": [*(word for word in head if word != "$schema"), *homes],
        "additionalProperties": False,
        "$defs": {name: parts[name] for name in sorted(parts)},
    }


def _map(kind: type[Any], parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": _of(kind, parts)}


def _of(hint: Any, parts: dict[str, Any]) -> dict[str, Any]:
    """The schema of what a slot with this annotation holds as JSON."""
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    origin, inner = get_origin(hint), [each for each in get_args(hint) if each is not type(None)]
    if origin is Literal:
        return {"enum": inner}
    if origin in (Union, types.UnionType):
        return _of(inner[0], parts) if len(inner) == 1 else {"anyOf": [_of(each, parts) for each in inner]}
    if origin is tuple and inner[-1] is not Ellipsis:
        fixed = [_of(each, parts) for each in inner]
        return {"type": "array", "prefixItems": fixed, "minItems": len(fixed), "maxItems": len(fixed)}
    if origin in (tuple, frozenset, list):
        return {"type": "array", "items": _of(inner[0], parts)}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _of(inner[1], parts)}
    return _slots(hint, parts) if hasattr(hint, "_fields") else {}


def _slots(kind: type[Any], parts: dict[str, Any]) -> dict[str, Any]:
    name = kind.__name__
    if name not in parts:
        parts[name] = {}
        slots: Any = kind
        defaults: Mapping[str, Any] = slots._field_defaults
        words = {word: _of(hint, parts) for word, hint in get_type_hints(kind).items()}
        for word, default in defaults.items():
            if isinstance(default, str | bool | int) and word in words:
                words[word] = {**words[word], "default": default}
        parts[name] = {
            "type": "object",
            "properties": {**words, **_ADDED.get(name, {})},
            "required": [word for word in words if word not in defaults],
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{name}"}
