"""From compiled JSON to the slots of `language.spec`. The only reader of the compiled form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from zoom_component.spec.spec import (
    ActionSpec,
    ConnectionSpec,
    DailyQuotaSpec,
    DateSpan,
    Input,
    InputRule,
    MergeSpec,
    PagingSpec,
    PayloadField,
    PollEventType,
    PollInput,
    PollSpec,
    ResponseSpec,
    SnapshotSpec,
    Sunset,
    TriggerSpec,
)

_FIELDS = {
    "send": "target",
    "sends": "wire_type",
    "scaffold": "template",
    "each": "items",
    "along": "depends_on",
    "unless": "conflicts_with",
    "zone": "time_zone",
    "after": "not_before",
    "caution": "warning",
}

__all__ = ["decode_action", "decode_connection", "decode_inputs", "decode_trigger"]


def decode_action(raw: Mapping[str, Any]) -> ActionSpec:
    """An action from its compiled form."""
    words = dict(raw)
    words["inputs"] = decode_inputs(raw)
    words["rules"] = tuple(_decode_rule(rule) for rule in raw.get("rules", ()))
    if pages := raw.get("pages"):
        words["pages"] = PagingSpec(
            pages["items"], pages["size"], pages["most"], pages["by"], pages["size_param"], pages["param"],
            pages["token_field"],
        )  # fmt: skip
    if answer := raw.get("answer"):
        words["response"] = ResponseSpec(tuple(answer["statuses"]), answer["empty"], frozenset(answer["keys"]))
    if merge := raw.get("merge"):
        words["merge"] = MergeSpec(merge["path"], tuple(merge["groups"]))
    if daily := raw.get("daily"):
        words["daily_quota"] = DailyQuotaSpec(daily["name"], daily["limit"], tuple(daily["per"]))
    if sunset := raw.get("sunset"):
        words["sunset"] = Sunset(sunset.get("ends"), sunset.get("instead"))
    for word in ("documents", "scopes", "granular_scopes", "errors", "examples"):
        words[word] = tuple(raw.get(word) or ())
    for word in ("answer", "daily"):
        words.pop(word, None)
    return ActionSpec(**words)


def decode_connection(raw: Mapping[str, Any]) -> ConnectionSpec:
    """A kind of connection from its compiled form."""
    return ConnectionSpec(**{**raw, "inputs": decode_inputs(raw)})


def decode_trigger(raw: Mapping[str, Any]) -> TriggerSpec:
    """A trigger from its compiled form."""
    words = {**raw, "inputs": decode_inputs(raw), "branches": tuple(raw.get("branches") or ())}
    words["payload"] = {name: PayloadField(**told) for name, told in (raw.get("payload") or {}).items()}
    words["poll"] = _decode_poll(raw["poll"]) if raw.get("poll") else None
    return TriggerSpec(**words)


def _decode_poll(raw: Mapping[str, Any]) -> PollSpec:
    snapshot, changes, span = raw.get("snapshot"), raw.get("changes"), raw.get("span")
    return PollSpec(
        action=raw["action"],
        inputs={key: PollInput(**words) for key, words in (raw.get("given") or {}).items()},
        page_size=raw.get("pageSize"),
        waits_when_missing=raw.get("missing") == "waits",
        lookback=raw.get("lookback", 0),
        span=DateSpan(**span) if span else None,
        identity=tuple((raw.get("items") or {}).get("identity", ())),
        snapshot=_decode_snapshot(snapshot) if snapshot is not None else None,
        payload_key=raw.get("holds"),
        changes=(changes["field"], changes["tells"]) if changes else None,
        types=tuple(_decode_event_type(words) for words in raw.get("types") or ()),
    )


def _decode_snapshot(raw: Mapping[str, Any]) -> SnapshotSpec:
    lists = {name: (words["by"], words.get("gone") is not False) for name, words in (raw.get("lists") or {}).items()}
    compare, ignore, identity = (tuple(raw.get(word) or ()) for word in ("compare", "ignore", "identity"))
    return SnapshotSpec(compare, ignore, lists, identity)


def _decode_event_type(raw: Mapping[str, Any]) -> PollEventType:
    becomes, only = raw.get("becomes") or {}, tuple(raw.get("only") or ())
    return PollEventType(raw["event"], bool(raw.get("first")), tuple(raw.get("added") or ()), becomes, only)


def _decode_rule(raw: Mapping[str, Any]) -> InputRule:
    return InputRule(tuple(raw["inputs"]), json.dumps(raw["schema"], sort_keys=True), raw["message"])


def decode_inputs(raw: Mapping[str, Any]) -> dict[str, Input]:
    """The inputs of any compiled form, by key."""
    return {
        key: Input(key=key, **{_FIELDS.get(word, word): value for word, value in words.items()})
        for key, words in raw["inputs"].items()
    }
