"""An action as a tool: its name, what it is for, its inputs and results as schemas, and hints from its effect.

https://modelcontextprotocol.io/specification/2025-11-25/server/tools
"""

from __future__ import annotations

from typing import Any

from mcp_types import Tool, ToolAnnotations

from zoom_component.spec.spec import ActionSpec
from zoom_component.tools.export.inputs_schema import output_schema
from zoom_component.tools.export.tools import tool_schema

__all__ = ["DRY_RUN", "ITEMS", "MOST_ITEMS", "RESUME", "catalogue_tool", "tool"]

# Inputs that every tool or every list has beside those of its action.
DRY_RUN, ITEMS, RESUME = "dryRun", "maxItems", "resume"
USUAL_ITEMS, MOST_ITEMS = 100, 10_000


def tool(action: ActionSpec, *, results: bool = True) -> Tool:
    """The tool of an action; `results` False leaves the schema of its results out."""
    return Tool(
        name=action.key,
        title=action.label,
        description=_description(action),
        input_schema=_inputs(action),
        output_schema=_results(action) if results else None,
        annotations=_hints(action),
    )


def catalogue_tool(action: ActionSpec, *, results: bool = True) -> Tool:
    """An action as the toolkit catalogue has it (it comes under its slug): its names, its envelope, nothing of ours."""
    envelope = {
        "type": "object",
        "properties": {
            "data": output_schema(action._replace(pages=None)) or {"type": "object"},
            "error": {"type": ["string", "null"], "description": "What went wrong, and what to do next."},
            "successful": {"type": "boolean"},
        },
        "required": ["data", "error", "successful"],
    }
    return Tool(
        name=action.key,
        title=action.label,
        description=f"{action.description.rstrip('.')}.",
        input_schema=tool_schema(action),
        output_schema=envelope if results else None,
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
        told.append(f"Gives up to {ITEMS} items and, where there are more, a token to go on with ({RESUME}).")
    if action.effect == "update":
        told.append("Only what is given changes.")
    if action.plan:
        told.append(f"Zoom wants: {action.plan.rstrip('.')}.")
    if action.daily is not None:
        told.append(f"Zoom allows {action.daily.limit} a day for the same {' and '.join(action.daily.per)}.")
    return " ".join(told)


def _inputs(action: ActionSpec) -> dict[str, Any]:
    schema = tool_schema(action)
    schema["properties"] = {**schema["properties"], **_steering(action)}
    return schema


def _steering(action: ActionSpec) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if action.pages is not None:
        found[ITEMS] = {
            "type": "integer",
            "title": "Most Items",
            "description": "How many items to fetch at most, in whole pages.",
            "minimum": 1,
            "maximum": MOST_ITEMS,
            "default": USUAL_ITEMS,
        }
        found[RESUME] = {
            "type": "string",
            "title": "Resume",
            "description": "The token that an earlier call of this tool gave as `next`; it lapses after 15 minutes.",
        }
    found[DRY_RUN] = {
        "type": "boolean",
        "title": "Dry Run",
        "description": "Check the inputs and show the request; nothing is sent.",
        "default": False,
    }
    return found


def _results(action: ActionSpec) -> dict[str, Any]:
    told = {
        "data": output_schema(action) or {},
        "next": {"type": "string", "description": "A token to go on with, where there are more items."},
        "cautions": {"type": "array", "items": {"type": "string"}},
        "request": {"type": "object", "description": "What would have been sent, of a dry run."},
    }
    return {"type": "object", "properties": told}
