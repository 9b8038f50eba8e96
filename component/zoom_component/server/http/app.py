"""Define the HTTP application: which path and method does what."""

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
from zoom_component.client_address import TrustedProxies
from zoom_component.errors import ComponentError, InputError, Problem
from zoom_component.prometheus_text import format_sample
from zoom_component.server.access import Access, Caller
from zoom_component.server.audit_log import AuditEntry, AuditLog
from zoom_component.server.guard import CALLER, Guard, GuardLimits
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

__all__ = ["HttpServer"]

JSON_LINES_TYPE = "application/x-ndjson"
_CLIENT_CLOSED_REQUEST = 499  # only seen in the metrics: the caller has disconnected
Endpoint = Callable[[Request], Awaitable[Response]]


class HttpServer:
    """Serve actions over HTTP.

    `actions` are the actions to offer, `sessions` the sessions that call Zoom. `event_stream` streams an inbox if there
    is one, and `audit_log` records the calls.
    """

    def __init__(
        self,
        actions: Actions,
        sessions: SessionPool,
        event_stream: EventStream | None = None,
        audit_log: AuditLog | None = None,
    ) -> None:
        self._actions, self._sessions, self._event_stream = actions, sessions, event_stream
        self._audit_log = audit_log or AuditLog()
        self._call_counts: Counter[tuple[str, int]] = Counter()

    def build_app(
        self,
        access: Access | None = None,
        limits: GuardLimits | None = None,
        proxies: TrustedProxies | None = None,
    ) -> Any:
        """Return the ASGI application. Without `access`, it answers to all programs of this machine."""
        routes = [
            Route("/", self._show_start_page),
            Route("/health", self._check_health),
            Route("/metrics", self._list_metrics),
            Route("/openapi.json", self._get_openapi),
            Route("/actions", self._list_actions),
            Route("/sources", self._list_sources),
            Route("/sources/{key}", self._handle_errors(self._list_options), methods=["POST"]),
            Route("/actions/{key}", self._handle_errors(self._run_action), methods=["POST"]),
            Route("/actions/{key}/items", self._handle_errors(self._stream_items), methods=["POST"]),
            Route("/actions/{key}/schema", self._handle_errors(self._get_schema)),
            Route("/tools/{key}", self._handle_errors(self._run_tool), methods=["POST"]),
            Route("/events", self._stream_events),
        ]

        @asynccontextmanager
        async def close_sessions(app: Starlette) -> AsyncIterator[None]:
            yield
            await self._sessions.close()

        handlers: dict[Any, Any] = {404: _respond_not_found, 405: _respond_wrong_method, Exception: _respond_failed}
        app = Starlette(routes=routes, lifespan=close_sessions, exception_handlers=handlers)
        return Guard(app, access or Access(), limits, proxies=proxies)

    def _handle_errors(self, endpoint: Endpoint) -> Endpoint:
        """Return the endpoint with its errors turned into responses, and its calls counted."""

        async def respond(request: Request) -> Response:
            key = request.path_params["key"]
            try:
                async with self._audit_log.record(self._build_entry(request, key)) as entry:
                    response = await endpoint(request)
                    entry.status = response.status_code
            except InputError as error:
                response = error_response(error, 404 if _is_unknown_key(error) else None)
            except ComponentError as error:
                response = error_response(error)
            except CallerDisconnected:
                response = Response(status_code=_CLIENT_CLOSED_REQUEST)
            self._call_counts[self._to_label(key), response.status_code] += 1
            return response

        return respond

    def _build_entry(self, request: Request, key: str) -> AuditEntry:
        """Return the entry of a call for the audit log. What is called does not have to exist."""
        effect = "read"  # schemas and data sources
        if request.method == "POST" and not request.scope["path"].startswith("/sources/"):
            rows = self._actions.catalogue.listing()
            effect = next((row["effect"] for row in rows if key in (row["key"], row["slug"])), "read")
        caller = request.scope.get(CALLER) or Caller("", "")
        return AuditEntry(caller, "http", key, effect, request.query_params.get("connection", ""))

    def _to_label(self, key: str) -> str:
        """Return the key for the metrics, "" for one that does not exist: callers must not make up labels."""
        catalogue = self._actions.catalogue
        is_known = key in catalogue.slugs() or key in catalogue.action_keys() or key in catalogue.data_source_keys()
        return key if is_known else ""

    async def _run_action(self, request: Request) -> Response:
        call = await parse_call(request)
        self._actions.get_action(call.key)
        session = self._sessions.get(call.connection)
        if call.dry_run:
            plan = session.plan(call.key, call.inputs)
            return json_response({"request": plan.as_json(session.connection.base_url), "warnings": plan.warnings})
        run = session.run(call.key, call.inputs, page_size=call.page_size, resume=call.resume, merge=call.merge)
        result = await run_while_connected(request, run)
        return json_response({"data": result.data, "warnings": result.warnings, **result.attempts.as_json()})

    async def _stream_items(self, request: Request) -> Response:
        """Stream the items of a list as pages arrive, one line for each. Warnings are the last line, if there are any.

        The response starts after the first page, so that an error before it has a status.
        """
        call = await parse_call(request)
        self._actions.get_action(call.key)
        lines = self._iter_lines(call)
        first = await run_while_connected(request, anext(lines, b""))
        return StreamingResponse(_prepend(first, lines), media_type=JSON_LINES_TYPE)

    async def _iter_lines(self, call: ActionCall) -> AsyncIterator[bytes]:
        session = self._sessions.get(call.connection)
        has_started = False
        warnings: list[str] = []
        try:
            async for page in session.pages(call.key, call.inputs, page_size=call.page_size, resume=call.resume):
                has_started = True
                warnings += page.warnings
                yield b"".join(encode_json(item) + b"\n" for item in page.items)
        except ComponentError as error:
            if not has_started:
                raise
            yield encode_json({"error": error.as_json(), **({"warnings": warnings} if warnings else {})}) + b"\n"
            return
        if warnings:
            yield encode_json({"warnings": warnings}) + b"\n"

    async def _run_tool(self, request: Request) -> Response:
        """Run a tool of the toolkit catalogue by its slug.

        Errors too are returned in the catalogue's result format.
        """
        slug, status = request.path_params["key"], None
        try:
            if slug not in (slugs := self._actions.catalogue.slugs()):
                status = 404
                raise InputError([Problem("tool", f'unknown tool "{slug[:100]}"; {suggest(slug, slugs)}')])
            call = await parse_call(request, ("connection",))
            result = await run_while_connected(request, self._sessions.get(call.connection).run(slug, call.inputs))
        except ComponentError as error:
            return error_response(error, status, tool_result.build_failure(error))
        return json_response(tool_result.build_success(result.data))

    async def _stream_events(self, request: Request) -> Response:
        if self._event_stream is None:
            return request_error_response(
                404, "this server has no inbox; start it with --inbox and a file or a database URL"
            )
        return await self._event_stream.respond(request)

    async def _get_schema(self, request: Request) -> Response:
        action = self._actions.get_action(request.path_params["key"])
        return json_response({"inputs": build_inputs_schema(action), "output": build_output_schema(action)})

    async def _list_options(self, request: Request) -> Response:
        return await list_options(request, self._actions, self._sessions)

    async def _list_sources(self, request: Request) -> Response:
        return json_response(list_sources(self._actions.catalogue))

    async def _list_actions(self, request: Request) -> Response:
        return json_response(self._actions.catalogue.listing())

    async def _get_openapi(self, request: Request) -> Response:
        return json_response(build_openapi(self._actions.catalogue))

    async def _check_health(self, request: Request) -> Response:
        inbox = await self._event_stream.check_health() if self._event_stream else "none"
        is_healthy = inbox != "unreachable"
        return json_response({"status": "ok" if is_healthy else "failing", "inbox": inbox}, 200 if is_healthy else 503)

    async def _list_metrics(self, request: Request) -> Response:
        open_streams = self._event_stream.open_streams if self._event_stream else 0
        lines = [
            "# TYPE zoom_http_calls_total counter",
            *(
                format_sample("zoom_http_calls_total", count, {"action": key, "status": str(status)})
                for (key, status), count in sorted(self._call_counts.items())
            ),
            "# TYPE zoom_http_event_streams gauge",
            format_sample("zoom_http_event_streams", open_streams),
            "",
        ]
        return PlainTextResponse("\n".join(lines))

    async def _show_start_page(self, request: Request) -> Response:
        """Return a page for people, with every action and the path that calls it."""
        rows = "".join(
            f"<tr><td><code>POST /actions/{html.escape(row['key'])}</code><td>{html.escape(row['description'])}"
            f'<td><a href="/actions/{html.escape(row["key"])}/schema">schema</a>'
            for row in self._actions.catalogue.listing()
        )
        return HTMLResponse(_START_PAGE.format(rows=rows))


