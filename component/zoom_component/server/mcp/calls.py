"""Run or plan an action for a tool, and return the result or the error as MCP content."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from mcp_types import CallToolResult, TextContent

from zoom_component.client import tool_result
from zoom_component.client.request.absence import is_empty
from zoom_component.client.session import AsyncSession
from zoom_component.component_error import Attempts
from zoom_component.errors import ComponentError, InputError, Problem
from zoom_component.json_output import to_json
from zoom_component.server.mcp.tools import (
    DRY_RUN_INPUT,
    MAX_ITEMS_DEFAULT,
    MAX_ITEMS_INPUT,
    MAX_ITEMS_LIMIT,
    RESUME_INPUT,
)
from zoom_component.spec.spec import ActionSpec

__all__ = ["ReportProgress", "call_action", "call_toolkit_tool", "error_result", "success_result"]

ReportProgress = Callable[[int], Awaitable[None]]
"""Called with the number of items that have been fetched so far."""


class _CallOptions(NamedTuple):
    """Hold the inputs of a tool that are not inputs of its action.

    `max_items` is 0 for an action without pages.
    """

    dry_run: bool
    max_items: int
    resume: str


async def call_action(
    session: AsyncSession, action: ActionSpec, arguments: Mapping[str, Any], report_progress: ReportProgress
) -> CallToolResult:
    """Run an action for a model.

    Invalid inputs and errors of Zoom are returned as a result too.
    """
    try:
        return await _run_action(session, action, dict(arguments), report_progress)
    except ComponentError as error:
        return error_result(error)


async def call_toolkit_tool(
    session: AsyncSession, slug: str, arguments: Mapping[str, Any], *, dry_run: bool
) -> CallToolResult:
    """Run a tool of the toolkit catalogue.

    Results and errors are returned in the catalogue's result format.
    """
    try:
        if dry_run:
            request = session.plan(slug, arguments).as_json(session.connection.base_url)
            return success_result(tool_result.build_success({"request": request}))
        result = await session.run(slug, arguments)
        return success_result(tool_result.build_success(result.data), result.attempts)
    except ComponentError as error:
        payload = tool_result.build_failure(error)
        return CallToolResult(content=[_build_text(_encode(payload))], structured_content=payload, is_error=True)


async def _run_action(
    session: AsyncSession, action: ActionSpec, inputs: dict[str, Any], report_progress: ReportProgress
) -> CallToolResult:
    options = _take_options(inputs, action)
    if options.dry_run:
        plan = session.plan(action.key, inputs)
        request = plan.as_json(session.connection.base_url)
        return success_result(_add_warnings({"request": request}, plan.warnings))
    if action.pages is not None:
        return success_result(await _fetch_items(session, action, inputs, options, report_progress))
    result = await session.run(action.key, inputs)
    return success_result(_add_warnings({"data": result.data}, result.warnings), result.attempts)


async def _fetch_items(
    session: AsyncSession,
    action: ActionSpec,
    inputs: Mapping[str, Any],
    options: _CallOptions,
    report_progress: ReportProgress,
) -> dict[str, Any]:
    """Return at least `max_items` items in whole pages, and the token of the next page."""
    assert action.pages is not None
    items: list[Any] = []
    token = ""
    page_size = min(options.max_items, action.pages.page_size)
    call = session.prepare(action.key, inputs, page_size=page_size, resume=options.resume)
    warnings = list(call.inputs.warnings)
    async for page in session.pages(call):
        items += page.items
        warnings += page.warnings
        token = page.next_token
        await report_progress(len(items))
        if len(items) >= options.max_items:
            break
    result: dict[str, Any] = {"data": {action.pages.items: items}}
    return _add_warnings({**result, "next": token} if token else result, tuple(dict.fromkeys(warnings)))


def _take_options(inputs: dict[str, Any], action: ActionSpec) -> _CallOptions:
    """Remove the tool's own inputs from `inputs` and return them. Null and "" count as not given.

    Raise InputError if one is not valid.
    """
    for name in (DRY_RUN_INPUT, *((MAX_ITEMS_INPUT, RESUME_INPUT) if action.pages is not None else ())):
        if is_empty(inputs.get(name)):
            inputs.pop(name, None)
    dry_run, max_items, resume = inputs.pop(DRY_RUN_INPUT, False), 0, ""
    problems = []
    if not isinstance(dry_run, bool):
        problems.append(Problem(DRY_RUN_INPUT, f"expected true or false, got {dry_run!r}"))
    if action.pages is not None:
        max_items, resume = inputs.pop(MAX_ITEMS_INPUT, MAX_ITEMS_DEFAULT), inputs.pop(RESUME_INPUT, "")
        is_integer = isinstance(max_items, int) and not isinstance(max_items, bool)
        if not is_integer or not 1 <= max_items <= MAX_ITEMS_LIMIT:
            expected = f"expected an integer from 1 to {MAX_ITEMS_LIMIT:,}"
            problems.append(Problem(MAX_ITEMS_INPUT, f"{expected}, got {max_items!r}"))
        if not isinstance(resume, str):
            problems.append(Problem(RESUME_INPUT, f"expected the `next` of an earlier call, got {resume!r}"))
    if problems:
        raise InputError(problems, action=action.key)
    return _CallOptions(dry_run, max_items, resume)


def _add_warnings(value: dict[str, Any], warnings: tuple[str, ...]) -> dict[str, Any]:
    return {**value, "warnings": list(warnings)} if warnings else value


def success_result(value: dict[str, Any], attempts: Attempts | None = None) -> CallToolResult:
    """Return a value as the result of a tool, as text and as structured content.

    `_meta` has the attempts if a request was sent again.
    """
    meta = attempts.as_json() if attempts is not None else {}
    return CallToolResult(
        content=[_build_text(_encode(value))],
        structured_content=value,
        _meta={f"zoom-component/{key}": counts for key, counts in meta.items()} or None,
    )


def error_result(error: ComponentError) -> CallToolResult:
    """Return an error as the result of a tool, with what to do next and the error as JSON."""
    sentences = [error.message if error.message.endswith((".", "?")) else f"{error.message}."]
    if isinstance(error, InputError):
        sentences.append("Nothing was sent. Fix the inputs and call again.")
    elif retry_at := getattr(error, "retry_at", ""):
        sentences.append(f"Call again at {retry_at}.")
    if error.resume:
        sentences.append(f"Continue with {RESUME_INPUT} {error.resume}.")
    return CallToolResult(
        content=[_build_text(" ".join(sentences))], structured_content={"error": error.as_json()}, is_error=True
    )


def _build_text(text: str) -> TextContent:
    return TextContent(type="text", text=text)


def _encode(value: Any) -> str:
    return to_json(value, ensure_ascii=False, separators=(",", ":"))
