"""Build the MCP server.

It uses the SDK's low-level server, which takes JSON Schemas unchanged and does not check inputs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import mcp_types as types
from mcp.server import Server
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError

from zoom_component import __version__
from zoom_component.client.session import AsyncSession
from zoom_component.errors import ComponentError, TryLater
from zoom_component.server.access import Caller
from zoom_component.server.audit_log import AuditEntry, AuditLog
from zoom_component.server.guard import CALLER
from zoom_component.server.mcp import options_tool, prompts, resources
from zoom_component.server.mcp.calls import call_action, call_toolkit_tool, error_result
from zoom_component.server.mcp.confirmation import request_confirmation
from zoom_component.server.mcp.tools import DRY_RUN_INPUT, build_tool, build_toolkit_tool
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.data_source_spec import DataSourceSpec
from zoom_component.spec.diagnostics import suggest
from zoom_component.spec.spec import ActionSpec

__all__ = ["McpHandlers", "build_server"]

NAME = "zoom-component"
INSTRUCTIONS = (
    "Tools of the Zoom API: meetings, webinars, registrants, recordings, users, phone, chat and reports. The user id "
    "me is the connected user. Times are local with a time zone, or UTC with Z. A list returns a page of items and a "
    "token to continue with. Every tool accepts dryRun to return its request without sending it. Errors include "
    "what to do next."
)
Context = ServerRequestContext[Any, Any]


@dataclass
class McpHandlers:
    """Handle the requests of MCP clients, over one session that opens with the first call.

    `actions` are the actions to offer, by name of the tool. With `dry_run`, nothing is ever sent. With
    `confirm_deletes`, a person is asked before a delete if the client can ask one. `output_schemas` adds the schemas of
    results to the tools. With `use_slugs`, the actions are tools of the toolkit catalogue, in its names and its result
    format. `audit_log` records the calls.
    """

    catalogue: Catalogue
    actions: Mapping[str, ActionSpec]
    open_session: Callable[[], AsyncSession]
    dry_run: bool = False
    confirm_deletes: bool = True
    output_schemas: bool = True
    use_slugs: bool = False
    audit_log: AuditLog = field(default_factory=AuditLog)
    session: AsyncSession | None = None

    def get_session(self) -> AsyncSession:
        """Return the session, opened if needed. Raise ComponentError if there is no connection."""
        if self.session is None:
            self.session = self.open_session()
        return self.session

    async def list_tools(self, context: Context, params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        """Return all tools on one page."""
        build = build_toolkit_tool if self.use_slugs else build_tool
        tools = [build(action, with_output_schema=self.output_schemas) for action in self.actions.values()]
        if sources := self.list_sources():
            tools.append(options_tool.build_options_tool(sources))
        return types.ListToolsResult(tools=tools)

    def list_sources(self) -> list[DataSourceSpec]:
        """Return the data sources to offer: none in a dry run or with the toolkit catalogue."""
        if self.dry_run or self.use_slugs:
            return []
        return options_tool.select_sources(self.catalogue, self.actions)

    async def call_tool(
        self, context: Context, params: types.CallToolRequestParams
    ) -> types.CallToolResult | types.InputRequiredResult:
        """Run a tool, and record the call."""
        action = self.actions.get(params.name)
        scope = getattr(context.request, "scope", None) or {}
        caller = scope.get(CALLER) or Caller("stdio", "")
        entry = AuditEntry(caller, "mcp", params.name, action.effect if action else "read")
        try:
            async with self.audit_log.record(entry):
                result = await self._call_tool(context, params)
                if isinstance(result, types.CallToolResult) and result.is_error:
                    entry.outcome = _find_kind(result)
                elif not isinstance(result, types.CallToolResult):
                    entry.outcome = "confirmation"
        except TryLater as error:
            return error_result(error)
        return result

    async def _call_tool(
        self, context: Context, params: types.CallToolRequestParams
    ) -> types.CallToolResult | types.InputRequiredResult:
        if params.name == options_tool.OPTIONS_TOOL and (sources := self.list_sources()):
            try:
                return await options_tool.call_options_tool(self.get_session(), sources, params.arguments or {})
            except ComponentError as error:
                return error_result(error)
        action = self.actions.get(params.name)
        if action is None:
            message = f'unknown tool "{params.name[:100]}"; {suggest(params.name, list(self.actions))}'
            raise MCPError(types.INVALID_PARAMS, message)
        arguments = dict(params.arguments or {})
        dry_run = self.dry_run or (not self.use_slugs and arguments.get(DRY_RUN_INPUT) is True)
        if self.dry_run and not self.use_slugs:
            arguments[DRY_RUN_INPUT] = True
        if self.confirm_deletes and not dry_run and _needs_confirmation(action, arguments):
            answer = await request_confirmation(context, params, action, arguments)
            if answer is not None:
                return answer

        async def report_progress(count: int) -> None:
            await context.session.report_progress(count, message=f"{count:,} items")

        try:
            session = self.get_session()
        except ComponentError as error:
            return error_result(error)
        if self.use_slugs:
            return await call_toolkit_tool(session, action.key, arguments, dry_run=dry_run)
        return await call_action(session, action, arguments, report_progress)

    async def list_resources(
        self, context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        """Return the resources with a fixed URI."""
        return types.ListResourcesResult(resources=resources.list_resources())

    async def list_resource_templates(
        self, context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        """Return the resources whose URI has a parameter."""
        return types.ListResourceTemplatesResult(resource_templates=resources.list_resource_templates())

    async def read_resource(
        self, context: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        """Return the text of a resource."""
        try:
            text = resources.ResourceReader(self.catalogue).read_text(str(params.uri))
        except LookupError as error:
            raise MCPError(types.INVALID_PARAMS, str(error.args[0])) from None
        content = types.TextResourceContents(uri=params.uri, mime_type=resources.MIME_TYPE, text=text)
        return types.ReadResourceResult(contents=[content])

    async def list_prompts(
        self, context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListPromptsResult:
        """Return all prompts."""
        return types.ListPromptsResult(prompts=prompts.list_prompts())

    async def get_prompt(self, context: Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        """Return a prompt with its arguments filled in."""
        try:
            return prompts.fill_prompt(params.name, params.arguments or {})
        except LookupError as error:
            raise MCPError(types.INVALID_PARAMS, str(error.args[0])) from None


def _find_kind(result: types.CallToolResult) -> str:
    """Return the kind of the error in a result; a tool of the toolkit catalogue has it before the first colon."""
    error = (result.structured_content or {}).get("error")
    return str(error.get("kind")) if isinstance(error, dict) else str(error).partition(":")[0][:40]


def _needs_confirmation(action: ActionSpec, arguments: Mapping[str, Any]) -> bool:
    """Return whether to ask a person first, because the action deletes or may delete."""
    is_read = str(arguments.get("method", "")).upper() in ("GET", "HEAD", "OPTIONS")
    return action.effect == "delete" or (action.effect == "any" and not is_read)


def build_server(handlers: McpHandlers) -> Server[Any]:
    """Return the MCP server. The session of `handlers` closes with it."""

    @asynccontextmanager
    async def close_session(server: Server[Any]) -> AsyncIterator[dict[str, Any]]:
        try:
            yield {}
        finally:
            if handlers.session is not None:
                await handlers.session.close()
                handlers.session = None

    return Server(
        NAME,
        version=__version__,
        title="Zoom",
        instructions=INSTRUCTIONS,
        lifespan=close_session,
        on_list_tools=handlers.list_tools,
        on_call_tool=handlers.call_tool,
        on_list_resources=handlers.list_resources,
        on_list_resource_templates=handlers.list_resource_templates,
        on_read_resource=handlers.read_resource,
        on_list_prompts=handlers.list_prompts,
        on_get_prompt=handlers.get_prompt,
    )
