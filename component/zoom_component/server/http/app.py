"""The application: which address does what."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from zoom_component.client import envelope
from zoom_component.client.actions import Actions
from zoom_component.client.planned import planned
from zoom_component.errors import ComponentError, InputError, Problem
from zoom_component.server.guard import Guard
from zoom_component.server.http.answers import encoded, failed, given, refused
from zoom_component.server.http.calls import Asked, Gone, Sessions, asked, while_there
from zoom_component.server.http.feed import Feed
from zoom_component.server.http.picks import listed, picked
from zoom_component.spec.faults import suggest
from zoom_component.tools.export.inputs_schema import inputs_schema, output_schema
from zoom_component.tools.export.openapi import document

__all__ = ["MOST_BYTES", "Gateway"]

MOST_BYTES = 5_000_000
LINES = "application/x-ndjson"
_CLOSED = 499  # whoever asked has hung up; nobody reads this
Endpoint = Callable[[Request], Awaitable[Response]]


class Gateway:
    """Actions over HTTP: `actions` says what there is, `sessions` how Zoom is reached, `feed` whence events come."""

    def __init__(self, actions: Actions, sessions: Sessions, feed: Feed | None = None) -> None:
        self._actions, self._sessions, self._feed = actions, sessions, feed
        self._answered: Counter[tuple[str, int]] = Counter()

    def application(self, key: str = "", most: int = MOST_BYTES) -> Any:
        """The ASGI application; with a key, for those who know it."""
        routes = [
            Route("/", self._page),
            Route("/health", self._health),
            Route("/metrics", self._metrics),
            Route("/openapi.json", self._openapi),
            Route("/actions", self._listing),
            Route("/sources", self._offers),
            Route("/sources/{key}", self._told(self._pick), methods=["POST"]),
            Route("/actions/{key}", self._told(self._run), methods=["POST"]),
            Route("/actions/{key}/items", self._told(self._items), methods=["POST"]),
            Route("/actions/{key}/schema", self._told(self._schema)),
            Route("/tools/{key}", self._told(self._tool), methods=["POST"]),
            Route("/events", self._events),
        ]

        @asynccontextmanager
        async def living(app: Starlette) -> AsyncIterator[None]:
            yield
            await self._sessions.close()

        handlers: dict[Any, Any] = {404: _no_route, 405: _no_method, Exception: _broken}
        return Guard(
            Starlette(routes=routes, lifespan=living, exception_handlers=handlers), key, most, free=("/health",)
        )

    def _told(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint with its errors put into answers, and counted."""

        async def answered(request: Request) -> Response:
            key = request.path_params["key"]
            try:
                response = await endpoint(request)
            except InputError as error:
                response = failed(error, 404 if _unknown(error) else None)
            except ComponentError as error:
                response = failed(error)
            except Gone:
                response = Response(status_code=_CLOSED)
            known = key if response.status_code != 404 else ""
            self._answered[known, response.status_code] += 1
            return response

        return answered

    async def _run(self, request: Request) -> Response:
        call = await asked(request)
        self._actions.action(call.key)
        session = self._sessions.get(call.connection)
        if call.dry:
            plan = session.plan(call.key, call.inputs)
            return given({"request": planned(session.connection.base_url, plan.request), "cautions": plan.cautions})
        run = session.run(call.key, call.inputs, page_size=call.page_size, resume=call.resume, merge=call.merge)
        result = await while_there(request, run)
        return given({"data": result.data, "cautions": result.cautions})

    async def _items(self, request: Request) -> Response:
        """A list, an item a line as pages arrive. The first page is waited for: an early error has its status."""
        call = await asked(request)
        self._actions.action(call.key)
        lines = self._lines(call)
        first = await while_there(request, anext(lines, b""))
        return StreamingResponse(_with_first(first, lines), media_type=LINES)

    async def _lines(self, call: Asked) -> AsyncIterator[bytes]:
        session = self._sessions.get(call.connection)
        begun = False
        try:
            async for page in session.pages(call.key, call.inputs, page_size=call.page_size, resume=call.resume):
                begun = True
                yield b"".join(encoded(item) + b"\n" for item in page.items)
        except ComponentError as error:
            if not begun:
                raise
            yield encoded({"error": error.as_json()}) + b"\n"

    async def _tool(self, request: Request) -> Response:
        """A tool of the toolkit catalogue, by its slug: every answer is its envelope, with the status of its kind."""
        slug, status = request.path_params["key"], None
        try:
            if slug not in (slugs := self._actions.catalogue.slugs()):
                status = 404
                raise InputError([Problem("tool", f"there is no tool {slug[:100]!r}; {suggest(slug, slugs)}")])
            call = await asked(request, ("connection",))
            result = await while_there(request, self._sessions.get(call.connection).run(slug, call.inputs))
        except ComponentError as error:
            return failed(error, status, envelope.failed(error))
        return given(envelope.succeeded(result.data))

    async def _events(self, request: Request) -> Response:
        if self._feed is None:
            return refused(404, "no inbox is open here; start the server with --inbox FILE or an address")
        return await self._feed.answer(request)

    async def _schema(self, request: Request) -> Response:
        action = self._actions.action(request.path_params["key"])
        return given({"inputs": inputs_schema(action), "output": output_schema(action)})

    async def _pick(self, request: Request) -> Response:
        return await picked(request, self._actions, self._sessions)

    async def _offers(self, request: Request) -> Response:
        return given(listed(self._actions.catalogue))

    async def _listing(self, request: Request) -> Response:
        return given(self._actions.catalogue.listing())

    async def _openapi(self, request: Request) -> Response:
        return given(document(self._actions.catalogue))

    async def _health(self, request: Request) -> Response:
        inbox = await self._feed.health() if self._feed else "none"
        well = inbox != "unreachable"
        return given({"status": "ok" if well else "failing", "inbox": inbox}, 200 if well else 503)

    async def _metrics(self, request: Request) -> Response:
        rows = [
            f'zoom_gateway_calls_total{{action="{key}",status="{status}"}} {count}'
            for (key, status), count in sorted(self._answered.items())
        ]
        streams = self._feed.open if self._feed else 0
        told = ["# TYPE zoom_gateway_event_streams gauge", f"zoom_gateway_event_streams {streams}"]
        return PlainTextResponse("\n".join(["# TYPE zoom_gateway_calls_total counter", *rows, *told, ""]))

    async def _page(self, request: Request) -> Response:
        """A page for people: what can be called, and how."""
        rows = "".join(
            f"<tr><td><code>POST /actions/{html.escape(row['key'])}</code><td>{html.escape(row['description'])}"
            f'<td><a href="/actions/{html.escape(row["key"])}/schema">schema</a>'
            for row in self._actions.catalogue.listing()
        )
        return HTMLResponse(_PAGE.format(rows=rows))


