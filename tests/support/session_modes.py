"""The component at work on an embedded Zoom, without a socket, in both colours: for threads and for asyncio."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from zoom_component import Component, Result, SessionOptions
from zoom_component.client.connections.registry import ConnectionRegistry
from zoom_component.client.connections.renewing_connection import RenewingConnection
from zoom_component.client.connections.store import MemoryStore
from zoom_component.client.connections.token_endpoint import TokenEndpoint
from zoom_sandbox import ManualClock, Sandbox

PRESENT = datetime(2026, 1, 31, 12, tzinfo=UTC).timestamp()
OPTIONS = SessionOptions(count_daily=False, first_wait=0.0, clock=lambda: PRESENT, random=lambda: 0.0)
COMPONENT = Component.load()


def create_sandbox(**how: Any) -> Sandbox:
    """An embedded Zoom whose clock stands."""
    return Sandbox(clock=ManualClock(PRESENT), **how)


def create_connection(zoom: Sandbox) -> RenewingConnection:
    """A Server-to-Server app of the account."""
    endpoint = TokenEndpoint(transport=zoom.create_transport(), sleep=lambda seconds: None)
    made = ConnectionRegistry(
        COMPONENT.catalogue.connections(), MemoryStore(), endpoint=endpoint, clock=lambda: zoom.now()
    )
    fields = {"clientId": zoom.client_id, "clientSecret": zoom.client_secret, "accountId": zoom.account_id}
    return made.open_with_fields("serverToServer", fields, "http://127.0.0.1/v2")


def list_calls(zoom: Sandbox) -> list[str]:
    """Method and path of every call of the API that arrived, in order; tokens are told as such."""
    return [
        "token" if each.path == "/oauth/token" else f"{each.method} {each.path.removeprefix('/v2')}"
        for each in zoom.requests
    ]


class SessionMode:
    """Calls in one colour, each over a session of its own."""

    def __init__(self, zoom: Sandbox, options: SessionOptions = OPTIONS) -> None:
        self.zoom, self.options = zoom, options

    def connect_args(self) -> dict[str, Any]:
        return {
            "connection": create_connection(self.zoom),
            "options": self.options,
            "transport": self.zoom.create_transport(),
        }


class SyncMode(SessionMode):
    def run(self, *call: Any, **how: Any) -> Result:
        with COMPONENT.connect(**self.connect_args()) as session:
            return session.run(*call, **how)

    def stream(self, *call: Any, **how: Any) -> list[Any]:
        with COMPONENT.connect(**self.connect_args()) as session:
            return list(session.stream(*call, **how))

    def pages(self, *call: Any, **how: Any) -> list[tuple[list[Any], str]]:
        with COMPONENT.connect(**self.connect_args()) as session:
            return [(page.items, page.next_token) for page in session.pages(*call, **how)]


class AsyncMode(SessionMode):
    def run(self, *call: Any, **how: Any) -> Result:
        async def main() -> Result:
            async with COMPONENT.aconnect(**self.connect_args()) as session:
                return await session.run(*call, **how)

        return asyncio.run(main())

    def stream(self, *call: Any, **how: Any) -> list[Any]:
        async def main() -> list[Any]:
            async with COMPONENT.aconnect(**self.connect_args()) as session:
                return [item async for item in session.stream(*call, **how)]

        return asyncio.run(main())

    def pages(self, *call: Any, **how: Any) -> list[tuple[list[Any], str]]:
        async def main() -> list[tuple[list[Any], str]]:
            async with COMPONENT.aconnect(**self.connect_args()) as session:
                return [(page.items, page.next_token) async for page in session.pages(*call, **how)]

        return asyncio.run(main())


BOTH_MODES = pytest.mark.parametrize("mode", [SyncMode, AsyncMode])
