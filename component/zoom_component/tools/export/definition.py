"""The component as data: every connection, trigger and action with its inputs, in the words of the component document.

Inputs stand by key and actions by label, as the document's tables do. What the document does not have carries
`added: true`; a scaffold, which is shown and never sent, stands apart from the default.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.data_source_spec import DataSourceSpec
from zoom_component.spec.spec import ABSENT, ActionSpec, ConnectionSpec, Input, TriggerSpec
from zoom_component.tools.export.markdown import to_text

__all__ = ["COLLECTIONS", "build_definition"]

COLLECTIONS = {"valuelist": "value list", "keyvaluelist": "key value list"}
_GRANTS = {
    "authorization_code": "oauth2 authorization code",
    "account_credentials": "oauth2 account credentials",
}
_DOCUMENTED_CONNECTIONS = frozenset({"oauth"})
# The document forgot it, and its action cannot do without it (docs/departures.md).
_FORGOTTEN = frozenset({("addWebinarRegistrant", "webinarId")})


def build_definition(catalogue: Catalogue) -> dict[str, Any]:
    """The whole component as JSON values, the same each time for the same specs.

    Gives `component` {key, label, description, about}, `connections`, `triggers`, `data_sources` and `actions`, each a
    list of {key, label, ..., inputs}. Raises SpecError for a file that cannot be used.
    """
    about = catalogue.component()
    connections = [catalogue.connection(key) for key in catalogue.connection_keys()]
    triggers = [catalogue.trigger(key) for key in catalogue.trigger_keys()]
    actions = [catalogue.action(row["key"]) for row in catalogue.listing()]
    sources = [catalogue.data_source(key) for key in catalogue.data_source_keys()]
    return {
        "component": {word: about[word] for word in ("key", "label", "description", "about")},
        "connections": [_connection(spec) for spec in sorted(connections, key=_label)],
        "triggers": [_trigger(spec) for spec in sorted(triggers, key=_label)],
        "data_sources": [_source(spec) for spec in sorted(sources, key=_label)],
        "actions": [_action(spec) for spec in sorted(actions, key=_label)],
    }


def _label(spec: ActionSpec | ConnectionSpec | DataSourceSpec | TriggerSpec) -> tuple[str, str]:
    return spec.label, spec.key


def _connection(spec: ConnectionSpec) -> dict[str, Any]:
    known = {
        "key": spec.key,
        "label": spec.label,
        "description": spec.description,
        "type": _GRANTS[spec.grant],
        "inputs": _inputs(spec.inputs),
    }
    return known if spec.key in _DOCUMENTED_CONNECTIONS else {**known, "added": True}


def _trigger(spec: TriggerSpec) -> dict[str, Any]:
    known = {
        "key": spec.key,
        "label": spec.label,
        "description": spec.description,
        "branches": list(spec.branches),
        "inputs": _inputs(spec.inputs),
    }
    if spec.poll is None:
        return known
    payload = [{"name": name, **field._asdict()} for name, field in spec.payload.items()]
    types = [each.event for each in spec.poll.types]
    polled = {"slug": spec.slug, "action": spec.poll.action, "event_types": types, "payload": payload}
    return {**known, "added": True, "polls": polled}


def _source(spec: DataSourceSpec) -> dict[str, Any]:
    """`entry` is what the document shows of an item, list by list; ours may tell more (`label` of the file)."""
    entry = [
        {"items": listed.items, "label": list(listed.documented_label or listed.label), "value": list(listed.value)}
        for listed in spec.lists
    ]
    return {
        "key": spec.key,
        "label": spec.label,
        "description": spec.description,
        "type": "picklist",
        "action": spec.action,
        "inputs": _inputs(spec.inputs),
        "entry": entry,
    }


def _action(spec: ActionSpec) -> dict[str, Any]:
    inputs = _inputs(spec.inputs)
    if "current" in spec.documents:
        for known in inputs:
            if spec.inputs[known["key"]].advanced or (spec.key, known["key"]) in _FORGOTTEN:
                known["added"] = True
    return {
        "key": spec.key,
        "label": spec.label,
        "description": spec.description,
        "documented_in": list(spec.documents),
        "inputs": inputs,
        "example_payload": None if spec.example_payload is ABSENT else spec.example_payload,
    }


def _inputs(inputs: Mapping[str, Input]) -> list[dict[str, Any]]:
    return [_input(inputs[key]) for key in sorted(inputs)]


def _input(spec: Input) -> dict[str, Any]:
    known: dict[str, Any] = {
        "key": spec.key,
        "label": spec.label,
        "type": spec.type,
        "collection": COLLECTIONS.get(spec.collection or ""),
        "required": spec.required,
        "hidden": not spec.shown,
        "default": _text(spec.default),
        "notes": spec.comments,
        "example": _text(spec.example),
    }
    if spec.model is not None:
        known["choices"] = {"values": list(spec.model), "labels": list(spec.model.values())}
    if spec.data_source is not None:
        known["data_source"] = spec.data_source
    if spec.template is not ABSENT:
        known["scaffold"] = spec.template
    if spec.advanced:
        known["advanced"] = True
    return known


def _text(value: Any) -> str | None:
    return None if value is ABSENT or value is None else to_text(value)