async def _prepend(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for line in rest:
        yield line


def _is_unknown_key(error: InputError) -> bool:
    """Return whether the action or the data source itself does not exist."""
    return [problem.input for problem in error.problems] in (["action"], ["source"])


async def _respond_not_found(request: Request, error: Exception) -> Response:
    return request_error_response(404, f"there is no page at {request.scope['path'][:100]}; GET / lists all paths")


async def _respond_wrong_method(request: Request, error: Exception) -> Response:
    path, method = request.scope["path"][:100], request.method[:20]
    response = request_error_response(405, f"the method {method} is not allowed for {path}; GET / lists all paths")
    allowed = (getattr(error, "headers", None) or {}).get("Allow", "GET, HEAD, POST")
    response.headers["allow"] = ", ".join(sorted(allowed.split(", ")))  # the framework has them in a set
    return response


async def _respond_failed(request: Request, error: Exception) -> Response:
    return request_error_response(500, "internal error of this server; its log has the details")


_START_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Zoom component</title>
<style>body{{font:16px/1.5 system-ui;max-width:70rem;margin:2rem auto;padding:0 1rem}}
td{{padding:.2rem 1rem .2rem 0}}</style>
<h1>Zoom component</h1><p>Send the inputs of an action as a JSON object; the response is <code>{{"data": ...}}</code>.
<code>POST /actions/KEY/items</code> streams the items of a list, <code>POST /sources/KEY</code> lists options for an
input. <a href="/openapi.json">OpenAPI</a>, <a href="/actions">actions</a>, <a href="/sources">sources</a>,
<a href="/metrics">metrics</a>, <a href="/health">health</a>.</p><table>{rows}</table></html>"""
