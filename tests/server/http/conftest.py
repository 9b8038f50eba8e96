"""Provide clients of the HTTP application in this process, with the sandbox behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from zoom_component import Component, SessionOptions
from zoom_component.client.session import AsyncSession
from zoom_component.server.access import Access
from zoom_component.server.guard import GuardLimits
from zoom_component.server.http.app import HttpServer
from zoom_component.server.http.calls import SessionPool
from zoom_sandbox import Sandbox

OPTIONS = SessionOptions(count_daily=False, first_wait=0.0, retries=0)


@pytest.fixture(scope="session")
def component() -> Component:
    return Component.load()


@pytest.fixture
def zoom() -> Sandbox:
    return Sandbox(users=640)


@pytest.fixture
def sessions(component: Component, zoom: Sandbox) -> SessionPool:
    """Provide two connections that callers may name: `work`, and `old`, whose token is rejected."""

    def open_session(name: str) -> AsyncSession:
        token = "expired-token" if name == "old" else zoom.issue_token()
        return component.aconnect(
            token=token, base_url="http://127.0.0.1/v2", transport=zoom.create_transport(), options=OPTIONS
        )

    return SessionPool(open_session, ("work", "old"))


class HttpClient:
    """Call an application without a socket; each call runs its own event loop."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def main() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8091") as http:
                return await http.request(method, path, **options)

        return asyncio.run(main())

    def run(self, key: str, inputs: Any = None, **query: Any) -> httpx.Response:
        return self.request("POST", f"/actions/{key}", json=inputs or {}, params=query)


@pytest.fixture
def client(component: Component, sessions: SessionPool) -> HttpClient:
    return HttpClient(HttpServer(component, sessions).build_app())


@pytest.fixture
def create_client(component: Component, sessions: SessionPool) -> Callable[..., HttpClient]:
    def create(api_key: str = "", max_body_bytes: int = 1000) -> HttpClient:
        return HttpClient(
            HttpServer(component, sessions).build_app(Access(api_key), GuardLimits(max_body_bytes=max_body_bytes))
        )

    return create
