"""The core as an httpx transport, sync and async at once, without a socket."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from urllib.parse import parse_qsl

import httpx

from zoom_sandbox.engine import SandboxEngine
from zoom_sandbox.messages import Request, Response


class SandboxTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers every request from one account, whatever its host.

    A dropped connection is httpx.RemoteProtocolError, as over a socket, and a delay past the request's timeout is
    httpx.ReadTimeout. `sleep` lets a delay pass in sync calls.
    """

    def __init__(self, engine: SandboxEngine, sleep: Callable[[float], None] = time.sleep) -> None:
        self._zoom = engine
        self._sleep = sleep

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of a sync client."""
        response = self._zoom.respond(_inward(request, request.read()))
        if response.delay:
            self._sleep(_wait(request, response))
        return _outward(request, response)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of an async client."""
        response = self._zoom.respond(_inward(request, await request.aread()))
        if response.delay:
            await asyncio.sleep(_wait(request, response))
        return _outward(request, response)


def _inward(request: httpx.Request, body: bytes) -> Request:
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Request(request.method, path, tuple(parse_qsl(query, keep_blank_values=True)), headers, body)


def _limit(request: httpx.Request) -> float:
    """Seconds that the client waits for an answer."""
    limit = request.extensions.get("timeout", {}).get("read")
    return math.inf if limit is None else float(limit)


def _wait(request: httpx.Request, response: Response) -> float:
    return min(response.delay, _limit(request))


def _outward(request: httpx.Request, response: Response) -> httpx.Response:
    if response.delay > _limit(request):
        raise httpx.ReadTimeout("No answer in time.", request=request)
    if response.drop:
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
    return httpx.Response(response.status, headers=response.headers, content=response.body, request=request)
