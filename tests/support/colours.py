"""A component over a transport that is a plain function, in both colours."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from tests.support.calls import FakeConnection
from tests.support.specs import RAW_REQUEST, text_of
from zoom_component import Component, Options, Result

ACTIONS: dict[str, str | bytes] = {
    "actions/things/rawThing.yaml": text_of(RAW_REQUEST.replace("key: rawRequest", "key: rawThing") % "sends: json"),
    "actions/things/makeThing.yaml": text_of(
        """
key: makeThing
inputs:
  name: {label: Name, required: true, send: body}
  note: {label: Note, default: none, send: body}
  password: {label: Password, send: body}
  owner: {label: Owner, caution: A number means the latest, send: nowhere}
  debugRequest: {label: Debug, type: boolean, send: nowhere}
"""
    ),
    "actions/things/registerThing.yaml": text_of(
        """
key: registerThing
request: {method: POST, path: "/things/{id}"}
inputs:
  id: {label: Id, required: true, send: path}
  email: {label: Mail, format: email, required: true, send: body}
daily: {name: registrations, limit: 3, per: [id, email]}
"""
    ),
    "actions/things/changeMeeting.yaml": text_of(
        """
key: changeMeeting
effect: update
request: {method: PATCH, path: "/meetings/{id}"}
inputs:
  id: {label: Id, required: true, send: path}
  kind: {label: Kind, sends: integer, send: body.recurrence.type}
  every: {label: Every, sends: integer, along: kind, send: body.recurrence.repeat_interval}
merge: {read: "/meetings/{meetingId}", groups: [recurrence]}
"""
    )
    .replace("/meetings/{id}", "/meetings/{meetingId}")
    .replace(
        "  id: {label: Id, required: true, send: path}", "  id: {label: Id, required: true, send: path.meetingId}"
    ),
    "actions/things/listPeople.yaml": text_of(
        "key: listPeople\neffect: read\nrequest: {method: GET, path: /users}\npages: {items: users}"
    ),
}
Answer = Callable[[httpx.Request], httpx.Response]
PRESENT = datetime(2026, 1, 31, 12, tzinfo=UTC).timestamp()
OPTIONS = Options(count_daily=False, first_wait=0.0, clock=lambda: PRESENT, chance=lambda: 0.0)


def echo(request: httpx.Request) -> httpx.Response:
    return httpx.Response(201, json={"path": request.url.path, "sent": json.loads(request.content or b"null")})


class Lists:
    """Answers /users page by page, and counts the requests."""

    def __init__(self, pages: int, size: int = 3, *, breaks_at: int = 0) -> None:
        self.pages, self.size, self.breaks_at = pages, size, breaks_at
        self.asked: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(dict(request.url.params))
        number = int(request.url.params.get("next_page_token") or 1)
        if number == self.breaks_at:
            return httpx.Response(200, text="<html>")
        users = [f"{number}.{at}" for at in range(self.size)]
        token = str(number + 1) if number < self.pages else ""
        return httpx.Response(200, json={"users": users, "next_page_token": token, "page_size": self.size})


class Colour:
    """One call in one colour."""

    def __init__(
        self, component: Component, answer: Answer, options: Options = OPTIONS, connection: FakeConnection | None = None
    ) -> None:
        self.component, self.options = component, options
        self.transport = httpx.MockTransport(answer)
        self.connection = connection or FakeConnection()


class Sync(Colour):
    def run(self, *call: Any, **how: Any) -> Result:
        with self.component.connect(self.connection, options=self.options, transport=self.transport) as session:
            return session.run(*call, **how)

    def stream(self, *call: Any, **how: Any) -> list[Any]:
        with self.component.connect(self.connection, options=self.options, transport=self.transport) as session:
            return list(session.stream(*call, **how))

    def pages(self, *call: Any, **how: Any) -> list[tuple[list[Any], str]]:
        with self.component.connect(self.connection, options=self.options, transport=self.transport) as session:
            return [(page.items, page.next_token) for page in session.pages(*call, **how)]


class Async(Colour):
    def run(self, *call: Any, **how: Any) -> Result:
        async def main() -> Result:
            async with self.component.aconnect(
                self.connection, options=self.options, transport=self.transport
            ) as session:
                return await session.run(*call, **how)

        return asyncio.run(main())

    def stream(self, *call: Any, **how: Any) -> list[Any]:
        async def main() -> list[Any]:
            async with self.component.aconnect(
                self.connection, options=self.options, transport=self.transport
            ) as session:
                return [item async for item in session.stream(*call, **how)]

        return asyncio.run(main())

    def pages(self, *call: Any, **how: Any) -> list[tuple[list[Any], str]]:
        async def main() -> list[tuple[list[Any], str]]:
            async with self.component.aconnect(
                self.connection, options=self.options, transport=self.transport
            ) as session:
                return [(page.items, page.next_token) async for page in session.pages(*call, **how)]

        return asyncio.run(main())


class Kept:
    """Echoes, and keeps what it was sent."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return echo(request)
