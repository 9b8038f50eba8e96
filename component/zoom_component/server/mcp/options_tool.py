"""Offer all data sources as one tool, `listOptions`, which returns ids with labels."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from mcp_types import CallToolResult, Tool, ToolAnnotations

from zoom_component.client.options import DEFAULT_LIMIT, MAX_LIMIT, afetch_options
from zoom_component.client.request.absence import is_empty
from zoom_component.client.session import AsyncSession
from zoom_component.errors import ComponentError, InputError, Problem
from zoom_component.server.mcp.calls import error_result, success_result
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.data_source_spec import DataSourceSpec
from zoom_component.spec.diagnostics import suggest

__all__ = ["OPTIONS_TOOL", "build_options_tool", "call_options_tool", "select_sources"]

OPTIONS_TOOL = "listOptions"
_ARGUMENT_TYPES: Mapping[str, type] = {"source": str, "inputs": dict, "search": str, "limit": int, "resume": str}
_MAX_PROBLEMS = 20  # of unknown names: finding a similar one takes time
_TYPE_NAMES = {str: "text", dict: "an object", int: "an integer"}
_OPTION = {
    "type": "object",
    "properties": {"value": {"type": "string"}, "label": {"type": "string"}},
    "required": ["value", "label"],
}


def select_sources(catalogue: Catalogue, actions: Collection[str]) -> list[DataSourceSpec]:
    """Return the data sources over these actions, so that no other action is called."""
    sources = (catalogue.data_source(key) for key in catalogue.data_source_keys())
    return [source for source in sources if source.action in actions]


def build_options_tool(sources: list[DataSourceSpec]) -> Tool:
    """Return the tool for these data sources."""
    inputs = "; ".join(f"{source.key} ({_describe_inputs(source)})" for source in sources)
    properties: dict[str, Any] = {
        "source": {"type": "string", "enum": [source.key for source in sources], "description": "What to list."},
        "inputs": {"type": "object", "default": {}, "description": f"The inputs of each source: {inputs}."},
        "search": {"type": "string", "default": "", "description": "Only labels with these words, in any order."},
        "limit": {
            "type": "integer",
            "minimum": 1,
            "maximum": MAX_LIMIT,
            "default": DEFAULT_LIMIT,
            "description": "How many options to return.",
        },
        "resume": {"type": "string", "default": "", "description": "The `next` of an earlier call, to continue."},
    }
    results = {"options": {"type": "array", "items": _OPTION}, "next": {"type": "string"}}
    return Tool(
        name=OPTIONS_TOOL,
        title="List Options",
        description="Find the id of a person, meeting, webinar, channel and the like by its name or topic. Returns "
        "values with labels, and is cheaper than a list action if only ids are needed.",
        input_schema={
            "type": "object",
            "properties": properties,
            "required": ["source"],
            "additionalProperties": False,
        },
        output_schema={"type": "object", "properties": results},
        annotations=ToolAnnotations(
            title="List Options", read_only_hint=True, destructive_hint=False, idempotent_hint=True
        ),
    )


async def call_options_tool(
    session: AsyncSession, sources: list[DataSourceSpec], arguments: Mapping[str, Any]
) -> CallToolResult:
    """Return the options of a data source as the result of the tool.

    Errors too are returned as a result.
    """
    try:
        checked = _check_arguments(sources, arguments)
        page = await afetch_options(session, checked.pop("source"), checked.pop("inputs", {}), **checked)
    except ComponentError as error:
        return error_result(error)
    warnings = {"warnings": list(page.warnings)} if page.warnings else {}
    return success_result({**page.as_json(), **warnings})


def _describe_inputs(source: DataSourceSpec) -> str:
    inputs = [spec for spec in source.inputs.values() if spec.type != "connection"]
    return ", ".join(spec.key if spec.required else f"{spec.key}, optional" for spec in inputs) or "none"


def _check_arguments(sources: list[DataSourceSpec], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments. Null and "" count as not given.

    Raise InputError with all problems of their names and types.
    """
    arguments = {name: value for name, value in arguments.items() if not is_empty(value)}
    keys = [source.key for source in sources]
    problems = [
        Problem(name[:100], f"unknown argument; {suggest(name, _ARGUMENT_TYPES)}")
        for name in [name for name in arguments if name not in _ARGUMENT_TYPES][:_MAX_PROBLEMS]
    ]
    for name, kind in _ARGUMENT_TYPES.items():
        value = arguments.get(name)
        if name in arguments and (not isinstance(value, kind) or isinstance(value, bool)):
            problems.append(Problem(name, f"expected {_TYPE_NAMES[kind]}, got {value!r}"))
    source = arguments.get("source")
    if source is None:
        problems.append(Problem("source", f"is required; {suggest('', keys)}"))
    elif isinstance(source, str) and source not in keys:
        problems.append(Problem("source", f'unknown source "{source[:100]}"; {suggest(source, keys)}'))
    if problems:
        raise InputError(problems)
    return arguments
