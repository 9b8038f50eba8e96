"""Decode compiled JSON into the named tuples of `spec.spec`."""

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
    SpanSpec,
    Sunset,
    TriggerSpec,
)

__all__ = ["decode_action", "decode_connection", "decode_inputs", "decode_trigger"]


def decode_action(raw: Mapping[str, Any]) -> ActionSpec:
    """Return an action from its compiled form."""
    fields = dict(raw)
    fields["inputs"] = decode_inputs(raw)
    fields["rules"] = tuple(_decode_rule(rule) for rule in raw.get("rules", ()))
    if pages := raw.get("pages"):
        fields["pages"] = PagingSpec(**pages)
    if span := raw.get("span"):
        fields["span"] = SpanSpec(**span)
    if response := raw.get("response"):
        fields["response"] = ResponseSpec(
            tuple(response["statuses"]), response["may_be_empty"], frozenset(response["keys"])
        )
    if merge := raw.get("merge"):
        fields["merge"] = MergeSpec(merge["path"], tuple(merge["groups"]))
    if quota := raw.get("daily_quota"):
        fields["daily_quota"] = DailyQuotaSpec(quota["name"], quota["limit"], tuple(quota["per"]))
    if sunset := raw.get("sunset"):
        fields["sunset"] = Sunset(**sunset)
    for name in ("documents", "scopes", "granular_scopes", "errors", "examples"):
        fields[name] = tuple(raw.get(name) or ())
    return ActionSpec(**fields)


def decode_connection(raw: Mapping[str, Any]) -> ConnectionSpec:
    """Return a kind of connection from its compiled form."""
    return ConnectionSpec(**{**raw, "inputs": decode_inputs(raw)})


def decode_trigger(raw: Mapping[str, Any]) -> TriggerSpec:
    """Return a trigger from its compiled form."""
    fields = {**raw, "inputs": decode_inputs(raw), "branches": tuple(raw.get("branches") or ())}
    fields["payload"] = {name: PayloadField(**field) for name, field in (raw.get("payload") or {}).items()}
    fields["poll"] = _decode_poll(raw["poll"]) if raw.get("poll") else None
    return TriggerSpec(**fields)


def _decode_poll(raw: Mapping[str, Any]) -> PollSpec:
    snapshot, changes, span = raw.get("snapshot"), raw.get("changes"), raw.get("span")
    return PollSpec(
        action=raw["action"],
        inputs={key: PollInput(**fields) for key, fields in (raw.get("inputs") or {}).items()},
        page_size=raw.get("pageSize"),
        waits_when_missing=raw.get("onMissing") == "wait",
        lookback=raw.get("lookback", 0),
        span=DateSpan(**span) if span else None,
        identity=tuple((raw.get("items") or {}).get("identity", ())),
        snapshot=_decode_snapshot(snapshot) if snapshot is not None else None,
        payload_key=raw.get("payloadKey"),
        changes=(changes["field"], changes["report"]) if changes else None,
        types=tuple(_decode_event_type(fields) for fields in raw.get("types") or ()),
    )


def _decode_snapshot(raw: Mapping[str, Any]) -> SnapshotSpec:
    lists = {name: (fields["by"], not fields.get("ignoreRemoved")) for name, fields in (raw.get("lists") or {}).items()}
    compare, ignore, identity = (tuple(raw.get(name) or ()) for name in ("compare", "ignore", "identity"))
    return SnapshotSpec(compare, ignore, lists, identity)


def _decode_event_type(raw: Mapping[str, Any]) -> PollEventType:
    changed_to, only_fields = raw.get("changedTo") or {}, tuple(raw.get("onlyFields") or ())
    return PollEventType(raw["event"], bool(raw.get("first")), tuple(raw.get("added") or ()), changed_to, only_fields)


def _decode_rule(raw: Mapping[str, Any]) -> InputRule:
    schema = json.dumps(raw["schema"], sort_keys=True, allow_nan=False)
    return InputRule(tuple(raw["inputs"]), schema, raw["message"], raw.get("severity") == "warning")


def decode_inputs(raw: Mapping[str, Any]) -> dict[str, Input]:
    """Return the inputs of a compiled form, by key."""
    return {key: Input(key=key, **fields) for key, fields in raw["inputs"].items()}
