"""Test lists of tools against the schemas that the vendors publish.

Copied on 2026-10-30 from openai/openai-python (`shared_params/function_definition.py`, the guide to structured
outputs) and anthropics/anthropic-sdk-python (`types/tool_param.py`), and from error messages of the Messages API.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from zoom_component import Component, SessionOptions
from zoom_component.client.actions import Actions
from zoom_component.errors import InputError
from zoom_component.spec.catalogue import Catalogue
from zoom_component.tools.export.action_selection import EFFECTS, ActionSelection
from zoom_component.tools.export.model_tools import build_anthropic_tools, build_json_schemas, build_openai_tools

CATALOGUE = Catalogue()
ALL = ActionSelection(only=EFFECTS).select_actions(CATALOGUE)
_OBJECT: dict[str, Any] = {
    "type": "object",
    "required": ["type", "properties"],
    "properties": {
        "type": {"const": "object"},
        # https://github.com/anthropics/claude-code/issues/79418 shows the Messages API's own words.
        "properties": {"type": "object", "propertyNames": {"pattern": "^[a-zA-Z0-9_.-]{1,64}$"}},
        "required": {"type": "array", "items": {"type": "string"}},
    },
    "not": {"anyOf": [{"required": [word]} for word in ("oneOf", "anyOf", "allOf")]},
}
_FUNCTION: dict[str, Any] = {
    "name": {"type": "string", "pattern": "^[a-zA-Z0-9_-]{1,64}$"},
    "description": {"type": "string", "minLength": 1, "maxLength": 1024},
    "parameters": _OBJECT,
    "strict": {"type": ["boolean", "null"]},
}
_CLOSED: dict[str, Any] = {"type": "object", "additionalProperties": False}
CHAT = {
    **_CLOSED,
    "required": ["type", "function"],
    "properties": {
        "type": {"const": "function"},
        "function": {**_CLOSED, "required": ["name", "parameters"], "properties": _FUNCTION},
    },
}
RESPONSES = {
    **_CLOSED,
    "required": ["type", "name", "parameters", "strict"],
    "properties": {"type": {"const": "function"}, **_FUNCTION},
}
ANTHROPIC = {
    **_CLOSED,
    "required": ["name", "input_schema"],
    "properties": {
        "name": {"type": "string", "pattern": "^[a-zA-Z0-9_-]{1,128}$"},
        "description": {"type": "string", "minLength": 1},
        "input_schema": _OBJECT,
    },
}
STRICT_KEYWORDS = {"type", "description", "enum", "pattern", "format", "minimum", "maximum", "items"}
STRICT_FORMATS = {"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"}


def find_violations(shape: Mapping[str, Any], tools: list[dict[str, Any]]) -> list[str]:
    validator = Draft202012Validator({"type": "array", "maxItems": 128, "items": shape})
    return [f"{list(error.absolute_path)}: {error.message[:200]}" for error in validator.iter_errors(tools)]


def list_parts(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from schema["properties"].values()
    yield from (part["items"] for part in schema["properties"].values() if "items" in part)


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("advanced", [False, True])
def test_openai_tools_match_its_schema(strict: bool, advanced: bool) -> None:
    assert find_violations(CHAT, build_openai_tools(ALL, strict=strict, advanced=advanced)) == []
    assert find_violations(RESPONSES, build_openai_tools(ALL, strict=strict, responses=True, advanced=advanced)) == []


@pytest.mark.parametrize("advanced", [False, True])
def test_anthropic_tools_match_its_schema(advanced: bool) -> None:
    tools = build_anthropic_tools(ALL, advanced=advanced)
    assert find_violations(ANTHROPIC, tools) == []
    for tool in tools:
        Draft202012Validator.check_schema(tool["input_schema"])


def test_strict_tools_use_the_supported_subset_of_json_schema() -> None:
    tools = [tool["function"]["parameters"] for tool in build_openai_tools(ALL, strict=True, advanced=True)]
    assert sum(len(schema["properties"]) for schema in tools) <= 5000
    for schema in tools:
        Draft202012Validator.check_schema(schema)
        assert schema["additionalProperties"] is False
        assert schema["required"] == list(schema["properties"])
        for part in list_parts(schema):
            assert set(part) <= STRICT_KEYWORDS
            assert part.get("format", "email") in STRICT_FORMATS
            assert "object" not in part["type"]


def test_null_means_absent_for_a_strict_tool() -> None:
    """Check that a call with every input, some of them null, equals a call without these inputs."""
    component = Component.load()
    actions, options = Actions.load(), SessionOptions(null_is_absent=True)
    (tool,) = build_openai_tools(ActionSelection(include=["createMeeting"]).select_actions(CATALOGUE), strict=True)
    schema = tool["function"]["parameters"]
    given = {**dict.fromkeys(schema["properties"]), "userId": "me", "trackingFields": '[{"field": "f", "value": "v"}]'}
    Draft202012Validator(schema).validate(given)
    with component.connect(token="t", base_url="http://127.0.0.1:9/v2", options=options) as session:
        planned = session.plan("createMeeting", given).request
    meant = {"userId": "me", "trackingFields": [{"field": "f", "value": "v"}]}
    assert planned == actions.plan("createMeeting", meant).request


def test_a_tool_has_neither_debug_nor_advanced_inputs() -> None:
    (tool,) = build_anthropic_tools(ActionSelection(include=["createMeeting"]).select_actions(CATALOGUE))
    assert "topic" in tool["input_schema"]["properties"]
    assert {"debugRequest", "waitingRoom", "connection"} & set(tool["input_schema"]["properties"]) == set()
    (tool,) = build_anthropic_tools(ActionSelection(include=["createMeeting"]).select_actions(CATALOGUE), advanced=True)
    assert "waitingRoom" in tool["input_schema"]["properties"]


def test_raw_request_is_selected_by_default() -> None:
    keys = [action.key for action in ActionSelection().select_actions(CATALOGUE)]
    assert keys == CATALOGUE.action_keys()
    for less in (ActionSelection(only=["read", "create", "update", "delete"]), ActionSelection(exclude=["rawRequest"])):
        assert {*keys} - {action.key for action in less.select_actions(CATALOGUE)} == {"rawRequest"}


def test_a_selection_narrows_and_unknown_values_are_refused() -> None:
    chosen = ActionSelection(
        only=["read"], resources=["meetings"], include=["get*", "list*"], exclude=["getMeetingSummary"]
    )
    keys = {action.key for action in chosen.select_actions(CATALOGUE)}
    assert keys == {"getMeeting", "getMeetingInvitation", "getPastMeetingParticipants", "listMeetings"}
    with pytest.raises(InputError) as caught:
        ActionSelection(only=["reed"], resources=["meeting"], include=["x*"]).select_actions(CATALOGUE)
    assert [problem.input for problem in caught.value.problems] == ["--only", "--resources", "--include"]
    assert "did you mean meetings?" in caught.value.message


def test_schemas_of_every_action() -> None:
    found = build_json_schemas(ALL)
    assert set(found["actions"]) == set(CATALOGUE.action_keys())
    for schemas in found["actions"].values():
        Draft202012Validator.check_schema(schemas["inputs"])
        Draft202012Validator.check_schema(schemas["data"] if schemas["data"] is not None else {})


def test_each_list_is_deterministic_json() -> None:
    for make in (build_openai_tools, build_anthropic_tools, build_json_schemas):
        assert json.dumps(make(ALL)) == json.dumps(make(ActionSelection(only=EFFECTS).select_actions(Catalogue())))
