"""The inputs and results of every action as JSON Schema."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.support.calls import validated_inputs

from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.spec import ABSENT, ActionSpec
from zoom_component.tools.export.inputs_schema import build_inputs_schema, build_output_schema

CATALOGUE = Catalogue()
KEYS = CATALOGUE.action_keys()


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    return [error.message for error in Draft202012Validator(schema).iter_errors(value)]


def properties(key: str, **how: Any) -> dict[str, Any]:
    return dict(build_inputs_schema(CATALOGUE.action(key), **how)["properties"])


@pytest.mark.parametrize("key", KEYS)
def test_each_schema_is_one_and_names_every_input(key: str) -> None:
    action = CATALOGUE.action(key)
    schema = build_inputs_schema(action)
    Draft202012Validator.check_schema(schema)
    assert list(schema["properties"]) == [name for name, spec in action.inputs.items() if spec.type != "connection"]
    assert all(part["title"] for part in schema["properties"].values())


@pytest.mark.parametrize("key", KEYS)
def test_each_default_and_example_fits_its_own_schema(key: str) -> None:
    for name, part in properties(key).items():
        for value in [*part.get("examples", ()), *([part["default"]] if "default" in part else [])]:
            assert faults(part, value) == [], name


@pytest.mark.parametrize("key", KEYS)
def test_what_fits_the_schema_is_taken_by_a_run(key: str) -> None:
    """The schema promises no more than a run keeps: a call of all examples has no fault in a single value."""
    action = CATALOGUE.action(key)
    given = {name: part["examples"][0] for name, part in properties(key).items() if part.get("examples")}
    alone = {problem.input for problem in validated_inputs(action, **given).problems}
    values = {name for name, spec in action.inputs.items() if name in alone and not _cross(spec, action)}
    assert values <= _between(action)


def _cross(spec: Any, action: ActionSpec) -> bool:
    """Whether an input has rules with others, which a call of every example at once is bound to break."""
    others = {
        other for each in action.inputs.values() for other in (each.depends_on, each.conflicts_with, each.not_before)
    }
    return bool(spec.along or spec.unless or spec.after or spec.zone or spec.key in others)


def _between(action: ActionSpec) -> set[str]:
    return {name for rule in action.rules for name in rule.inputs} | {
        name for name, spec in action.inputs.items() if spec.required and spec.example is ABSENT
    }


def test_text_numbers_choices_and_lists_have_their_own_types() -> None:
    known = properties("createMeeting")
    assert known["meetingType"]["enum"] == [1, 2, 3, 8, 10]
    assert "2 = Scheduled meeting" in known["meetingType"]["description"]
    assert known["weeklyDay"]["items"] == {"type": "integer", "minimum": 1, "maximum": 7}
    assert known["duration"] | {"title": "", "description": "", "examples": []} == {
        "type": "integer", "minimum": 1, "maximum": 1440, "title": "", "description": "", "examples": [],
    }  # fmt: skip
    assert known["debugRequest"]["default"] is False


def test_an_update_has_no_defaults_since_none_would_be_applied() -> None:
    assert [name for name, part in properties("updateMeeting").items() if "default" in part] == []


def test_what_holds_across_inputs_is_told_where_it_is_wanted() -> None:
    schema = build_inputs_schema(CATALOGUE.action("createMeeting"))
    assert schema["dependentRequired"]["repeatInterval"] == ["recurrence"]
    assert faults(schema, {"userId": "me", "repeatInterval": 1})
    plain = build_inputs_schema(CATALOGUE.action("createMeeting"), rules=False)
    assert set(plain) == {"type", "properties", "additionalProperties", "required"}


def test_a_path_input_is_required_and_a_defaulted_one_is_not() -> None:
    assert build_inputs_schema(CATALOGUE.action("getMeeting"))["required"] == ["meetingId"]
    assert faults(build_inputs_schema(CATALOGUE.action("getMeeting")), {"meetingId": "1", "x": 1})


@pytest.mark.parametrize("key", KEYS)
def test_each_documented_payload_fits_the_schema_of_its_result(key: str) -> None:
    action = CATALOGUE.action(key)
    schema = build_output_schema(action)
    if schema is None or action.example_payload is ABSENT or not isinstance(action.example_payload, dict):
        return
    Draft202012Validator.check_schema(schema)
    assert "next_page_token" not in schema.get("properties", {}) or action.pages is None
