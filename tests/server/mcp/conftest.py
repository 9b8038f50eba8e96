"""Provide an MCP client of a server with the sandbox behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx
import pytest
from mcp import Client

from zoom_component import Component, SessionOptions
from zoom_component.client.session import AsyncSession
from zoom_component.server.mcp.server import McpHandlers, build_server
from zoom_component.tools.export.action_selection import ActionSelection
from zoom_sandbox import Sandbox

OPTIONS = SessionOptions(count_daily=False, first_wait=0.0)
OpenClient = Callable[..., AbstractAsyncContextManager[Client]]


@pytest.fixture(scope="module")
def component() -> Component:
    return Component.load()


@pytest.fixture
def zoom() -> Sandbox:
    return Sandbox(users=640)


@pytest.fixture(params=["auto", "legacy"])
def mode(request: pytest.FixtureRequest) -> str:
    """Return the current protocol, or the older one with a handshake."""
    return str(request.param)


@pytest.fixture
def client(component: Component, zoom: Sandbox, mode: str) -> OpenClient:
    """Return a function that opens a client.

    `selection` chooses the actions, `options` go to the client.
    """

    @asynccontextmanager
    async def open_client(
        selection: ActionSelection | None = None, *, dry_run: bool = False, **options: Any
    ) -> AsyncIterator[Client]:
        actions = (selection or ActionSelection()).select_actions(component.catalogue)

        def open_session() -> AsyncSession:
            transport: httpx.AsyncBaseTransport = zoom.create_transport()
            return component.aconnect(
                token=zoom.issue_token(), base_url="http://127.0.0.1/v2", transport=transport, options=OPTIONS
            )

        handlers = McpHandlers(component.catalogue, {each.key: each for each in actions}, open_session, dry_run=dry_run)
        async with Client(build_server(handlers), mode=mode, **options) as client:
            yield client

    return open_client
