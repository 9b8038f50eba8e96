"""The component at work on an embedded Zoom, without a socket, in both colours: for threads and for asyncio."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from zoom_component import Component, Options, Result
from zoom_component.client.connections.broker import BrokeredConnection
from zoom_component.client.connections.endpoint import TokenEndpoint
from zoom_component.client.connections.named import Connections
from zoom_component.client.connections.store import MemoryStore
from zoom_sandbox import Sandbox, StillClock

PRESENT = datetime(2026, 1, 31, 12, tzinfo=UTC).timestamp()
OPTIONS = Options(count_daily=False, first_wait=0.0, clock=lambda: PRESENT, chance=lambda: 0.0)
COMPONENT = Component.load()


def account(**how: Any) -> Sandbox:
    """An embedded Zoom whose clock stands."""
    return Sandbox(clock=StillClock(PRESENT), **how)


def connection(zoom: Sandbox) -> BrokeredConnection:
    """A Server-to-Server app of the account."""
    endpoint = TokenEndpoint(transport=zoom.transport(), sleep=lambda seconds: None)
    made = Connections(COMPONENT.catalogue.connections(), MemoryStore(), endpoint=endpoint, clock=lambda: zoom.now())
    fields = {"clientId": zoom.client_id, "clientSecret": zoom.client_secret, "accountId": zoom.account_id}
    return made.given("serverToServer", fields, "http://127.0.0.1/v2")


def calls(zoom: Sandbox) -> list[str]:
    """Method and path of every call of the API that arrived, in order; tokens are told as such."""
    return [
        "token" if each.path == "/oauth/token" else f"{each.method} {each.path.removeprefix('/v2')}"
        for each in zoom.requests
    ]


class Colour:
    """Calls in one colour, each over a session of its own."""

    def __init__(self, zoom: Sandbox, options: Options = OPTIONS) -> None:
        self.zoom, self.options = zoom, options

    def way(self) -> dict[str, Any]:
        return {"connection": connection(self.zoom), "options": self.options, "transport": self.zoom.transport()}


class Sync(Colour):
    def run(self, *call: Any, **how: Any) -> Result:
        with COMPONENT.connect(**self.way()) as session:
            return session.run(*call, **how)

    def stream(self, *call: Any, **how: Any) -> list[Any]:
        with COMPONENT.connect(**self.way()) as session:
            return list(session.stream(*call, **how))

    def pages(self, *call: Any, **how: Any) -> list[tuple[list[Any], str]]:
        with COMPONENT.connect(**self.way()) as session:
            return [(page.items, page.next_token) for page in session.pages(*call, **how)]


class Async(Colour):
    def run(self, *call: Any, **how: Any) -> Result:
        async def main() -> Result:
            async with COMPONENT.aconnect(**self.way()) as session:
                return await session.run(*call, **how)

        return asyncio.run(main())

    def stream(self, *call: Any, **how: Any) -> list[Any]:
        async def main() -> list[Any]:
            async with COMPONENT.aconnect(**self.way()) as session:
                return [item async for item in session.stream(*call, **how)]

        return asyncio.run(main())

    def pages(self, *call: Any, **how: Any) -> list[tuple[list[Any], str]]:
        async def main() -> list[tuple[list[Any], str]]:
            async with COMPONENT.aconnect(**self.way()) as session:
                return [(page.items, page.next_token) async for page in session.pages(*call, **how)]

        return asyncio.run(main())


BOTH = pytest.mark.parametrize("colour", [Sync, Async])
