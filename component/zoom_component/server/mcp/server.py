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
from zoom_component.server.mcp import picks, prompts, resources
from zoom_component.server.mcp.calls import call, call_slug, failed
from zoom_component.server.mcp.confirming import confirmed
from zoom_component.server.mcp.tools import DRY_RUN, catalogue_tool, tool
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.faults import suggest
from zoom_component.spec.source_spec import DataSourceSpec
from zoom_component.spec.spec import ActionSpec

__all__ = ["Zoom", "made"]

NAME = "zoom-component"
INSTRUCTIONS = (
    "Tools of the Zoom API: meetings, webinars, registrants, recordings, users, phone, chat and reports. The user id "
    "me is whoever is connected. Times are local with a time zone, or UTC with Z. A list gives a page of items and a "
    "token to go on. Every tool takes dryRun to show its request without sending it. An error says what to do next."
)
Context = ServerRequestContext[Any, Any]


@dataclass
class Zoom:
    """What the handlers share: the actions offered, and one session, which opens with the first call.

    `opens` gives the session; with `dry`, nothing is ever sent. `confirms` asks a person before a delete, where the
    client can. `results` puts schemas of results into the tools. With `slugs` the actions are tools of the toolkit
    catalogue, by slug, in its names and its envelope.
    """

    catalogue: Catalogue
    actions: Mapping[str, ActionSpec]
    opens: Callable[[], AsyncSession]
    dry: bool = False
    confirms: bool = True
    results: bool = True
    slugs: bool = False
    session: AsyncSession | None = None

    def opened(self) -> AsyncSession:
        """The session. Raises ComponentError where there is no connection."""
        if self.session is None:
            self.session = self.opens()
        return self.session

    async def tools(self, context: Context, params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        """Every tool, at once: there are few."""
        made = catalogue_tool if self.slugs else tool
        tools = [made(each, results=self.results) for each in self.actions.values()]
        return types.ListToolsResult(tools=[*tools, picks.tool(sources)] if (sources := self.sources()) else tools)

    def sources(self) -> list[DataSourceSpec]:
        """The pick lists that are offered; none where nothing may be sent, or where a catalogue says what there is."""
        return [] if self.dry or self.slugs else picks.offered(self.catalogue, self.actions)

    async def call(
        self, context: Context, params: types.CallToolRequestParams
    ) -> types.CallToolResult | types.InputRequiredResult:
        """Run a tool."""
        action = self.actions.get(params.name)
        if params.name == picks.PICK and (sources := self.sources()):
            try:
                return await picks.picked(self.opened(), sources, params.arguments or {})
            except ComponentError as error:
                return failed(error)
        if action is None:
            said = f"There is no tool {params.name!r}; {suggest(params.name, list(self.actions))}"
            raise MCPError(types.INVALID_PARAMS, said)
        arguments = dict(params.arguments or {})
        dry = self.dry or (not self.slugs and arguments.get(DRY_RUN) is True)
        if self.dry and not self.slugs:
            arguments[DRY_RUN] = True
        if self.confirms and not dry and _asks(action, arguments):
            answer = await confirmed(context, params, action, arguments)
            if answer is not None:
                return answer

        async def told(items: int) -> None:
            await context.session.report_progress(items, message=f"{items:,} items")

        try:
            session = self.opened()
        except ComponentError as error:
            return failed(error)
        if self.slugs:
            return await call_slug(session, action.key, arguments, dry=dry)
        return await call(session, action, arguments, told)

    async def resources(
        self, context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        """What there is to read."""
        return types.ListResourcesResult(resources=resources.listed())

    async def templates(
        self, context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        """What there is to read one by one."""
        return types.ListResourceTemplatesResult(resource_templates=resources.templates())

    async def read(self, context: Context, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        """The text of a resource."""
        try:
            text = resources.Reading(self.catalogue).text(str(params.uri))
        except LookupError as problem:
            raise MCPError(types.INVALID_PARAMS, str(problem.args[0])) from None
        content = types.TextResourceContents(uri=params.uri, mime_type=resources.KIND, text=text)
        return types.ReadResourceResult(contents=[content])

    async def prompts(self, context: Context, params: types.PaginatedRequestParams | None) -> types.ListPromptsResult:
        """Common jobs."""
        return types.ListPromptsResult(prompts=prompts.listed())

    async def prompt(self, context: Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        """A common job with its arguments."""
        try:
            return prompts.filled(params.name, params.arguments or {})
        except LookupError as problem:
            raise MCPError(types.INVALID_PARAMS, str(problem.args[0])) from None


def _asks(action: ActionSpec, arguments: Mapping[str, Any]) -> bool:
    """Whether a person is to be asked first: before a delete, and before what may be one."""
    reads = str(arguments.get("method", "")).upper() in ("GET", "HEAD", "OPTIONS")
    return action.effect == "delete" or (action.effect == "any" and not reads)


def made(zoom: Zoom) -> Server[Any]:
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
        on_list_tools=zoom.tools,
        on_call_tool=zoom.call,
        on_list_resources=zoom.resources,
        on_list_resource_templates=zoom.templates,
        on_read_resource=zoom.read,
        on_list_prompts=zoom.prompts,
        on_get_prompt=zoom.prompt,
    )
