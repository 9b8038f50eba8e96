"""The manifest: everything that the specs say, resolved, in one JSON document for other programs.

Each part holds the words of `language.spec`; a word that is left out has its default. The digest tells one state of
the specs from another. spec/manifest.schema.json describes the document.
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

MANIFEST_FORMAT = 1
_ABOUT = ("key", "label", "description", "about", "category", "documentation", "base_url")


def build_manifest(catalogue: Catalogue) -> dict[str, Any]:
    """The manifest of the specs at hand. Raises SpecError for a file that cannot be used."""
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
    """The manifest of the parts given, each kind by key."""
    parts = {
        "actions": _by_key(_action(spec) for spec in actions),
        "triggers": _by_key(to_json_value(spec) for spec in triggers),
        "connections": _by_key(to_json_value(spec) for spec in connections),
        "data_sources": _by_key(to_json_value(spec) for spec in sources),
    }
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return {
        "$schema": "manifest.schema.json",
        "format": MANIFEST_FORMAT,
        "version": __version__,
        "digest": f"sha256:{hashlib.sha256(text.encode()).hexdigest()}",
        "component": {word: about[word] for word in _ABOUT if word in about},
        **parts,
    }


def to_json_value(value: Any) -> Any:
    """A spec, or a part of one, as JSON: named tuples become objects, without the words that have their defaults."""
    if hasattr(value, "_fields"):
        defaults: Mapping[str, Any] = value._field_defaults
        words = {word: getattr(value, word) for word in value._fields}
        return {
            word: to_json_value(part)
            for word, part in words.items()
            if part is not ABSENT and part is not None and not (word in defaults and part == defaults[word])
        }
    if isinstance(value, Mapping):
        return {str(name): to_json_value(part) for name, part in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    return [to_json_value(part) for part in value] if isinstance(value, list | tuple) else value


def _action(spec: ActionSpec) -> dict[str, Any]:
    made: dict[str, Any] = to_json_value(spec)
    made["rules"] = [{**rule, "schema": json.loads(rule["schema"])} for rule in made.get("rules", [])]
    for key, known in spec.inputs.items():
        if is_deprecated_input(spec, known):
            made["inputs"][key]["deprecated"] = True
    return {word: part for word, part in made.items() if part != []}


def _by_key(parts: Iterable[dict[str, Any]]) -> dict[str, Any]:
    found = {part["key"]: part for part in parts}
    return {key: found[key] for key in sorted(found)}
