"""The gateway in this process, over the embedded Zoom, and behind a socket where hanging up is what matters."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from zoom_component import Component, Options
from zoom_component.client.session import AsyncSession
from zoom_component.server.http.app import Gateway
from zoom_component.server.http.calls import Sessions
from zoom_sandbox import Sandbox

OPTIONS = Options(count_daily=False, first_wait=0.0, retries=0)


@pytest.fixture(scope="session")
def component() -> Component:
    return Component.load()


@pytest.fixture
def zoom() -> Sandbox:
    return Sandbox(users=640)


@pytest.fixture
def sessions(component: Component, zoom: Sandbox) -> Sessions:
    """Two connections may be named: `work`, and `old`, whose token is refused."""

    def opens(name: str) -> AsyncSession:
        token = "worn-out" if name == "old" else zoom.token()
        return component.aconnect(
            token=token, base_url="http://127.0.0.1/v2", transport=zoom.transport(), options=OPTIONS
        )

    return Sessions(opens, ("work", "old"))


class Gate:
    """A client of an application without a socket; each call is a whole life of its loop."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        async def main() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8091") as client:
                return await client.request(method, path, **how)

        return asyncio.run(main())

    def run(self, key: str, inputs: Any = None, **query: Any) -> httpx.Response:
        return self.ask("POST", f"/actions/{key}", json=inputs or {}, params=query)


@pytest.fixture
def gate(component: Component, sessions: Sessions) -> Gate:
    return Gate(Gateway(component, sessions).application())


@pytest.fixture
def guarded(component: Component, sessions: Sessions) -> Callable[..., Gate]:
    def opened(key: str = "", most: int = 1000) -> Gate:
        return Gate(Gateway(component, sessions).application(key, most))

    return opened
