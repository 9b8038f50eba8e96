"""One call of a tool: inputs checked, the action run or planned, the result or the error put into words and values."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from mcp_types import CallToolResult, TextContent

from zoom_component.client import tool_result
from zoom_component.client.session import AsyncSession
from zoom_component.errors import ComponentError, InputError, Problem
from zoom_component.server.mcp.tools import (
    DRY_RUN_INPUT,
    MAX_ITEMS_DEFAULT,
    MAX_ITEMS_INPUT,
    MAX_ITEMS_LIMIT,
    RESUME_INPUT,
)
from zoom_component.spec.spec import ActionSpec

__all__ = ["ReportProgress", "call_action", "call_toolkit_tool", "error_result", "success_result"]

ReportProgress = Callable[[int], Awaitable[None]]  # is told how many items there are by now


async def call_action(
    session: AsyncSession, action: ActionSpec, arguments: Mapping[str, Any], report_progress: ReportProgress
) -> CallToolResult:
    """Runs an action for a model. Whatever the inputs or Zoom have against it comes back as a result, too."""
    try:
        return success_result(await _value(session, action, dict(arguments), report_progress))
    except ComponentError as error:
        return error_result(error)


async def call_toolkit_tool(
    session: AsyncSession, slug: str, arguments: Mapping[str, Any], *, dry_run: bool
) -> CallToolResult:
    """Runs a tool of the toolkit catalogue; its envelope is the result, of a failure as well."""
    try:
        if dry_run:
            request = session.plan(slug, arguments).as_json(session.connection.base_url)
            return success_result(tool_result.build_success({"request": request}))
        return success_result(tool_result.build_success((await session.run(slug, arguments)).data))
    except ComponentError as error:
        told = tool_result.build_failure(error)
        return CallToolResult(content=[_text(_json(told))], structured_content=told, is_error=True)


async def _value(
    session: AsyncSession, action: ActionSpec, inputs: dict[str, Any], told: ReportProgress
) -> dict[str, Any]:
    dry, most, resume = _steering(inputs, action)
    if dry:
        plan = session.plan(action.key, inputs)
        request = plan.as_json(session.connection.base_url)
        return _with_cautions({"request": request}, plan.warnings)
    if action.pages is not None:
        return await _listed(session, action, inputs, most, resume, told)
    result = await session.run(action.key, inputs)
    return _with_cautions({"data": result.data}, result.warnings)


async def _listed(
    session: AsyncSession, action: ActionSpec, inputs: Mapping[str, Any], most: int, resume: str, told: ReportProgress
) -> dict[str, Any]:
    """The items of as many whole pages as are wanted, and the token of the next."""
    assert action.pages is not None
    items: list[Any] = []
    token = ""
    size = min(most, action.pages.page_size)
    async for page in session.pages(action.key, inputs, page_size=size, resume=resume):
        items += page.items
        token = page.next_token
        await told(len(items))
        if len(items) >= most:
            break
    found: dict[str, Any] = {"data": {action.pages.items: items}}
    return {**found, "next": token} if token else found


def _steering(inputs: dict[str, Any], action: ActionSpec) -> tuple[bool, int, str]:
    """The inputs that are the tool's own, taken out. Raises InputError for what they cannot be."""
    dry, most = (
        inputs.pop(DRY_RUN_INPUT, False),
        inputs.pop(MAX_ITEMS_INPUT, MAX_ITEMS_DEFAULT) if action.pages is not None else 0,
    )
    resume = inputs.pop(RESUME_INPUT, "") if action.pages is not None else ""
    problems = []
    if not isinstance(dry, bool):
        problems.append(Problem(DRY_RUN_INPUT, f"came {dry!r}; accepted: true or false"))
    if isinstance(most, bool) or not isinstance(most, int) or (action.pages and not 1 <= most <= MAX_ITEMS_LIMIT):
        problems.append(
            Problem(MAX_ITEMS_INPUT, f"came {most!r}; accepted: a whole number from 1 to {MAX_ITEMS_LIMIT:,}")
        )
    if not isinstance(resume, str):
        problems.append(Problem(RESUME_INPUT, f"came {resume!r}; accepted: the text that an earlier call gave as next"))
    if problems:
        raise InputError(problems, action=action.key)
    return dry, most, resume


def _with_cautions(value: dict[str, Any], cautions: tuple[str, ...]) -> dict[str, Any]:
    return {**value, "cautions": list(cautions)} if cautions else value


def success_result(value: dict[str, Any]) -> CallToolResult:
    """A value as a model reads it."""
    return CallToolResult(content=[_text(_json(value))], structured_content=value)


def error_result(error: ComponentError) -> CallToolResult:
    """An error as a model reads it: what is wrong and what to do next, with its kind and facts beside it."""
    told = [error.message if error.message.endswith((".", "?")) else f"{error.message}."]
    if isinstance(error, InputError):
        told.append("Nothing was sent: mend the inputs and call again.")
    elif retry_at := getattr(error, "retry_at", ""):
        told.append(f"Call again at {retry_at}.")
    if error.resume:
        told.append(f"Go on with {RESUME_INPUT} {error.resume}.")
    return CallToolResult(content=[_text(" ".join(told))], structured_content={"error": error.as_json()}, is_error=True)


def _text(text: str) -> TextContent:
    return TextContent(type="text", text=text)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
