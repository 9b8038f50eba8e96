"""The server: handlers over the SDK's low-level one, which takes the schemas as they are and leaves checking to us."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import mcp_types as types
from mcp.server import Server
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError

from zoom_component import __version__
from zoom_component.client.session import AsyncSession
from zoom_component.errors import ComponentError
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
    "me is whoever is connected. Times are local with a time zone, or UTC with Z. A list gives a page of items and a "
    "token to go on. Every tool takes dryRun to show its request without sending it. An error says what to do next."
)
Context = ServerRequestContext[Any, Any]


@dataclass
class McpHandlers:
    """What the handlers share: the actions offered, and one session, which opens with the first call.

    `opens` gives the session; with `dry`, nothing is ever sent. `confirms` asks a person before a delete, where the
    client can. `results` puts schemas of results into the tools. With `slugs` the actions are tools of the toolkit
    catalogue, by slug, in its names and its envelope.
    """

    catalogue: Catalogue
    actions: Mapping[str, ActionSpec]
    open_session: Callable[[], AsyncSession]
    dry_run: bool = False
    confirm_deletes: bool = True
    output_schemas: bool = True
    use_slugs: bool = False
    session: AsyncSession | None = None

    def get_session(self) -> AsyncSession:
        """The session. Raises ComponentError where there is no connection."""
        if self.session is None:
            self.session = self.open_session()
        return self.session

    async def list_tools(self, context: Context, params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        """Every tool, at once: there are few."""
        made = build_toolkit_tool if self.use_slugs else build_tool
        tools = [made(each, with_output_schema=self.output_schemas) for each in self.actions.values()]
        return types.ListToolsResult(
            tools=[*tools, options_tool.build_options_tool(sources)] if (sources := self.list_sources()) else tools
        )

    def list_sources(self) -> list[DataSourceSpec]:
        """The pick lists that are offered; none where nothing may be sent, or where a catalogue says what there is."""
        return [] if self.dry_run or self.use_slugs else options_tool.select_sources(self.catalogue, self.actions)

    async def call_tool(
        self, context: Context, params: types.CallToolRequestParams
    ) -> types.CallToolResult | types.InputRequiredResult:
        """Run a tool."""
        action = self.actions.get(params.name)
        if params.name == options_tool.OPTIONS_TOOL and (sources := self.list_sources()):
            try:
                return await options_tool.call_options_tool(self.get_session(), sources, params.arguments or {})
            except ComponentError as error:
                return error_result(error)
        if action is None:
            said = f"There is no tool {params.name!r}; {suggest(params.name, list(self.actions))}"
            raise MCPError(types.INVALID_PARAMS, said)
        arguments = dict(params.arguments or {})
        dry = self.dry_run or (not self.use_slugs and arguments.get(DRY_RUN_INPUT) is True)
        if self.dry_run and not self.use_slugs:
            arguments[DRY_RUN_INPUT] = True
        if self.confirm_deletes and not dry and _asks(action, arguments):
            answer = await request_confirmation(context, params, action, arguments)
            if answer is not None:
                return answer

        async def told(items: int) -> None:
            await context.session.report_progress(items, message=f"{items:,} items")

        try:
            session = self.get_session()
        except ComponentError as error:
            return error_result(error)
        if self.use_slugs:
            return await call_toolkit_tool(session, action.key, arguments, dry_run=dry)
        return await call_action(session, action, arguments, told)

    async def list_resources(
        self, context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        """What there is to read."""
        return types.ListResourcesResult(resources=resources.list_resources())

    async def list_resource_templates(
        self, context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        """What there is to read one by one."""
        return types.ListResourceTemplatesResult(resource_templates=resources.list_resource_templates())

    async def read_resource(
        self, context: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        """The text of a resource."""
        try:
            text = resources.ResourceReader(self.catalogue).read_text(str(params.uri))
        except LookupError as problem:
            raise MCPError(types.INVALID_PARAMS, str(problem.args[0])) from None
        content = types.TextResourceContents(uri=params.uri, mime_type=resources.MIME_TYPE, text=text)
        return types.ReadResourceResult(contents=[content])

    async def list_prompts(
        self, context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListPromptsResult:
        """Common jobs."""
        return types.ListPromptsResult(prompts=prompts.list_prompts())

    async def get_prompt(self, context: Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        """A common job with its arguments."""
        try:
            return prompts.fill_prompt(params.name, params.arguments or {})
        except LookupError as problem:
            raise MCPError(types.INVALID_PARAMS, str(problem.args[0])) from None


def _asks(action: ActionSpec, arguments: Mapping[str, Any]) -> bool:
    """Whether a person is to be asked first: before a delete, and before what may be one."""
    reads = str(arguments.get("method", "")).upper() in ("GET", "HEAD", "OPTIONS")
    return action.effect == "delete" or (action.effect == "any" and not reads)


def build_server(zoom: McpHandlers) -> Server[Any]:
    """The server of a Zoom; its session closes with it."""

    @asynccontextmanager
    async def living(server: Server[Any]) -> AsyncIterator[dict[str, Any]]:
        try:
            yield {}
        finally:
            if zoom.session is not None:
                await zoom.session.close()
                zoom.session = None

    return Server(
        NAME,
        version=__version__,
        title="Zoom",
        instructions=INSTRUCTIONS,
        lifespan=living,
        on_list_tools=zoom.list_tools,
        on_call_tool=zoom.call_tool,
        on_list_resources=zoom.list_resources,
        on_list_resource_templates=zoom.list_resource_templates,
        on_read_resource=zoom.read_resource,
        on_list_prompts=zoom.list_prompts,
        on_get_prompt=zoom.get_prompt,
    )
