"""Test the JSON Schemas of the inputs and the result of every action."""

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


def find_violations(schema: dict[str, Any], value: Any) -> list[str]:
    return [error.message for error in Draft202012Validator(schema).iter_errors(value)]


def get_properties(key: str, **how: Any) -> dict[str, Any]:
    return dict(build_inputs_schema(CATALOGUE.action(key), **how)["properties"])


@pytest.mark.parametrize("key", KEYS)
def test_each_schema_is_valid_and_has_every_input(key: str) -> None:
    action = CATALOGUE.action(key)
    schema = build_inputs_schema(action)
    Draft202012Validator.check_schema(schema)
    assert list(schema["properties"]) == [name for name, spec in action.inputs.items() if spec.type != "connection"]
    assert all(part["title"] for part in schema["properties"].values())


@pytest.mark.parametrize("key", KEYS)
def test_each_default_and_example_matches_its_schema(key: str) -> None:
    for name, part in get_properties(key).items():
        for value in [*part.get("examples", ()), *([part["default"]] if "default" in part else [])]:
            assert find_violations(part, value) == [], name


@pytest.mark.parametrize("key", KEYS)
def test_a_run_accepts_what_the_schema_accepts(key: str) -> None:
    """Check that a call with all examples has no problem with a single value."""
    action = CATALOGUE.action(key)
    inputs = {name: part["examples"][0] for name, part in get_properties(key).items() if part.get("examples")}
    alone = {problem.input for problem in validated_inputs(action, **inputs).problems}
    values = {name for name, spec in action.inputs.items() if name in alone and not _has_references(spec, action)}
    assert values <= _find_inputs_of_rules(action)


def _has_references(spec: Any, action: ActionSpec) -> bool:
    """Return True if an input has rules with other inputs, which a call with all examples violates."""
    others = {
        other for each in action.inputs.values() for other in (each.depends_on, each.conflicts_with, each.not_before)
    }
    return bool(spec.depends_on or spec.conflicts_with or spec.not_before or spec.time_zone or spec.key in others)


def _find_inputs_of_rules(action: ActionSpec) -> set[str]:
    return {name for rule in action.rules for name in rule.inputs} | {
        name for name, spec in action.inputs.items() if spec.required and spec.example is ABSENT
    }


def test_text_numbers_choices_and_lists_have_their_own_types() -> None:
    known = get_properties("createMeeting")
    assert known["meetingType"]["enum"] == [1, 2, 3, 8, 10]
    assert "2 = Scheduled meeting" in known["meetingType"]["description"]
    assert known["weeklyDay"]["items"] == {"type": "integer", "minimum": 1, "maximum": 7}
    assert known["duration"] | {"title": "", "description": "", "examples": []} == {
        "type": "integer", "minimum": 1, "maximum": 1440, "title": "", "description": "", "examples": [],
    }  # fmt: skip
    assert known["debugRequest"]["default"] is False


def test_an_update_has_no_defaults() -> None:
    assert [name for name, part in get_properties("updateMeeting").items() if "default" in part] == []


def test_rules_across_inputs_are_optional() -> None:
    schema = build_inputs_schema(CATALOGUE.action("createMeeting"))
    assert schema["dependentRequired"]["repeatInterval"] == ["recurrence"]
    assert find_violations(schema, {"userId": "me", "repeatInterval": 1})
    plain = build_inputs_schema(CATALOGUE.action("createMeeting"), rules=False)
    assert set(plain) == {"type", "properties", "additionalProperties", "required"}


def test_a_path_input_is_required_and_a_defaulted_one_is_not() -> None:
    assert build_inputs_schema(CATALOGUE.action("getMeeting"))["required"] == ["meetingId"]
    assert find_violations(build_inputs_schema(CATALOGUE.action("getMeeting")), {"meetingId": "1", "x": 1})


@pytest.mark.parametrize("key", KEYS)
def test_each_documented_payload_matches_the_schema_of_its_result(key: str) -> None:
    action = CATALOGUE.action(key)
    schema = build_output_schema(action)
    if schema is None or action.example_payload is ABSENT or not isinstance(action.example_payload, dict):
        return
    Draft202012Validator.check_schema(schema)
    assert "next_page_token" not in schema.get("properties", {}) or action.pages is None
