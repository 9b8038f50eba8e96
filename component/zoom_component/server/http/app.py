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

from zoom_component.client import tool_result
from zoom_component.client.actions import Actions
from zoom_component.errors import ComponentError, InputError, Problem
from zoom_component.server.guard import Guard
from zoom_component.server.http.calls import (
    ActionCall,
    CallerDisconnected,
    SessionPool,
    parse_call,
    run_while_connected,
)
from zoom_component.server.http.data_sources import list_options, list_sources
from zoom_component.server.http.event_stream import EventStream
from zoom_component.server.http.responses import encode_json, error_response, json_response, request_error_response
from zoom_component.spec.diagnostics import suggest
from zoom_component.tools.export.inputs_schema import build_inputs_schema, build_output_schema
from zoom_component.tools.export.openapi import build_openapi

__all__ = ["MAX_BODY_BYTES", "HttpServer"]

MAX_BODY_BYTES = 5_000_000
JSON_LINES_TYPE = "application/x-ndjson"
_CLOSED = 499  # whoever asked has hung up; nobody reads this
Endpoint = Callable[[Request], Awaitable[Response]]


class HttpServer:
    """Actions over HTTP: `actions` says what there is, `sessions` how Zoom is reached, `feed` whence events come."""

    def __init__(self, actions: Actions, sessions: SessionPool, event_stream: EventStream | None = None) -> None:
        self._actions, self._sessions, self._feed = actions, sessions, event_stream
        self._answered: Counter[tuple[str, int]] = Counter()

    def build_app(self, api_key: str = "", max_body_bytes: int = MAX_BODY_BYTES) -> Any:
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
            Starlette(routes=routes, lifespan=living, exception_handlers=handlers),
            api_key,
            max_body_bytes,
            public_paths=("/health",),
        )

    def _told(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint with its errors put into answers, and counted."""

        async def answered(request: Request) -> Response:
            key = request.path_params["key"]
            try:
                response = await endpoint(request)
            except InputError as error:
                response = error_response(error, 404 if _unknown(error) else None)
            except ComponentError as error:
                response = error_response(error)
            except CallerDisconnected:
                response = Response(status_code=_CLOSED)
            known = key if response.status_code != 404 else ""
            self._answered[known, response.status_code] += 1
            return response

        return answered

    async def _run(self, request: Request) -> Response:
        call = await parse_call(request)
        self._actions.get_action(call.key)
        session = self._sessions.get(call.connection)
        if call.dry_run:
            plan = session.plan(call.key, call.inputs)
            return json_response(
                {"request": plan.as_json(session.connection.base_url), "cautions": plan.warnings}
            )
        run = session.run(call.key, call.inputs, page_size=call.page_size, resume=call.resume, merge=call.merge)
        result = await run_while_connected(request, run)
        return json_response({"data": result.data, "cautions": result.warnings})

    async def _items(self, request: Request) -> Response:
        """A list, an item a line as pages arrive. The first page is waited for: an early error has its status."""
        call = await parse_call(request)
        self._actions.get_action(call.key)
        lines = self._lines(call)
        first = await run_while_connected(request, anext(lines, b""))
        return StreamingResponse(_with_first(first, lines), media_type=JSON_LINES_TYPE)

    async def _lines(self, call: ActionCall) -> AsyncIterator[bytes]:
        session = self._sessions.get(call.connection)
        begun = False
        try:
            async for page in session.pages(call.key, call.inputs, page_size=call.page_size, resume=call.resume):
                begun = True
                yield b"".join(encode_json(item) + b"\n" for item in page.items)
        except ComponentError as error:
            if not begun:
                raise
            yield encode_json({"error": error.as_json()}) + b"\n"

    async def _tool(self, request: Request) -> Response:
        """A tool of the toolkit catalogue, by its slug: every answer is its envelope, with the status of its kind."""
        slug, status = request.path_params["key"], None
        try:
            if slug not in (slugs := self._actions.catalogue.slugs()):
                status = 404
                raise InputError([Problem("tool", f"there is no tool {slug[:100]!r}; {suggest(slug, slugs)}")])
            call = await parse_call(request, ("connection",))
            result = await run_while_connected(request, self._sessions.get(call.connection).run(slug, call.inputs))
        except ComponentError as error:
            return error_response(error, status, tool_result.build_failure(error))
        return json_response(tool_result.build_success(result.data))

    async def _events(self, request: Request) -> Response:
        if self._feed is None:
            return request_error_response(
                404, "no inbox is open here; start the server with --inbox FILE or an address"
            )
        return await self._feed.respond(request)

    async def _schema(self, request: Request) -> Response:
        action = self._actions.get_action(request.path_params["key"])
        return json_response({"inputs": build_inputs_schema(action), "output": build_output_schema(action)})

    async def _pick(self, request: Request) -> Response:
        return await list_options(request, self._actions, self._sessions)

    async def _offers(self, request: Request) -> Response:
        return json_response(list_sources(self._actions.catalogue))

    async def _listing(self, request: Request) -> Response:
        return json_response(self._actions.catalogue.listing())

    async def _openapi(self, request: Request) -> Response:
        return json_response(build_openapi(self._actions.catalogue))

    async def _health(self, request: Request) -> Response:
        inbox = await self._feed.check_health() if self._feed else "none"
        well = inbox != "unreachable"
        return json_response({"status": "ok" if well else "failing", "inbox": inbox}, 200 if well else 503)

    async def _metrics(self, request: Request) -> Response:
        rows = [
            f'zoom_gateway_calls_total{{action="{key}",status="{status}"}} {count}'
            for (key, status), count in sorted(self._answered.items())
        ]
        streams = self._feed.open_streams if self._feed else 0
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
    return request_error_response(404, f"there is nothing at {request.url.path}; GET / shows what there is")


async def _no_method(request: Request, error: Exception) -> Response:
    return request_error_response(405, f"{request.method} is not for {request.url.path}; GET / shows what is")


async def _broken(request: Request, error: Exception) -> Response:
    return request_error_response(500, "a fault of this server; what it is stands in its log")


_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Zoom gateway</title>
<style>body{{font:16px/1.5 system-ui;max-width:70rem;margin:2rem auto;padding:0 1rem}}
td{{padding:.2rem 1rem .2rem 0}}</style>
<h1>Zoom gateway</h1><p>Inputs go in as a JSON object; <code>{{"data": ...}}</code> comes out. Lists come item by item
from <code>POST /actions/KEY/items</code>, values for inputs from <code>POST /sources/KEY</code>.
<a href="/openapi.json">OpenAPI</a>, <a href="/actions">actions</a>, <a href="/sources">sources</a>,
<a href="/metrics">metrics</a>, <a href="/health">health</a>.</p><table>{rows}</table></html>"""
