"""Call an engine through an httpx transport, sync and async, without a socket."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from urllib.parse import parse_qsl

import httpx

from zoom_sandbox.dispatch import respond
from zoom_sandbox.engine import SandboxEngine
from zoom_sandbox.messages import Request, Response


class SandboxTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answer every request, with any host, from one account.

    A dropped connection raises httpx.RemoteProtocolError, as over a socket, and a delay longer than the request's
    timeout raises httpx.ReadTimeout. `sleep` waits for a delay in sync calls.
    """

    is_in_memory = True  # so that a session may use it in a forked child, and on several event loops

    def __init__(self, engine: SandboxEngine, sleep: Callable[[float], None] = time.sleep) -> None:
        self._engine = engine
        self._sleep = sleep

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of a sync client."""
        response = respond(self._engine, _build_request(request, request.read()))
        if response.delay:
            self._sleep(_wait_seconds(request, response))
        return _build_response(request, response)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of an async client."""
        response = respond(self._engine, _build_request(request, await request.aread()))
        if response.delay:
            await asyncio.sleep(_wait_seconds(request, response))
        return _build_response(request, response)


def _build_request(request: httpx.Request, body: bytes) -> Request:
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Request(request.method, path, tuple(parse_qsl(query, keep_blank_values=True)), headers, body)


def _read_timeout(request: httpx.Request) -> float:
    timeout = request.extensions.get("timeout", {}).get("read")
    return math.inf if timeout is None else float(timeout)


def _wait_seconds(request: httpx.Request, response: Response) -> float:
    return min(response.delay, _read_timeout(request))


def _build_response(request: httpx.Request, response: Response) -> httpx.Response:
    if response.delay > _read_timeout(request):
        raise httpx.ReadTimeout("No answer arrived in time.", request=request)
    if response.drop:
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
    return httpx.Response(response.status, headers=response.headers, content=response.body, request=request)
