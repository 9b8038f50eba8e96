"""Describe an action as a tool: description, JSON Schemas, and hints from its effect.

https://modelcontextprotocol.io/specification/2025-11-25/server/tools
"""

from __future__ import annotations

from typing import Any

from mcp_types import Tool, ToolAnnotations

from zoom_component.spec.spec import ActionSpec
from zoom_component.tools.export.inputs_schema import build_output_schema
from zoom_component.tools.export.model_tools import build_tool_schema

__all__ = ["DRY_RUN_INPUT", "MAX_ITEMS_INPUT", "MAX_ITEMS_LIMIT", "RESUME_INPUT", "build_tool", "build_toolkit_tool"]

# Inputs that every tool (dryRun) or every list (the others) has in addition to those of its action.
DRY_RUN_INPUT, MAX_ITEMS_INPUT, RESUME_INPUT = "dryRun", "maxItems", "resume"
MAX_ITEMS_DEFAULT, MAX_ITEMS_LIMIT = 100, 10_000


def build_tool(action: ActionSpec, *, with_output_schema: bool = True) -> Tool:
    """Return the tool of an action."""
    return Tool(
        name=action.key,
        title=action.label,
        description=_describe_action(action),
        input_schema=_build_input_schema(action),
        output_schema=_build_output_schema(action) if with_output_schema else None,
        annotations=_build_hints(action),
    )


def build_toolkit_tool(action: ActionSpec, *, with_output_schema: bool = True) -> Tool:
    """Return an action as a tool of the toolkit catalogue, with its names and result format.

    `action` is the action under its slug. The tool has none of the inputs above.
    """
    result = {
        "type": "object",
        "properties": {
            "data": build_output_schema(action._replace(pages=None)) or {"type": "object"},
            "error": {"type": ["string", "null"], "description": "What went wrong, and what to do next."},
            "successful": {"type": "boolean"},
        },
        "required": ["data", "error", "successful"],
    }
    return Tool(
        name=action.key,
        title=action.label,
        description=f"{action.description.rstrip('.')}.",
        input_schema=build_tool_schema(action),
        output_schema=result if with_output_schema else None,
        annotations=_build_hints(action),
    )


def _build_hints(action: ActionSpec) -> ToolAnnotations:
    """Return the hints: updates and deletes are destructive and can be repeated.

    A create only adds.
    """
    effect = action.effect
    return ToolAnnotations(
        title=action.label,
        read_only_hint=effect == "read",
        destructive_hint=effect in ("update", "delete", "any"),
        idempotent_hint=effect in ("read", "update", "delete"),
        open_world_hint=True,
    )


def _describe_action(action: ActionSpec) -> str:
    sentences = [f"{action.description.rstrip('.')}."]
    if action.pages is not None:
        sentences.append(
            f"Returns up to {MAX_ITEMS_INPUT} items and, if there are more, a token to continue with ({RESUME_INPUT})."
        )
    if action.effect == "update":
        sentences.append("Only the inputs that you set are changed.")
    if action.plan:
        sentences.append(f"Zoom requires: {action.plan.rstrip('.')}.")
    if (quota := action.daily_quota) is not None:
        sentences.append(f"Zoom allows {quota.limit} calls a day for the same {' and '.join(quota.per)}.")
    return " ".join(sentences)


def _build_input_schema(action: ActionSpec) -> dict[str, Any]:
    schema = build_tool_schema(action)
    schema["properties"] = {**schema["properties"], **_build_own_inputs(action)}
    return schema


def _build_own_inputs(action: ActionSpec) -> dict[str, Any]:
    inputs: dict[str, Any] = {}
    if action.pages is not None:
        inputs[MAX_ITEMS_INPUT] = {
            "type": "integer",
            "title": "Max Items",
            "description": "How many items to fetch at most, in whole pages.",
            "minimum": 1,
            "maximum": MAX_ITEMS_LIMIT,
            "default": MAX_ITEMS_DEFAULT,
        }
        inputs[RESUME_INPUT] = {
            "type": "string",
            "title": "Resume",
            "description": "The `next` token of an earlier call of this tool; it expires after 15 minutes.",
        }
    inputs[DRY_RUN_INPUT] = {
        "type": "boolean",
        "title": "Dry Run",
        "description": "Check the inputs and return the request without sending it.",
        "default": False,
    }
    return inputs


def _build_output_schema(action: ActionSpec) -> dict[str, Any]:
    properties = {
        "data": build_output_schema(action) or {},
        "next": {"type": "string", "description": "A token to continue with, if there are more items."},
        "warnings": {"type": "array", "items": {"type": "string"}},
        "request": {"type": "object", "description": "The request that a dry run would send."},
    }
    return {"type": "object", "properties": properties}