async def _with_first(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for line in rest:
        yield line


def _unknown(error: InputError) -> bool:
    """Whether it is the action or the source itself that is not there."""
    return [problem.input for problem in error.problems] in (["action"], ["source"])


async def _no_route(request: Request, error: Exception) -> Response:
    return refused(404, f"there is nothing at {request.url.path}; GET / shows what there is")


async def _no_method(request: Request, error: Exception) -> Response:
    return refused(405, f"{request.method} is not for {request.url.path}; GET / shows what is")


async def _broken(request: Request, error: Exception) -> Response:
    return refused(500, "a fault of this server; what it is stands in its log")


_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Zoom gateway</title>
<style>body{{font:16px/1.5 system-ui;max-width:70rem;margin:2rem auto;padding:0 1rem}}
td{{padding:.2rem 1rem .2rem 0}}</style>
<h1>Zoom gateway</h1><p>Inputs go in as a JSON object; <code>{{"data": ...}}</code> comes out. Lists come item by item
from <code>POST /actions/KEY/items</code>, values for inputs from <code>POST /sources/KEY</code>.
<a href="/openapi.json">OpenAPI</a>, <a href="/actions">actions</a>, <a href="/sources">sources</a>,
<a href="/metrics">metrics</a>, <a href="/health">health</a>.</p><table>{rows}</table></html>"""
