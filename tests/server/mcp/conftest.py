"""An agent's client at the door, and the embedded Zoom behind it."""

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
Opens = Callable[..., AbstractAsyncContextManager[Client]]


@pytest.fixture(scope="module")
def component() -> Component:
    return Component.load()


@pytest.fixture
def zoom() -> Sandbox:
    return Sandbox(users=640)


@pytest.fixture(params=["auto", "legacy"])
def mode(request: pytest.FixtureRequest) -> str:
    """The protocol of today, and the one with a handshake."""
    return str(request.param)


@pytest.fixture
def client(component: Component, zoom: Sandbox, mode: str) -> Opens:
    """Opens a client of a server over the embedded Zoom. `choice` says which actions, `more` goes to the client."""

    @asynccontextmanager
    async def opened(choice: ActionSelection | None = None, *, dry: bool = False, **more: Any) -> AsyncIterator[Client]:
        offered = (choice or ActionSelection()).select_actions(component.catalogue)

        def opens() -> AsyncSession:
            transport: httpx.AsyncBaseTransport = zoom.create_transport()
            return component.aconnect(
                token=zoom.issue_token(), base_url="http://127.0.0.1/v2", transport=transport, options=OPTIONS
            )

        served = McpHandlers(component.catalogue, {each.key: each for each in offered}, opens, dry_run=dry)
        async with Client(build_server(served), mode=mode, **more) as found:
            yield found

    return opened
