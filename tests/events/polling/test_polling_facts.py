"""Check the eleven polling triggers against the recorded facts of the toolkit catalogue."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.support.polling_setup import COMPONENT

from zoom_component.spec.spec import ABSENT, Input, PollSpec, TriggerSpec

FACTS = json.loads((Path(__file__).parents[2] / "zoom_facts/polling_triggers.json").read_text(encoding="utf-8"))
TRIGGERS = {key: COMPONENT.catalogue.trigger(key) for key in COMPONENT.catalogue.trigger_keys()}
POLLING = {trigger.slug: trigger for trigger in TRIGGERS.values() if trigger.poll is not None}
each = pytest.mark.parametrize("facts", FACTS, ids=lambda facts: facts["slug"])
# The catalogue calls these defaults; their values depend on the day of the poll.
TODAY = {"month": "the current month", "year": "the current year"}


def to_snake_case(key: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", lambda match: f"_{match[1].lower()}", key)


def find_trigger(facts: Mapping[str, Any]) -> tuple[TriggerSpec, PollSpec, dict[str, Input]]:
    trigger = POLLING[facts["slug"]]
    assert trigger.poll is not None
    return trigger, trigger.poll, {to_snake_case(key): spec for key, spec in trigger.inputs.items()}


def get_type(spec: Input) -> str:
    return "boolean" if spec.type == "boolean" else spec.wire_type


def test_there_are_exactly_eleven_polling_triggers() -> None:
    assert set(POLLING) == {facts["slug"] for facts in FACTS}
    assert len(FACTS) == 11
    assert sum(len(facts["config"]) for facts in FACTS) == 35
    assert sum(len(facts["payload"]) for facts in FACTS) == 57


@each
def test_names(facts: Mapping[str, Any]) -> None:
    trigger, _, _ = find_trigger(facts)
    assert f"ZOOM_{to_snake_case(trigger.key).upper()}_TRIGGER" == facts["slug"]
    assert trigger.label == facts["name"]


@each
def test_settings(facts: Mapping[str, Any]) -> None:
    _, _, inputs = find_trigger(facts)
    actual = [{"name": name, "type": get_type(spec), "required": spec.required} for name, spec in inputs.items()]
    expected = [{key: row[key] for key in ("name", "type", "required")} for row in facts["config"]]
    assert sorted(actual, key=str) == sorted(expected, key=str)
    for row in facts["config"]:
        if "documented_values" in row:
            assert list(inputs[row["name"]].model or ()) == row["documented_values"]
    for name, (minimum, maximum) in facts["ranges"].items():
        assert minimum in (None, inputs[name].minimum)
        assert inputs[name].maximum == maximum


@each
def test_defaults(facts: Mapping[str, Any]) -> None:
    _, poll, inputs = find_trigger(facts)
    # We add defaults for the interval and the user.
    added = {name for name, spec in inputs.items() if spec.default is not ABSENT} - {"interval", "user_id"}
    assert added == set(facts["defaults"]) - set(TODAY)
    for name, default in facts["defaults"].items():
        if name in TODAY:
            assert (default, poll.inputs[name].today) == (TODAY[name], name)
        else:
            assert inputs[name].default == str(default)


@each
def test_payload_fields(facts: Mapping[str, Any]) -> None:
    trigger, poll, _ = find_trigger(facts)
    actual = [(name, field.type, field.required) for name, field in trigger.payload.items()]
    assert sorted(actual) == sorted((row["name"], row["type"], row["required"]) for row in facts["payload"])
    fields = {poll.payload_key, poll.changes and poll.changes[0], "event_type" if poll.types else None} - {None}
    assert fields == (set(trigger.payload) if poll.payload_key else set())


@each
def test_event_types_and_ignored_fields(facts: Mapping[str, Any]) -> None:
    _, poll, _ = find_trigger(facts)
    if facts["event_types"] is not None:
        assert sorted(kind.event for kind in poll.types) == sorted(facts["event_types"])
    excluded = set(facts["excluded"])
    assert excluded <= set(poll.snapshot.ignore if poll.snapshot else ())
    if excluded:
        assert poll.snapshot is not None
        assert set(poll.snapshot.ignore) == excluded
    if facts.get("item_id"):
        assert poll.identity == (facts["item_id"],)
    assert (poll.snapshot is None) == (facts["kind"] == "new item")


def test_every_poll_action_reads_and_every_field_has_comments() -> None:
    for trigger in POLLING.values():
        assert trigger.poll is not None
        assert COMPONENT.get_action(trigger.poll.action).effect == "read"
        assert all(field.comments for field in trigger.payload.values())
        assert all(spec.comments and (spec.example is not ABSENT or spec.model or spec.type == "boolean")
                   for spec in trigger.inputs.values())  # fmt: skip
