"""Compare the exported toolkit catalogue with every fact of the catalogue itself.

tests/zoom_facts/catalogue.json has these facts: names, types, limits and choices, without sentences.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from zoom_component.spec.catalogue import Catalogue
from zoom_component.tools.export.toolkit_catalogue import OUTPUTS, build_toolkit_catalogue

ROOT = Path(__file__).resolve().parents[3]
FACTS: Mapping[str, Any] = json.loads((ROOT / "tests/zoom_facts/catalogue.json").read_text(encoding="utf-8"))
EXPORTED = build_toolkit_catalogue(Catalogue())
TOOLS = {tool["slug"]: tool for tool in EXPORTED["actions"]}
TRIGGERS = {trigger["slug"]: trigger for trigger in EXPORTED["triggers"]}
INPUT_FIELDS = ("name", "type", "required", "enum", "format")

each_action = pytest.mark.parametrize("facts", FACTS["actions"], ids=lambda facts: facts["slug"])
each_trigger = pytest.mark.parametrize("facts", FACTS["triggers"], ids=lambda facts: facts["slug"])


def list_facts(tool: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield every fact of the inputs of a tool: name, field, value. The order of choices has no meaning."""
    for row in tool["inputs"]:
        for word in INPUT_FIELDS:
            yield row["name"], word, row.get(word)
        yield row["name"], "path", row.get("path")
        for word in ("enum", "documented_values"):
            yield row["name"], f"sorted {word}", sorted(map(str, row.get(word) or []))


def test_the_catalogue_has_exactly_its_tools() -> None:
    assert EXPORTED["toolkit"] == FACTS["toolkit"]
    assert list(TOOLS) == [facts["slug"] for facts in FACTS["actions"]]


@each_action
def test_every_fact_of_a_tool(facts: Mapping[str, Any]) -> None:
    tool = TOOLS[facts["slug"]]
    for word in ("name", "outputs", "rate_limit_label"):
        assert tool[word] == facts[word], word
    assert set(facts["scopes_named"]) <= set(tool["scopes_named"])
    ours = {fact for fact in map(repr, list_facts(tool)) if "'enum'" not in fact}
    assert {fact for fact in map(repr, list_facts(facts)) if "'enum'" not in fact} == ours
    assert [row["name"] for row in tool["inputs"]] == [row["name"] for row in facts["inputs"]]


@each_trigger
def test_every_fact_of_a_trigger(facts: Mapping[str, Any]) -> None:
    trigger = TRIGGERS[facts["slug"]]
    assert (trigger["name"], trigger["kind"]) == (facts["name"], facts["kind"])
    for part, words in (("config", ("name", "type", "required", "documented_values")), ("payload", INPUT_FIELDS[:3])):
        ours = [{word: row.get(word) for word in words} for row in trigger[part]]
        assert ours == [{word: row.get(word) for word in words} for row in facts[part]]
    assert sorted(trigger["event_types"] or []) == sorted(facts["event_types"] or [])
    assert (trigger["event_types"] is None) == (facts["event_types"] is None)
    assert trigger["excluded"] == facts["excluded"]
    assert facts.get("item_id") in (None, trigger.get("item_id"))
    assert {name: trigger["defaults"][name] for name in facts["defaults"]} == facts["defaults"]
    for name, (least, most) in facts["ranges"].items():
        ours = trigger["ranges"][name]
        assert (ours[0] if least is not None else None, ours[1]) == (least, most)


def test_every_fact_of_the_catalogue_was_compared() -> None:
    """Check that 1,918 facts were compared."""
    inputs = sum(len(INPUT_FIELDS) + ("path" in row) for tool in FACTS["actions"] for row in tool["inputs"])
    outputs = sum(len(output) for tool in FACTS["actions"] for output in tool["outputs"])
    rows = sum(3 * len(trigger[part]) for trigger in FACTS["triggers"] for part in ("config", "payload"))
    assert inputs + outputs + rows + 2 * len(FACTS["actions"]) + 4 * len(FACTS["triggers"]) == 1918
    assert set(TRIGGERS) == {facts["slug"] for facts in FACTS["triggers"]}


def test_the_counts_of_the_catalogue() -> None:
    counts, rows = FACTS["counts"], [row for tool in EXPORTED["actions"] for row in tool["inputs"]]
    assert (len(TOOLS), len(rows)) == (counts["actions"], counts["inputs"])
    assert sum(row["required"] for row in rows) == counts["inputs_required"]
    assert sum(row["enum"] is not None for row in rows) == counts["inputs_enum"]
    assert sum(row["format"] is not None for row in rows) == counts["inputs_format"]
    assert sum("path" in row for row in rows) == counts["inputs_nested"]
    assert len(OUTPUTS) * len(TOOLS) == counts["outputs"]
    settings = [row for trigger in EXPORTED["triggers"] for row in trigger["config"]]
    fields = [row for trigger in EXPORTED["triggers"] for row in trigger["payload"]]
    assert (len(TRIGGERS), len(settings), len(fields)) == (11, counts["config_inputs"], counts["payload_fields"])
    assert sum(row["required"] for row in settings) == counts["config_required"]
    assert sum(row["required"] for row in fields) == counts["payload_required"]
    assert sum(len(trigger["event_types"] or []) for trigger in TRIGGERS.values()) == counts["event_type_values"]
    assert sum(len(trigger["excluded"]) for trigger in TRIGGERS.values()) == counts["excluded_fields"]
    by_type = {kind: sum(row["type"] == kind for row in rows) for kind in counts["inputs_by_type"]}
    assert by_type == counts["inputs_by_type"]


def test_every_input_has_a_description() -> None:
    assert [row["name"] for tool in EXPORTED["actions"] for row in tool["inputs"] if not row.get("description")] == []


def test_the_export_is_deterministic_json() -> None:
    assert json.dumps(EXPORTED) == json.dumps(build_toolkit_catalogue(Catalogue()))
