"""From compiled JSON to the slots of `language.spec`. The only reader of the compiled form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from zoom_component.language.spec import (
    ActionSpec,
    Answer,
    ConnectionSpec,
    Daily,
    Input,
    Merge,
    Pages,
    Rule,
    TriggerSpec,
)

__all__ = ["action", "connection", "trigger"]


def action(raw: Mapping[str, Any]) -> ActionSpec:
    """An action from its compiled form."""
    words = dict(raw)
    words["inputs"] = _inputs(raw)
    words["rules"] = tuple(_rule(rule) for rule in raw.get("rules", ()))
    if pages := raw.get("pages"):
        words["pages"] = Pages(**pages)
    if answer := raw.get("answer"):
        words["answer"] = Answer(tuple(answer["statuses"]), answer["empty"], frozenset(answer["keys"]))
    if merge := raw.get("merge"):
        words["merge"] = Merge(merge["path"], tuple(merge["groups"]))
    if daily := raw.get("daily"):
        words["daily"] = Daily(daily["name"], daily["limit"], tuple(daily["per"]))
    for word in ("documents", "scopes", "granular_scopes", "errors", "examples"):
        words[word] = tuple(raw.get(word) or ())
    return ActionSpec(**words)


def connection(raw: Mapping[str, Any]) -> ConnectionSpec:
    """A kind of connection from its compiled form."""
    return ConnectionSpec(**{**raw, "inputs": _inputs(raw)})


def trigger(raw: Mapping[str, Any]) -> TriggerSpec:
    """A trigger from its compiled form."""
    return TriggerSpec(**{**raw, "inputs": _inputs(raw), "branches": tuple(raw.get("branches") or ())})


def _rule(raw: Mapping[str, Any]) -> Rule:
    return Rule(tuple(raw["inputs"]), json.dumps(raw["schema"], sort_keys=True), raw["message"])


def _inputs(raw: Mapping[str, Any]) -> dict[str, Input]:
    return {key: Input(key=key, **words) for key, words in raw["inputs"].items()}
