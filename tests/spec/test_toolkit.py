"""Test slugs in spec files: each belongs to one action, which is the same action under its slug."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.support.specs import compile_files, complete_action_text, write_files

from zoom_component.errors import InputError
from zoom_component.spec import decoder
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.rule_schemas import rename_inputs
from zoom_component.spec.spec import ABSENT
from zoom_component.spec.toolkit import as_tool, is_listed, title_from_slug

KEYS = """
key: listThings
slug: APP_LIST_THINGS
effect: read
request: {method: GET, path: /things}
inputs:
  kind: {label: Kind, default: all, required: true, target: query.thing_kind}
  end: {label: End, dependsOn: kind, toolkit: {required: true}, target: query}
  hidden: {label: Hidden, toolkit: {listed: false}, target: query}
rules:
  - inputs: [kind, end]
    schema: {if: {required: [kind]}, then: {dependentRequired: {end: [kind]}, properties: {end: {minLength: 1}}}}
    message: Give End.
dailyQuota: {name: things, limit: 3, per: [kind]}
examples:
  - inputs: {kind: all}
    sends: {method: GET, path: /things}
"""


def test_an_action_under_its_slug_has_api_names_and_no_defaults() -> None:
    found = compile_files({"actions/things/listThings.yaml": complete_action_text(KEYS)})
    assert [str(each) for each in found.diagnostics] == []
    tool = as_tool(decoder.decode_action(found.actions["listThings"]))
    assert (tool.key, tool.label) == ("APP_LIST_THINGS", "List things")
    assert list(tool.inputs) == ["thing_kind", "end", "hidden"]
    assert tool.inputs["thing_kind"].default is ABSENT
    assert tool.inputs["end"].required
    assert tool.inputs["end"].depends_on == "thing_kind"
    assert [is_listed(spec) for spec in tool.inputs.values()] == [True, True, False]
    assert tool.rules[0].inputs == ("thing_kind", "end")
    assert json.loads(tool.rules[0].schema)["then"]["dependentRequired"] == {"end": ["thing_kind"]}
    assert tool.daily_quota is not None
    assert tool.daily_quota.per == ("thing_kind",)
    assert tool.examples[0]["inputs"] == {"thing_kind": "all"}


@pytest.mark.parametrize(
    ("slug", "title"), [("ZOOM_GET_A_MEETING", "Get a meeting"), ("APP_LIST_THINGS", "List things")]
)
def test_the_title_of_a_slug(slug: str, title: str) -> None:
    assert title_from_slug(slug) == title


def test_a_slug_belongs_to_one_action() -> None:
    other = KEYS.replace("listThings", "listMore")
    found = compile_files(
        {
            "actions/a/listMore.yaml": complete_action_text(other),
            "actions/b/listThings.yaml": complete_action_text(KEYS),
        }
    )
    (diagnostic,) = found.diagnostics
    assert diagnostic.message == 'duplicate slug "APP_LIST_THINGS"; it is already in actions/a/listMore.yaml'


def test_a_slug_of_a_further_action_works(tmp_path: Path) -> None:
    catalogue = Catalogue(write_files(tmp_path, {"actions/things/listThings.yaml": complete_action_text(KEYS)}))
    assert catalogue.action("APP_LIST_THINGS").path == "/things"
    with pytest.raises(InputError, match="did you mean APP_LIST_THINGS"):
        catalogue.action("APP_LIST_THING")


def test_a_folder_can_have_several_files_of_shared_inputs() -> None:
    shared = "inputs:\n  {}: {{label: One, target: query}}\n"
    files: dict[str, str | bytes] = {
        "actions/things/_inputs.yaml": shared.format("one"),
        "actions/things/_more.yaml": shared.format("two"),
        "actions/things/doThing.yaml": complete_action_text("inputs:\n  one: {use: one}\n  two: {use: two}"),
    }
    found = compile_files(files)
    assert found.diagnostics == []
    assert list(found.actions["doThing"]["inputs"]) == ["one", "two"]
    (diagnostic,) = compile_files({**files, "actions/things/_third.yaml": shared.format("one")}).diagnostics
    assert diagnostic.message == 'duplicate shared input "one"; it is already in actions/things/_inputs.yaml'


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {"not": {"anyOf": [{"required": ["a"]}, {"properties": {"b": {"const": 1}}}]}},
        {"dependentSchemas": {"a": {"required": ["b"]}}, "allOf": [{"else": {"dependentRequired": {"b": ["a"]}}}]},
    ],
)
def test_a_rule_has_the_same_meaning_after_renaming(schema: object) -> None:
    names = {"a": "x", "b": "y"}
    other = rename_inputs(schema, names)
    for values in ({}, {"a": 1}, {"b": 1}, {"a": 1, "b": 2}):
        renaming = {names[name]: value for name, value in values.items()}
        ours, theirs = Draft202012Validator(schema), Draft202012Validator(other)  # type: ignore[arg-type]
        assert ours.is_valid(values) == theirs.is_valid(renaming)
