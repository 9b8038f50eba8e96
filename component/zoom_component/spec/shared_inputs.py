"""Resolve `use:`: copy the keys of a shared input or rule. The keys beside `use:` win.

Shared inputs come from actions/_inputs.yaml and the _inputs.yaml of the action's folder. The nearer file wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoom_component.spec.diagnostics import quote, suggest
from zoom_component.spec.document import SpecDocument

__all__ = ["RULE_KEYS", "SharedInputs", "resolve_inputs", "resolve_rules"]

RULE_KEYS = ("inputs", "schema", "message")


class SharedInputs:
    """Hold the shared inputs and rules of every folder, and the inputs that every action below a folder has."""

    def __init__(self) -> None:
        self._inputs: dict[str, Mapping[str, Any]] = {}
        self._rules: dict[str, Mapping[str, Any]] = {}
        self._every: dict[str, list[str]] = {}

    def add(self, folder: str, document: Any) -> None:
        """Add the content of a shared file, as far as it is usable. Its own problems are reported elsewhere."""
        inputs = document.get("inputs") if isinstance(document, Mapping) else None
        every = document.get("everyAction") if isinstance(document, Mapping) else None
        if isinstance(inputs, Mapping):
            usable = {key: fields for key, fields in inputs.items() if isinstance(fields, Mapping)}
            self._inputs[folder] = {**self._inputs.get(folder, {}), **usable}
        rules = document.get("rules") if isinstance(document, Mapping) else None
        if isinstance(rules, Mapping):
            self._rules[folder] = {**self._rules.get(folder, {}), **rules}
        if isinstance(every, list):
            self._every[folder] = [*self._every.get(folder, []), *map(str, every)]

    def inputs_for(self, folder: str) -> dict[str, Any]:
        """Return every shared input that an action in `folder` can use."""
        inputs: dict[str, Any] = {}
        for above in _list_folders(folder):
            inputs.update(self._inputs.get(above, {}))
        return inputs

    def rules_for(self, folder: str) -> dict[str, Any]:
        """Return every shared rule that an action in `folder` can use."""
        rules: dict[str, Any] = {}
        for above in _list_folders(folder):
            rules.update(self._rules.get(above, {}))
        return rules

    def keys_for_every_action(self, folder: str) -> list[str]:
        """Return the keys of the inputs that every action in `folder` has."""
        return [key for above in _list_folders(folder) for key in self._every.get(above, [])]

    def check(self, folder: str, document: SpecDocument) -> None:
        """Add a diagnostic for each name under `everyAction` that is not a shared input."""
        known = self.inputs_for(folder)
        every = document.value.get("everyAction") if isinstance(document.value, Mapping) else None
        for at, name in enumerate(every if isinstance(every, list) else []):
            if str(name) not in known:
                document.add(("everyAction", at), _describe_unknown("input", str(name), known))


def resolve_inputs(document: SpecDocument, shared: SharedInputs, folder: str) -> dict[str, dict[str, Any]]:
    """Return the inputs of an action with `use:` resolved. Add a diagnostic for an unknown name."""
    known = shared.inputs_for(folder)
    own: Mapping[str, Any] = document.value.get("inputs") or {}
    resolved: dict[str, dict[str, Any]] = {}
    for key in shared.keys_for_every_action(folder):
        if key not in own and key in known:
            resolved[key] = dict(known[key])
    for key, fields in own.items():
        resolved[key] = _resolve_input(document, key, fields, known)
    return resolved


def resolve_rules(document: SpecDocument, shared: SharedInputs, folder: str) -> list[dict[str, Any]]:
    """Return the rules of an action with `use:` resolved. Add a diagnostic for an unknown name or a missing key."""
    known = shared.rules_for(folder)
    resolved: list[dict[str, Any]] = []
    for at, fields in enumerate(document.value.get("rules") or []):
        name = fields.get("use")
        if name is not None and name not in known:
            document.add(("rules", at, "use"), _describe_unknown("rule", name, known))
            continue
        rule = {**(known[name] if name is not None else {}), **fields}
        missing = [key for key in RULE_KEYS if rule.get(key) is None]
        for key in missing:
            document.add(("rules", at), f"missing key {quote(key)}")
        if not missing:
            resolved.append({key: value for key, value in rule.items() if key != "use"})
    return resolved


def _resolve_input(
    document: SpecDocument, key: str, fields: Mapping[str, Any], known: Mapping[str, Any]
) -> dict[str, Any]:
    own = {name: value for name, value in fields.items() if name != "use"}
    if fields.get("use") is None:
        if not fields.get("label"):
            message = 'missing key "label": the text that a form shows above the field'
            document.add(("inputs", key), message, at_key=True)
        return own
    name = fields["use"]
    if name not in known:
        document.add(("inputs", key, "use"), _describe_unknown("input", name, known))
        # The keys that the shared input would have had are not reported as missing, too.
        return {"label": key, "required": True, **own}
    return {**known[name], **own}


def _describe_unknown(kind: str, name: str, known: Mapping[str, Any]) -> str:
    return f"unknown shared {kind} {quote(name)}; {suggest(name, known)}"


def _list_folders(folder: str) -> list[str]:
    """Return the folders from the top down to this one; the top is ""."""
    parts = [part for part in folder.split("/") if part]
    return ["/".join(parts[:depth]) for depth in range(len(parts) + 1)]
