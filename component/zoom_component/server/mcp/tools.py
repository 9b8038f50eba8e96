"""An action as a tool: its name, what it is for, its inputs and results as schemas, and hints from its effect.

https://modelcontextprotocol.io/specification/2025-11-25/server/tools
"""

from __future__ import annotations

from typing import Any

from mcp_types import Tool, ToolAnnotations

from zoom_component.spec.spec import ActionSpec
from zoom_component.tools.export.inputs_schema import build_output_schema
from zoom_component.tools.export.model_tools import build_tool_schema

__all__ = ["DRY_RUN_INPUT", "MAX_ITEMS_INPUT", "MAX_ITEMS_LIMIT", "RESUME_INPUT", "build_tool", "build_toolkit_tool"]

# Inputs that every tool or every list has beside those of its action.
DRY_RUN_INPUT, MAX_ITEMS_INPUT, RESUME_INPUT = "dryRun", "maxItems", "resume"
MAX_ITEMS_DEFAULT, MAX_ITEMS_LIMIT = 100, 10_000


def build_tool(action: ActionSpec, *, with_output_schema: bool = True) -> Tool:
    """The tool of an action; `results` False leaves the schema of its results out."""
    return Tool(
        name=action.key,
        title=action.label,
        description=_description(action),
        input_schema=_inputs(action),
        output_schema=_results(action) if with_output_schema else None,
        annotations=_hints(action),
    )


def build_toolkit_tool(action: ActionSpec, *, with_output_schema: bool = True) -> Tool:
    """An action as the toolkit catalogue has it (it comes under its slug): its names, its envelope, nothing of ours."""
    envelope = {
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
        output_schema=envelope if with_output_schema else None,
        annotations=_hints(action),
    )


def _hints(action: ActionSpec) -> ToolAnnotations:
    """An update or a delete takes something away, and done again changes nothing more; a create only adds."""
    effect = action.effect
    return ToolAnnotations(
        title=action.label,
        read_only_hint=effect == "read",
        destructive_hint=effect in ("update", "delete", "any"),
        idempotent_hint=effect in ("read", "update", "delete"),
        open_world_hint=True,
    )


def _description(action: ActionSpec) -> str:
    told = [f"{action.description.rstrip('.')}."]
    if action.pages is not None:
        told.append(
            f"Gives up to {MAX_ITEMS_INPUT} items and, where there are more, a token to go on with ({RESUME_INPUT})."
        )
    if action.effect == "update":
        told.append("Only what is given changes.")
    if action.plan:
        told.append(f"Zoom wants: {action.plan.rstrip('.')}.")
    if action.daily_quota is not None:
        told.append(
            f"Zoom allows {action.daily_quota.limit} a day for the same {' and '.join(action.daily_quota.per)}."
        )
    return " ".join(told)


def _inputs(action: ActionSpec) -> dict[str, Any]:
    schema = build_tool_schema(action)
    schema["properties"] = {**schema["properties"], **_steering(action)}
    return schema


def _steering(action: ActionSpec) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if action.pages is not None:
        found[MAX_ITEMS_INPUT] = {
            "type": "integer",
            "title": "Most Items",
            "description": "How many items to fetch at most, in whole pages.",
            "minimum": 1,
            "maximum": MAX_ITEMS_LIMIT,
            "default": MAX_ITEMS_DEFAULT,
        }
        found[RESUME_INPUT] = {
            "type": "string",
            "title": "Resume",
            "description": "The token that an earlier call of this tool gave as `next`; it lapses after 15 minutes.",
        }
    found[DRY_RUN_INPUT] = {
        "type": "boolean",
        "title": "Dry Run",
        "description": "Check the inputs and show the request; nothing is sent.",
        "default": False,
    }
    return found


def _results(action: ActionSpec) -> dict[str, Any]:
    told = {
        "data": build_output_schema(action) or {},
        "next": {"type": "string", "description": "A token to go on with, where there are more items."},
        "cautions": {"type": "array", "items": {"type": "string"}},
        "request": {"type": "object", "description": "What would have been sent, of a dry run."},
    }
    return {"type": "object", "properties": told}
