"""Compare the exported component with the facts of its document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from zoom_component.spec.catalogue import Catalogue
from zoom_component.tools.export.definition import build_definition

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT: Mapping[str, Any] = json.loads((ROOT / "tests/zoom_facts/component.json").read_text(encoding="utf-8"))
EXPORTED = build_definition(Catalogue())
ACTIONS = {action["key"]: action for action in EXPORTED["actions"]}
# Each is a row of docs/departures.md.
DEPARTURES = {("updateMeeting", "recurrence", "required"): False}
UNDOCUMENTED_INPUTS = {"addWebinarRegistrant": ["webinarId"]}


def find_differences(facts: Mapping[str, Any], exported: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of an input that differ in the export. A list of choices may have more than the document's."""
    ours = dict(exported, has_notes=bool(exported["notes"]), default_not_shown="template" in exported)
    if "choices" in facts and set(facts["choices"]) <= set(ours["choices"]["values"]):
        ours["choices"] = facts["choices"]
    return {name: ours.get(name) for name, fact in facts.items() if ours.get(name) != fact}


@pytest.mark.parametrize("facts", DOCUMENT["actions"], ids=lambda facts: facts["key"])
def test_every_fact_of_an_action(facts: Mapping[str, Any]) -> None:
    exported = ACTIONS[facts["key"]]
    for word in ("label", "description", "documented_in"):
        assert exported[word] == facts[word]
    if "current" in facts["documented_in"]:
        assert exported["example_payload"] == facts["example_payload"]
    documented = {known["key"]: known for known in facts["inputs"] or ()}
    differing = {
        (facts["key"], known["key"], word): value
        for known in exported["inputs"]
        if known["key"] in documented
        for word, value in find_differences(documented[known["key"]], known).items()
    }
    assert differing == {place: value for place, value in DEPARTURES.items() if place[0] == facts["key"]}


@pytest.mark.parametrize(
    "facts", [facts for facts in DOCUMENT["actions"] if facts["inputs"]], ids=lambda facts: facts["key"]
)
def test_inputs_have_the_order_of_the_document_and_ours_are_marked(facts: Mapping[str, Any]) -> None:
    inputs = ACTIONS[facts["key"]]["inputs"]
    assert [known["key"] for known in inputs if not known.get("added")] == [known["key"] for known in facts["inputs"]]
    ours = [known["key"] for known in inputs if known.get("added") and not known.get("advanced")]
    assert ours == UNDOCUMENTED_INPUTS.get(facts["key"], [])
    assert all(known["added"] for known in inputs if known.get("advanced"))


@pytest.mark.parametrize("group", ["connections", "triggers"])
def test_every_fact_of_connections_and_triggers(group: str) -> None:
    exported = {known["label"]: known for known in EXPORTED[group]}
    for facts in DOCUMENT[group]:
        known = exported[facts["label"]]
        plain = {word: fact for word, fact in facts.items() if word != "inputs" and fact is not None}
        assert {word: known[word] for word in plain} == plain
        assert [row["key"] for row in known["inputs"]] == [row["key"] for row in facts["inputs"]]
        for row, fact in zip(known["inputs"], facts["inputs"], strict=True):
            assert find_differences(fact, row) == {}


def test_the_counts_of_the_document() -> None:
    current = [action for action in EXPORTED["actions"] if "current" in action["documented_in"]]
    inputs = [known for action in current for known in action["inputs"] if not known.get("added")]
    assert (len(current), len(inputs)) == (22, 262)
    assert len({known["key"] for known in inputs}) == 131
    assert sum(known["default"] is not None for known in inputs) == 76
    assert sum(known["example"] is not None for known in inputs) == 129
    assert sum(known["notes"] is not None for known in inputs) == 240
    assert sum(action["example_payload"] is not None for action in current) == 21


def test_actions_are_sorted_by_label_and_our_connection_is_marked() -> None:
    labels = [action["label"] for action in EXPORTED["actions"]]
    assert labels == sorted(labels)
    assert labels.index("List User's Channels") < labels.index("List Users")
    assert [(known["key"], known.get("added", False)) for known in EXPORTED["connections"]] == [
        ("oauth", False),
        ("serverToServer", True),
    ]


def test_a_template_is_apart_from_the_default_and_choices_have_labels() -> None:
    inputs = {known["key"]: known for known in ACTIONS["createMeeting"]["inputs"]}
    assert inputs["trackingFields"]["default"] is None
    assert inputs["trackingFields"]["template"]
    assert inputs["hostVideo"]["default"] == "false"
    assert inputs["approvalType"]["default"] == "2"
    assert len(inputs["recurrence"]["choices"]["values"]) == len(inputs["recurrence"]["choices"]["labels"]) == 3


def test_the_export_is_deterministic_json() -> None:
    assert json.dumps(EXPORTED) == json.dumps(build_definition(Catalogue()))


def test_a_further_action_is_exported(tmp_path: Path) -> None:
    folder = tmp_path / "actions" / "groups"
    folder.mkdir(parents=True)
    (folder / "listTeams.yaml").write_text(
        "key: listTeams\nlabel: List Teams\ndescription: List the groups\neffect: read\n"
        "request: {method: GET, path: /groups}\n",
        encoding="utf-8",
    )
    exported = {action["key"]: action for action in build_definition(Catalogue(tmp_path))["actions"]}
    assert exported["listTeams"]["documented_in"] == []
    assert [known["key"] for known in exported["listTeams"]["inputs"]] == ["connection", "debugRequest"]
    assert exported["listTeams"]["example_payload"] is None
