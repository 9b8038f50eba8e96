"""The eleven triggers, held fact by fact against what is known of the toolkit catalogue's."""

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
# The catalogue calls both of these a default, and leaves them to the day of the poll.
TODAY = {"month": "the current month", "year": "the current year"}


def snake(key: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", lambda found: f"_{found[1].lower()}", key)


def found(facts: Mapping[str, Any]) -> tuple[TriggerSpec, PollSpec, dict[str, Input]]:
    trigger = POLLING[facts["slug"]]
    assert trigger.poll is not None
    return trigger, trigger.poll, {snake(key): spec for key, spec in trigger.inputs.items()}


def kind(spec: Input) -> str:
    return "boolean" if spec.type == "boolean" else spec.wire_type


def test_there_are_eleven_and_no_other() -> None:
    assert set(POLLING) == {facts["slug"] for facts in FACTS}
    assert len(FACTS) == 11
    assert sum(len(facts["config"]) for facts in FACTS) == 35
    assert sum(len(facts["payload"]) for facts in FACTS) == 57


@each
def test_its_names(facts: Mapping[str, Any]) -> None:
    trigger, _, _ = found(facts)
    assert f"ZOOM_{snake(trigger.key).upper()}_TRIGGER" == facts["slug"]
    assert trigger.label == facts["name"]


@each
def test_its_settings(facts: Mapping[str, Any]) -> None:
    _, _, inputs = found(facts)
    told = [{"name": name, "type": kind(spec), "required": spec.required} for name, spec in inputs.items()]
    wanted = [{word: row[word] for word in ("name", "type", "required")} for row in facts["config"]]
    assert sorted(told, key=str) == sorted(wanted, key=str)
    for row in facts["config"]:
        if "documented_values" in row:
            assert list(inputs[row["name"]].model or ()) == row["documented_values"]
    for name, (least, most) in facts["ranges"].items():
        assert least in (None, inputs[name].minimum)
        assert inputs[name].maximum == most


@each
def test_its_defaults(facts: Mapping[str, Any]) -> None:
    _, poll, inputs = found(facts)
    # Ours beside the catalogue's: how often, and whose.
    ours = {name for name, spec in inputs.items() if spec.default is not ABSENT} - {"interval", "user_id"}
    assert ours == set(facts["defaults"]) - set(TODAY)
    for name, default in facts["defaults"].items():
        if name in TODAY:
            assert (default, poll.inputs[name].today) == (TODAY[name], name)
        else:
            assert inputs[name].default == str(default)


@each
def test_what_an_event_holds(facts: Mapping[str, Any]) -> None:
    trigger, poll, _ = found(facts)
    told = [(name, field.type, field.required) for name, field in trigger.payload.items()]
    assert sorted(told) == sorted((row["name"], row["type"], row["required"]) for row in facts["payload"])
    made = {poll.payload_key, poll.changes and poll.changes[0], "event_type" if poll.types else None} - {None}
    assert made == (set(trigger.payload) if poll.payload_key else set())


@each
def test_its_event_types_and_what_never_counts(facts: Mapping[str, Any]) -> None:
    _, poll, _ = found(facts)
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


def test_every_poll_reads_and_has_notes_for_every_field() -> None:
    for trigger in POLLING.values():
        assert trigger.poll is not None
        assert COMPONENT.get_action(trigger.poll.action).effect == "read"
        assert all(field.comments for field in trigger.payload.values())
        assert all(spec.comments and (spec.example is not ABSENT or spec.model or spec.type == "boolean")
                   for spec in trigger.inputs.values())  # fmt: skip
