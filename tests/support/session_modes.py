"""Call actions on the sandbox without a socket, with sync and with async sessions."""

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


def create_sandbox(**options: Any) -> Sandbox:
    """Return a sandbox with a fixed clock."""
    return Sandbox(clock=ManualClock(PRESENT), **options)


def create_connection(zoom: Sandbox) -> RenewingConnection:
    """Return a connection of the sandbox's Server-to-Server app."""
    endpoint = TokenEndpoint(transport=zoom.create_transport(), sleep=lambda seconds: None)
    registry = ConnectionRegistry(
        COMPONENT.catalogue.connections(), MemoryStore(), endpoint=endpoint, clock=lambda: zoom.now()
    )
    fields = {"clientId": zoom.client_id, "clientSecret": zoom.client_secret, "accountId": zoom.account_id}
    return registry.open_with_fields("serverToServer", fields, "http://127.0.0.1/v2")


def list_calls(zoom: Sandbox) -> list[str]:
    """Return method and path of every request in order; a token request is "token"."""
    return [
        "token" if request.path == "/oauth/token" else f"{request.method} {request.path.removeprefix('/v2')}"
        for request in zoom.requests
    ]


class SessionMode:
    """Call actions with sync or async sessions, one session for each call."""

    def __init__(self, zoom: Sandbox, options: SessionOptions = OPTIONS) -> None:
        self.zoom, self.options = zoom, options

    def connect_args(self) -> dict[str, Any]:
        """Return the arguments of Component.connect and aconnect."""
        return {
            "connection": create_connection(self.zoom),
            "options": self.options,
            "transport": self.zoom.create_transport(),
        }


class SyncMode(SessionMode):
    """Call actions with sync sessions."""

    def run(self, *call: Any, **options: Any) -> Result:
        with COMPONENT.connect(**self.connect_args()) as session:
            return session.run(*call, **options)

    def stream(self, *call: Any, **options: Any) -> list[Any]:
        with COMPONENT.connect(**self.connect_args()) as session:
            return list(session.stream(*call, **options))

    def pages(self, *call: Any, **options: Any) -> list[tuple[list[Any], str]]:
        with COMPONENT.connect(**self.connect_args()) as session:
            return [(page.items, page.next_token) for page in session.pages(*call, **options)]


class AsyncMode(SessionMode):
    """Call actions with async sessions."""

    def run(self, *call: Any, **options: Any) -> Result:
        async def main() -> Result:
            async with COMPONENT.aconnect(**self.connect_args()) as session:
                return await session.run(*call, **options)

        return asyncio.run(main())

    def stream(self, *call: Any, **options: Any) -> list[Any]:
        async def main() -> list[Any]:
            async with COMPONENT.aconnect(**self.connect_args()) as session:
                return [item async for item in session.stream(*call, **options)]

        return asyncio.run(main())

    def pages(self, *call: Any, **options: Any) -> list[tuple[list[Any], str]]:
        async def main() -> list[tuple[list[Any], str]]:
            async with COMPONENT.aconnect(**self.connect_args()) as session:
                return [(page.items, page.next_token) async for page in session.pages(*call, **options)]

        return asyncio.run(main())


BOTH_MODES = pytest.mark.parametrize("mode", [SyncMode, AsyncMode])
