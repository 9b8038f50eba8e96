"""Export actions as tools for language models: the lists of OpenAI's and Anthropic's APIs, and plain JSON Schemas.

The name of a tool is the key of the action, and its arguments are the inputs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zoom_component.spec.spec import ActionSpec
from zoom_component.tools.export.inputs_schema import DIALECT, build_inputs_schema, build_output_schema
from zoom_component.tools.export.strict_schema import to_strict_schema

__all__ = ["build_anthropic_tools", "build_json_schemas", "build_openai_tools", "build_tool_schema", "describe_tool"]

_MAX_DESCRIPTION = 1024
_EFFECTS = {
    "read": "Changes nothing.",
    "create": "Creates something new.",
    "update": "Changes only what the inputs contain.",
    "delete": "Deletes something.",
    "any": "Can do anything: it depends on the method.",
}


def build_openai_tools(
    actions: Iterable[ActionSpec], *, strict: bool = False, responses: bool = False, advanced: bool = False
) -> list[dict[str, Any]]:
    """Return a list for `tools` of chat completions, or with `responses`, of the Responses API.

    With `strict`, OpenAI makes the model follow the schema: it sends every input, and null for those it leaves out.
    Run such a call with `SessionOptions(null_is_absent=True)`.
    """
    tools = []
    for action in actions:
        schema = build_tool_schema(action, advanced=advanced)
        function = {
            "name": action.key,
            "description": describe_tool(action),
            "parameters": to_strict_schema(schema) if strict else schema,
            "strict": strict,
        }
        tools.append({"type": "function", **function} if responses else {"type": "function", "function": function})
    return tools


def build_anthropic_tools(actions: Iterable[ActionSpec], *, advanced: bool = False) -> list[dict[str, Any]]:
    """Return a list for `tools` of the Messages API."""
    return [
        {
            "name": action.key,
            "description": describe_tool(action),
            "input_schema": build_tool_schema(action, advanced=advanced),
        }
        for action in actions
    ]


def build_json_schemas(actions: Iterable[ActionSpec]) -> dict[str, Any]:
    """Return, by key, the schemas of the inputs and of the `data` of a result (null if no response is published)."""
    return {
        "$schema": DIALECT,
        "actions": {
            action.key: {
                "title": action.label,
                "description": describe_tool(action),
                "inputs": {"$schema": DIALECT, **build_inputs_schema(action)},
                "data": build_output_schema(action),
            }
            for action in actions
        },
    }


def build_tool_schema(action: ActionSpec, *, advanced: bool = False) -> dict[str, Any]:
    """Return the schema of the inputs for a model: without debugRequest, and with advanced inputs only on request."""
    inputs = {
        key: spec
        for key, spec in action.inputs.items()
        if key != "debugRequest" and spec.shown and (advanced or not spec.advanced)
    }
    return build_inputs_schema(action._replace(inputs=inputs), rules=False)


def describe_tool(action: ActionSpec) -> str:
    """Return what an action does and requires, in as many sentences as a tool may have."""
    text = f"{action.description.rstrip('.')}."
    requirement = f"Requires: {action.plan.strip().rstrip('.')}." if action.plan else ""
    for sentence in (_EFFECTS[action.effect], requirement, (action.notes or "").strip()):
        if sentence and len(text) + len(sentence) < _MAX_DESCRIPTION:
            text = f"{text} {' '.join(sentence.split())}"
    return text
