"""Slugs in spec files: each stands for one action, and an action under its slug is the same action, told otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.support.specs import built, text_of, write

from zoom_component.errors import InputError
from zoom_component.spec import decode
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.schemas import renamed
from zoom_component.spec.spec import ABSENT
from zoom_component.spec.toolkit import as_tool, listed, title

WORDS = """
key: listThings
slug: APP_LIST_THINGS
effect: read
request: {method: GET, path: /things}
inputs:
  kind: {label: Kind, default: all, required: true, send: query.thing_kind}
  end: {label: End, along: kind, toolkit: {required: true}, send: query}
  hidden: {label: Hidden, toolkit: {listed: false}, send: query}
rules:
  - inputs: [kind, end]
    accepts: {if: {required: [kind]}, then: {dependentRequired: {end: [kind]}, properties: {end: {minLength: 1}}}}
    message: Give End.
daily: {name: things, limit: 3, per: [kind]}
examples:
  - inputs: {kind: all}
    sends: {method: GET, path: /things}
"""


def test_an_action_under_its_slug() -> None:
    found = built({"actions/things/listThings.yaml": text_of(WORDS)})
    assert [str(fault) for fault in found.faults] == []
    tool = as_tool(decode.action(found.actions["listThings"]))
    assert (tool.key, tool.label) == ("APP_LIST_THINGS", "List things")
    assert list(tool.inputs) == ["thing_kind", "end", "hidden"]
    assert tool.inputs["thing_kind"].default is ABSENT
    assert tool.inputs["end"].required
    assert tool.inputs["end"].along == "thing_kind"
    assert [listed(spec) for spec in tool.inputs.values()] == [True, True, False]
    assert tool.rules[0].inputs == ("thing_kind", "end")
    assert json.loads(tool.rules[0].schema)["then"]["dependentRequired"] == {"end": ["thing_kind"]}
    assert tool.daily is not None
    assert tool.daily.per == ("thing_kind",)
    assert tool.examples[0]["inputs"] == {"thing_kind": "all"}


@pytest.mark.parametrize(
    ("slug", "words"), [("ZOOM_GET_A_MEETING", "Get a meeting"), ("APP_LIST_THINGS", "List things")]
)
def test_the_title_of_a_slug(slug: str, words: str) -> None:
    assert title(slug) == words


def test_a_slug_stands_for_one_action() -> None:
    other = WORDS.replace("listThings", "listMore")
    found = built({"actions/a/listMore.yaml": text_of(other), "actions/b/listThings.yaml": text_of(WORDS)})
    (fault,) = found.faults
    assert fault.message == "the slug APP_LIST_THINGS is taken by actions/a/listMore.yaml"


def test_a_slug_of_ones_own_is_called(tmp_path: Path) -> None:
    catalogue = Catalogue(write(tmp_path, {"actions/things/listThings.yaml": text_of(WORDS)}))
    assert catalogue.action("APP_LIST_THINGS").path == "/things"
    with pytest.raises(InputError, match="did you mean APP_LIST_THINGS"):
        catalogue.action("APP_LIST_THING")


def test_shared_inputs_may_lie_in_several_files() -> None:
    shared = "inputs:\n  {}: {{label: One, send: query}}\n"
    files: dict[str, str | bytes] = {
        "actions/things/_inputs.yaml": shared.format("one"),
        "actions/things/_more.yaml": shared.format("two"),
        "actions/things/doThing.yaml": text_of("inputs:\n  one: {use: one}\n  two: {use: two}"),
    }
    found = built(files)
    assert found.faults == []
    assert list(found.actions["doThing"]["inputs"]) == ["one", "two"]
    (fault,) = built({**files, "actions/things/_third.yaml": shared.format("one")}).faults
    assert fault.message == "actions/things/_inputs.yaml has a shared input one already"


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {"not": {"anyOf": [{"required": ["a"]}, {"properties": {"b": {"const": 1}}}]}},
        {"dependentSchemas": {"a": {"required": ["b"]}}, "allOf": [{"else": {"dependentRequired": {"b": ["a"]}}}]},
    ],
)
def test_a_rule_means_the_same_under_other_names(schema: object) -> None:
    names = {"a": "x", "b": "y"}
    other = renamed(schema, names)
    for given in ({}, {"a": 1}, {"b": 1}, {"a": 1, "b": 2}):
        renaming = {names[name]: value for name, value in given.items()}
        ours, theirs = Draft202012Validator(schema), Draft202012Validator(other)  # type: ignore[arg-type]
        assert ours.is_valid(given) == theirs.is_valid(renaming)
