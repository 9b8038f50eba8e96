"""Resolves `use:`: an input takes the words of the shared input it names, and its own words win.

Shared inputs come from actions/_inputs.yaml and the _inputs.yaml of the action's folder, the nearer one winning.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoom_component.spec.diagnostics import suggest
from zoom_component.spec.yaml12 import YamlDocument

__all__ = ["SharedInputs", "resolve_inputs", "resolve_rules"]


class SharedInputs:
    """The shared inputs of every folder, and the ones that every action below a folder has."""

    def __init__(self) -> None:
        self._inputs: dict[str, Mapping[str, Any]] = {}
        self._rules: dict[str, Mapping[str, Any]] = {}
        self._every: dict[str, list[str]] = {}

    def add(self, folder: str, document: Any) -> None:
        """Takes what a shared file offers, even a faulty one: its own faults are enough."""
        inputs = document.get("inputs") if isinstance(document, Mapping) else None
        every = document.get("every") if isinstance(document, Mapping) else None
        if isinstance(inputs, Mapping):
            good = {key: words for key, words in inputs.items() if isinstance(words, Mapping)}
            self._inputs[folder] = {**self._inputs.get(folder, {}), **good}
        rules = document.get("rules") if isinstance(document, Mapping) else None
        if isinstance(rules, Mapping):
            self._rules[folder] = {**self._rules.get(folder, {}), **rules}
        if isinstance(every, list):
            self._every[folder] = [*self._every.get(folder, []), *map(str, every)]

    def inputs_for(self, folder: str) -> dict[str, Any]:
        """Every shared input that an action in `folder` may use; nearer folders win."""
        seen: dict[str, Any] = {}
        for above in _list_folders(folder):
            seen.update(self._inputs.get(above, {}))
        return seen

    def rules_for(self, folder: str) -> dict[str, Any]:
        """Every shared rule that an action in `folder` may use."""
        seen: dict[str, Any] = {}
        for above in _list_folders(folder):
            seen.update(self._rules.get(above, {}))
        return seen

    def keys_for_every_action(self, folder: str) -> list[str]:
        """Keys of the inputs that every action in `folder` has without saying so."""
        return [key for above in _list_folders(folder) for key in self._every.get(above, [])]

    def check(self, folder: str, located: YamlDocument) -> None:
        """Adds a fault for each name under `every` that no shared input has."""
        seen = self.inputs_for(folder)
        every = located.value.get("every") if isinstance(located.value, Mapping) else None
        for at, name in enumerate(every if isinstance(every, list) else []):
            if str(name) not in seen:
                located.add(("every", at), f"no shared input is called {name!r}; {suggest(str(name), seen)}")


def resolve_inputs(located: YamlDocument, shared: SharedInputs, folder: str) -> dict[str, dict[str, Any]]:
    """The inputs of an action with `use:` resolved; a name that is not shared is a fault."""
    seen = shared.inputs_for(folder)
    own: Mapping[str, Any] = located.value.get("inputs") or {}
    resolved: dict[str, dict[str, Any]] = {}
    for key in shared.keys_for_every_action(folder):
        if key not in own and key in seen:
            resolved[key] = dict(seen[key])
    for key, words in own.items():
        resolved[key] = _resolve_input(located, key, words, seen)
    return resolved


def resolve_rules(located: YamlDocument, shared: SharedInputs, folder: str) -> list[dict[str, Any]]:
    """The rules of an action with `use:` resolved; an unknown name or a missing word is a fault."""
    seen = shared.rules_for(folder)
    resolved: list[dict[str, Any]] = []
    for at, words in enumerate(located.value.get("rules") or []):
        name = words.get("use")
        if name is not None and name not in seen:
            located.add(("rules", at, "use"), f"no shared rule is called {name!r}; {suggest(name, seen)}")
            continue
        rule = {**(seen[name] if name is not None else {}), **words}
        missing = [word for word in ("inputs", "accepts", "message") if rule.get(word) is None]
        for word in missing:
            located.add(("rules", at), f"the word {word!r} is missing")
        if not missing:
            resolved.append({word: rule[word] for word in ("inputs", "accepts", "message")})
    return resolved


def _resolve_input(
    located: YamlDocument, key: str, words: Mapping[str, Any], seen: Mapping[str, Any]
) -> dict[str, Any]:
    if words.get("use") is None:
        if not words.get("label"):
            located.add(("inputs", key), "the word 'label' is missing: what a form shows above it", at_key=True)
        return {word: value for word, value in words.items() if word != "use"}
    name = words["use"]
    if name not in seen:
        located.add(("inputs", key, "use"), f"no shared input is called {name!r}; {suggest(name, seen)}")
        # What the shared input would have said is not held against this one as well.
        return {"label": key, "required": True, **{word: value for word, value in words.items() if word != "use"}}
    return {**seen[name], **{word: value for word, value in words.items() if word != "use"}}


def _list_folders(folder: str) -> list[str]:
    """The folders from the top down to this one: "" first."""
    parts = [part for part in folder.split("/") if part]
    return ["/".join(parts[:depth]) for depth in range(len(parts) + 1)]
