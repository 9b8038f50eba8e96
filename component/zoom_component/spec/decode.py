"""From compiled JSON to the slots of `language.spec`. The only reader of the compiled form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from zoom_component.spec.spec import (
    ActionSpec,
    Answer,
    ConnectionSpec,
    Daily,
    EventType,
    Given,
    Input,
    Merge,
    Pages,
    PayloadField,
    Poll,
    Rule,
    Snapshot,
    Span,
    Sunset,
    TriggerSpec,
)

__all__ = ["action", "connection", "inputs", "trigger"]


def action(raw: Mapping[str, Any]) -> ActionSpec:
    """An action from its compiled form."""
    words = dict(raw)
    words["inputs"] = inputs(raw)
    words["rules"] = tuple(_rule(rule) for rule in raw.get("rules", ()))
    if pages := raw.get("pages"):
        words["pages"] = Pages(**pages)
    if answer := raw.get("answer"):
        words["answer"] = Answer(tuple(answer["statuses"]), answer["empty"], frozenset(answer["keys"]))
    if merge := raw.get("merge"):
        words["merge"] = Merge(merge["path"], tuple(merge["groups"]))
    if daily := raw.get("daily"):
        words["daily"] = Daily(daily["name"], daily["limit"], tuple(daily["per"]))
    if sunset := raw.get("sunset"):
        words["sunset"] = Sunset(**sunset)
    for word in ("documents", "scopes", "granular_scopes", "errors", "examples"):
        words[word] = tuple(raw.get(word) or ())
    return ActionSpec(**words)


def connection(raw: Mapping[str, Any]) -> ConnectionSpec:
    """A kind of connection from its compiled form."""
    return ConnectionSpec(**{**raw, "inputs": inputs(raw)})


def trigger(raw: Mapping[str, Any]) -> TriggerSpec:
    """A trigger from its compiled form."""
    words = {**raw, "inputs": inputs(raw), "branches": tuple(raw.get("branches") or ())}
    words["payload"] = {name: PayloadField(**told) for name, told in (raw.get("payload") or {}).items()}
    words["poll"] = _poll(raw["poll"]) if raw.get("poll") else None
    return TriggerSpec(**words)


def _poll(raw: Mapping[str, Any]) -> Poll:
    snapshot, changes, span = raw.get("snapshot"), raw.get("changes"), raw.get("span")
    return Poll(
        action=raw["action"],
        given={key: Given(**words) for key, words in (raw.get("given") or {}).items()},
        page_size=raw.get("pageSize"),
        waits=raw.get("missing") == "waits",
        lookback=raw.get("lookback", 0),
        span=Span(**span) if span else None,
        identity=tuple((raw.get("items") or {}).get("identity", ())),
        snapshot=_snapshot(snapshot) if snapshot is not None else None,
        holds=raw.get("holds"),
        changes=(changes["field"], changes["tells"]) if changes else None,
        types=tuple(_event_type(words) for words in raw.get("types") or ()),
    )


def _snapshot(raw: Mapping[str, Any]) -> Snapshot:
    lists = {name: (words["by"], words.get("gone") is not False) for name, words in (raw.get("lists") or {}).items()}
    compare, ignore, identity = (tuple(raw.get(word) or ()) for word in ("compare", "ignore", "identity"))
    return Snapshot(compare, ignore, lists, identity)


def _event_type(raw: Mapping[str, Any]) -> EventType:
    becomes, only = raw.get("becomes") or {}, tuple(raw.get("only") or ())
    return EventType(raw["event"], bool(raw.get("first")), tuple(raw.get("added") or ()), becomes, only)


def _rule(raw: Mapping[str, Any]) -> Rule:
    return Rule(tuple(raw["inputs"]), json.dumps(raw["schema"], sort_keys=True), raw["message"])


def inputs(raw: Mapping[str, Any]) -> dict[str, Input]:
    """The inputs of any compiled form, by key."""
    return {key: Input(key=key, **words) for key, words in raw["inputs"].items()}
