"""Export the component as data: every connection, trigger and action with its inputs.

Keys and order are those of the component document: inputs by key, actions by label. What the document does not have
is marked with `added: true`. A template, which is never sent, is apart from the default.
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
# An input that the document lacks although its action requires it (docs/departures.md).
_UNDOCUMENTED_INPUTS = frozenset({("addWebinarRegistrant", "webinarId")})


def build_definition(catalogue: Catalogue) -> dict[str, Any]:
    """Return the whole component as JSON values.

    The result has `component` {key, label, description, about}, and `connections`, `triggers`, `data_sources` and
    `actions`, each a list of {key, label, ..., inputs}. Raise SpecError if a file has problems.
    """
    about = catalogue.component()
    connections = [catalogue.connection(key) for key in catalogue.connection_keys()]
    triggers = [catalogue.trigger(key) for key in catalogue.trigger_keys()]
    actions = [catalogue.action(row["key"]) for row in catalogue.listing()]
    sources = [catalogue.data_source(key) for key in catalogue.data_source_keys()]
    return {
        "component": {field: about[field] for field in ("key", "label", "description", "about")},
        "connections": [_export_connection(spec) for spec in sorted(connections, key=_sort_key)],
        "triggers": [_export_trigger(spec) for spec in sorted(triggers, key=_sort_key)],
        "data_sources": [_export_source(spec) for spec in sorted(sources, key=_sort_key)],
        "actions": [_export_action(spec) for spec in sorted(actions, key=_sort_key)],
    }


def _sort_key(spec: ActionSpec | ConnectionSpec | DataSourceSpec | TriggerSpec) -> tuple[str, str]:
    return spec.label, spec.key


def _export_connection(spec: ConnectionSpec) -> dict[str, Any]:
    exported = {
        "key": spec.key,
        "label": spec.label,
        "description": spec.description,
        "type": _GRANTS[spec.grant],
        "inputs": _export_inputs(spec.inputs),
    }
    return exported if spec.key in _DOCUMENTED_CONNECTIONS else {**exported, "added": True}


def _export_trigger(spec: TriggerSpec) -> dict[str, Any]:
    exported = {
        "key": spec.key,
        "label": spec.label,
        "description": spec.description,
        "branches": list(spec.branches),
        "inputs": _export_inputs(spec.inputs),
    }
    if spec.poll is None:
        return exported
    payload = [{"name": name, **field._asdict()} for name, field in spec.payload.items()]
    types = [each.event for each in spec.poll.types]
    polls = {"slug": spec.slug, "action": spec.poll.action, "event_types": types, "payload": payload}
    return {**exported, "added": True, "polls": polls}


def _export_source(spec: DataSourceSpec) -> dict[str, Any]:
    # The labels of the document, where ours show more.
    entry = [
        {"items": offered.items, "label": list(offered.documented_label or offered.label), "value": list(offered.value)}
        for offered in spec.lists
    ]
    return {
        "key": spec.key,
        "label": spec.label,
        "description": spec.description,
        "type": "picklist",
        "action": spec.action,
        "inputs": _export_inputs(spec.inputs),
        "entry": entry,
    }


def _export_action(spec: ActionSpec) -> dict[str, Any]:
    inputs = _export_inputs(spec.inputs)
    if "current" in spec.documents:
        for exported in inputs:
            if spec.inputs[exported["key"]].advanced or (spec.key, exported["key"]) in _UNDOCUMENTED_INPUTS:
                exported["added"] = True
    return {
        "key": spec.key,
        "label": spec.label,
        "description": spec.description,
        "documented_in": list(spec.documents),
        "inputs": inputs,
        "example_payload": None if spec.example_payload is ABSENT else spec.example_payload,
    }


def _export_inputs(inputs: Mapping[str, Input]) -> list[dict[str, Any]]:
    return [_export_input(inputs[key]) for key in sorted(inputs)]


def _export_input(spec: Input) -> dict[str, Any]:
    exported: dict[str, Any] = {
        "key": spec.key,
        "label": spec.label,
        "type": spec.type,
        "collection": COLLECTIONS.get(spec.collection or ""),
        "required": spec.required,
        "hidden": not spec.shown,
        "default": _format_value(spec.default),
        "notes": spec.comments,
        "example": _format_value(spec.example),
    }
    if spec.model is not None:
        exported["choices"] = {"values": list(spec.model), "labels": list(spec.model.values())}
    if spec.data_source is not None:
        exported["data_source"] = spec.data_source
    if spec.template is not ABSENT:
        exported["template"] = spec.template
    if spec.advanced:
        exported["advanced"] = True
    return exported


def _format_value(value: Any) -> str | None:
    return None if value is ABSENT or value is None else to_text(value)
