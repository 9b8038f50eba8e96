"""Actions as the tools of a model: the lists that OpenAI's and Anthropic's interfaces take, and plain JSON Schemas.

A tool's name is the action's key, and its arguments are the inputs of a run.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zoom_component.spec.spec import ActionSpec
from zoom_component.tools.export.inputs_schema import DIALECT, build_inputs_schema, build_output_schema
from zoom_component.tools.export.strict_schema import to_strict_schema as strict_form

__all__ = ["build_anthropic_tools", "build_json_schemas", "build_openai_tools", "build_tool_schema", "describe_tool"]

_LONGEST = 1024
_EFFECTS = {
    "read": "Changes nothing.",
    "create": "Makes something new.",
    "update": "Changes what is given and leaves the rest.",
    "delete": "Takes something away.",
    "any": "May do anything: the method decides.",
}


def build_openai_tools(
    actions: Iterable[ActionSpec], *, strict: bool = False, responses: bool = False, advanced: bool = False
) -> list[dict[str, Any]]:
    """A list for `tools` of chat completions, or of the Responses API, which has no `function` in between.

    With `strict` a model is held to the schema: it gives every input, and null for what it leaves out. Run such a call
    with `Options(null_is_absent=True)`.
    """
    made = []
    for action in actions:
        schema = build_tool_schema(action, advanced=advanced)
        function = {
            "name": action.key,
            "description": describe_tool(action),
            "parameters": strict_form(schema) if strict else schema,
            "strict": strict,
        }
        made.append({"type": "function", **function} if responses else {"type": "function", "function": function})
    return made


def build_anthropic_tools(actions: Iterable[ActionSpec], *, advanced: bool = False) -> list[dict[str, Any]]:
    """A list for `tools` of the Messages API."""
    return [
        {
            "name": action.key,
            "description": describe_tool(action),
            "input_schema": build_tool_schema(action, advanced=advanced),
        }
        for action in actions
    ]


def build_json_schemas(actions: Iterable[ActionSpec]) -> dict[str, Any]:
    """By key: the schema of the inputs, whole, and of a result's `data`; null where no answer is published."""
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
    """The schema of the inputs that a model is offered: none that logs, and advanced ones only if wanted."""
    kept = {
        key: spec
        for key, spec in action.inputs.items()
        if key != "debugRequest" and spec.shown and (advanced or not spec.advanced)
    }
    return build_inputs_schema(action._replace(inputs=kept), rules=False)


def describe_tool(action: ActionSpec) -> str:
    """What an action does and needs, in as many sentences as a tool may have."""
    told = f"{action.description.rstrip('.')}."
    needs = f"Needs: {action.plan.strip().rstrip('.')}." if action.plan else ""
    for sentence in (_EFFECTS[action.effect], needs, (action.notes or "").strip()):
        if sentence and len(told) + len(sentence) < _LONGEST:
            told = f"{told} {' '.join(sentence.split())}"
    return told
