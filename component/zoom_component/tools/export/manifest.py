"""Export the manifest: the resolved specs in one JSON document for other programs.

Each part has the fields of `spec.spec`; an absent field has its default. The digest identifies a state of the specs.
spec/manifest.schema.json describes the document.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from zoom_component import __version__
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.data_source_spec import DataSourceSpec
from zoom_component.spec.spec import ABSENT, ActionSpec, ConnectionSpec, TriggerSpec
from zoom_component.tools.export.deprecations import is_deprecated_input

__all__ = ["MANIFEST_FORMAT", "assemble_manifest", "build_manifest"]

MANIFEST_FORMAT = 2
_ABOUT = ("key", "label", "description", "about", "category", "documentation", "base_url")


def build_manifest(catalogue: Catalogue) -> dict[str, Any]:
    """Return the manifest of a catalogue. Raise SpecError if a file has problems."""
    return assemble_manifest(
        catalogue.component(),
        [catalogue.action(row["key"]) for row in catalogue.listing()],
        [catalogue.trigger(key) for key in catalogue.trigger_keys()],
        [catalogue.connection(key) for key in catalogue.connection_keys()],
        [catalogue.data_source(key) for key in catalogue.data_source_keys()],
    )


def assemble_manifest(
    about: Mapping[str, Any],
    actions: Iterable[ActionSpec],
    triggers: Iterable[TriggerSpec],
    connections: Iterable[ConnectionSpec],
    sources: Iterable[DataSourceSpec] = (),
) -> dict[str, Any]:
    """Return the manifest of these specs, each kind by key."""
    parts = {
        "actions": _sort_by_key(_export_action(spec) for spec in actions),
        "triggers": _sort_by_key(to_json_value(spec) for spec in triggers),
        "connections": _sort_by_key(to_json_value(spec) for spec in connections),
        "data_sources": _sort_by_key(to_json_value(spec) for spec in sources),
    }
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return {
        "$schema": "manifest.schema.json",
        "format": MANIFEST_FORMAT,
        "version": __version__,
        "digest": f"sha256:{hashlib.sha256(text.encode()).hexdigest()}",
        "component": {name: about[name] for name in _ABOUT if name in about},
        **parts,
    }


def to_json_value(value: Any) -> Any:
    """Return a spec, or a part of one, as JSON. Named tuples become objects without the fields that have defaults."""
    if hasattr(value, "_fields"):
        defaults: Mapping[str, Any] = value._field_defaults
        fields = {name: getattr(value, name) for name in value._fields}
        return {
            name: to_json_value(part)
            for name, part in fields.items()
            if part is not ABSENT and part is not None and not (name in defaults and part == defaults[name])
        }
    if isinstance(value, Mapping):
        return {str(name): to_json_value(part) for name, part in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    return [to_json_value(part) for part in value] if isinstance(value, list | tuple) else value


def _export_action(spec: ActionSpec) -> dict[str, Any]:
    action: dict[str, Any] = to_json_value(spec)
    action["rules"] = [{**rule, "schema": json.loads(rule["schema"])} for rule in action.get("rules", [])]
    for key, each in spec.inputs.items():
        if is_deprecated_input(spec, each):
            action["inputs"][key]["deprecated"] = True
    return {name: part for name, part in action.items() if part != []}


def _sort_by_key(parts: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {part["key"]: part for part in sorted(parts, key=lambda part: str(part["key"]))}
