"""The pick lists as one tool, `pick`: what an id may be, with names that a person would know it by."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from mcp_types import CallToolResult, Tool, ToolAnnotations

from zoom_component.client.options import DEFAULT_LIMIT, MAX_LIMIT, afetch_options
from zoom_component.client.session import AsyncSession
from zoom_component.errors import ComponentError, InputError, Problem
from zoom_component.server.mcp.calls import error_result, success_result
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.data_source_spec import DataSourceSpec
from zoom_component.spec.diagnostics import suggest

__all__ = ["OPTIONS_TOOL", "build_options_tool", "call_options_tool", "select_sources"]

OPTIONS_TOOL = "pick"
_WORDS = ("source", "inputs", "search", "most", "resume")
_CHOICE = {
    "type": "object",
    "properties": {"value": {"type": "string"}, "label": {"type": "string"}},
    "required": ["value", "label"],
}


def select_sources(catalogue: Catalogue, actions: Collection[str]) -> list[DataSourceSpec]:
    """The sources over these actions: whoever may not list users is not offered them here either."""
    sources = (catalogue.data_source(key) for key in catalogue.data_source_keys())
    return [source for source in sources if source.action in actions]


def build_options_tool(sources: list[DataSourceSpec]) -> Tool:
    """The tool; `sources` are those that it knows."""
    told = "; ".join(f"{source.key} ({_wanted(source)})" for source in sources)
    properties: dict[str, Any] = {
        "source": {"type": "string", "enum": [source.key for source in sources], "description": "What is listed."},
        "inputs": {
            "type": "object",
            "default": {},
            "description": f"What each source has to be told: {told}.",
        },
        "search": {"type": "string", "default": "", "description": "Only labels with these words, in any order."},
        "most": {
            "type": "integer",
            "minimum": 1,
            "maximum": MAX_LIMIT,
            "default": DEFAULT_LIMIT,
            "description": "How many.",
        },
        "resume": {"type": "string", "default": "", "description": "The `next` of an earlier call, to go on."},
    }
    results = {"choices": {"type": "array", "items": _CHOICE}, "next": {"type": "string"}}
    return Tool(
        name=OPTIONS_TOOL,
        title="Pick",
        description="Find the id of a person, meeting, webinar, channel and the like by its name or topic: values with "
        "labels, as many as are wanted. Cheaper than a list where only ids are wanted.",
        input_schema={
            "type": "object",
            "properties": properties,
            "required": ["source"],
            "additionalProperties": False,
        },
        output_schema={"type": "object", "properties": results},
        annotations=ToolAnnotations(title="Pick", read_only_hint=True, destructive_hint=False, idempotent_hint=True),
    )


async def call_options_tool(
    session: AsyncSession, sources: list[DataSourceSpec], arguments: Mapping[str, Any]
) -> CallToolResult:
    """Runs a pick for a model."""
    try:
        words = _checked(sources, arguments)
        found = await afetch_options(
            session,
            words.pop("source"),
            words.pop("inputs", {}),
            **{"limit" if word == "most" else word: value for word, value in words.items()},
        )
    except ComponentError as error:
        return error_result(error)
    cautions = {"cautions": list(found.warnings)} if found.warnings else {}
    return success_result({**found.as_json(), **cautions})


def _wanted(source: DataSourceSpec) -> str:
    inputs = [spec for spec in source.inputs.values() if spec.type != "connection"]
    return ", ".join(spec.key if spec.required else f"{spec.key}, optional" for spec in inputs) or "nothing"


def _checked(sources: list[DataSourceSpec], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments, of the right types. Raises InputError with all that is wrong with them."""
    keys = [source.key for source in sources]
    problems = [
        Problem(word, f"there is no such argument; {suggest(word, _WORDS)}") for word in arguments if word not in _WORDS
    ]
    kinds: Mapping[str, type] = {"source": str, "inputs": dict, "search": str, "most": int, "resume": str}
    for word, kind in kinds.items():
        value = arguments.get(word)
        if word in arguments and (not isinstance(value, kind) or isinstance(value, bool)):
            wanted = {str: "text", dict: "an object", int: "a whole number"}[kind]
            problems.append(Problem(word, f"came {value!r}; accepted: {wanted}"))
    source = arguments.get("source")
    if source is None or (isinstance(source, str) and source not in keys):
        problems.append(Problem("source", f"there is no source {source!r}; {suggest(str(source or ''), keys)}"))
    if problems:
        raise InputError(problems)
    return dict(arguments)
