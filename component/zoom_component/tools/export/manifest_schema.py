"""Make the JSON Schema of the manifest from the fields of `spec.spec`."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from zoom_component.spec.data_source_spec import DataSourceSpec
from zoom_component.spec.model_schema import DIALECT
from zoom_component.spec.spec import ActionSpec, ConnectionSpec, TriggerSpec
from zoom_component.tools.export.manifest import MANIFEST_FORMAT

__all__ = ["MANIFEST_SCHEMA_PATH", "build_manifest_schema", "manifest_schema_files"]

MANIFEST_SCHEMA_PATH = "spec/manifest.schema.json"
_PLAIN: Mapping[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
}
# Fields that the manifest adds or has in another form.
_ADDED_FIELDS: Mapping[str, dict[str, Any]] = {
    "Input": {"deprecated": {"type": "boolean", "default": False}},
    "InputRule": {"schema": {"type": ["object", "boolean"]}},
}


def manifest_schema_files() -> dict[str, str]:
    """Return the text of the schema by its path below the root."""
    return {
        MANIFEST_SCHEMA_PATH: json.dumps(build_manifest_schema(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    }


def build_manifest_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the manifest."""
    parts: dict[str, Any] = {}
    groups = {
        "actions": _map_schema(ActionSpec, parts),
        "triggers": _map_schema(TriggerSpec, parts),
        "connections": _map_schema(ConnectionSpec, parts),
        "data_sources": _map_schema(DataSourceSpec, parts),
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
        "properties": {**head, **groups},
        "required": [*(name for name in head if name != "$schema"), *groups],
        "additionalProperties": False,
        "$defs": {name: parts[name] for name in sorted(parts)},
    }


def _map_schema(kind: type[Any], parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": _field_schema(kind, parts)}


def _field_schema(hint: Any, parts: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of the JSON value of a field with this annotation."""
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    origin, inner = get_origin(hint), [each for each in get_args(hint) if each is not type(None)]
    if origin is Literal:
        return {"enum": inner}
    if origin in (Union, types.UnionType):
        return (
            _field_schema(inner[0], parts)
            if len(inner) == 1
            else {"anyOf": [_field_schema(each, parts) for each in inner]}
        )
    if origin is tuple and inner[-1] is not Ellipsis:
        fixed = [_field_schema(each, parts) for each in inner]
        return {"type": "array", "prefixItems": fixed, "minItems": len(fixed), "maxItems": len(fixed)}
    if origin in (tuple, frozenset, list):
        return {"type": "array", "items": _field_schema(inner[0], parts)}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _field_schema(inner[1], parts)}
    return _tuple_schema(hint, parts) if hasattr(hint, "_fields") else {}


def _tuple_schema(kind: type[Any], parts: dict[str, Any]) -> dict[str, Any]:
    name = kind.__name__
    if name not in parts:
        parts[name] = {}
        tuple_type: Any = kind
        defaults: Mapping[str, Any] = tuple_type._field_defaults
        fields = {name: _field_schema(hint, parts) for name, hint in get_type_hints(kind).items()}
        for field, default in defaults.items():
            if isinstance(default, str | bool | int) and field in fields:
                fields[field] = {**fields[field], "default": default}
        parts[name] = {
            "type": "object",
            "properties": {**fields, **_ADDED_FIELDS.get(name, {})},
            "required": [field for field in fields if field not in defaults],
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{name}"}
