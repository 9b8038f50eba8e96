"""Test that tools which replace the network of httpx or httpcore see the requests of both sessions.

No sandbox: the tools stand in for Zoom.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import httpx
import pytest
import respx
from tests.support.loopback_server import LoopbackServer, build_response

from zoom_component import Component
from zoom_component.client.network.replaced_networks import find_replaced, find_replaced_async

COMPONENT = Component.load()
USER = build_response(b'{"id": "u1"}')
ARGS: dict[str, Any] = {"token": "a-token", "base_url": "https://api.zoom.test/v2"}


def run(**args: Any) -> Any:
    with COMPONENT.connect(**{**ARGS, **args}) as session:
        return session.run("getUser", {"userId": "me"}).data


def run_async(**args: Any) -> Any:
    async def main() -> Any:
        async with COMPONENT.aconnect(**{**ARGS, **args}) as session:
            return (await session.run("getUser", {"userId": "me"})).data

    return asyncio.run(main())


RUNS = pytest.mark.parametrize("run", [run, run_async])


@RUNS
def test_respx_sees_each_request(run: Any) -> None:
    with respx.mock as router:
        route = router.get("https://api.zoom.test/v2/users/me").respond(200, json={"id": "u1"})
        assert run() == {"id": "u1"}
        assert route.calls.last.request.headers["authorization"] == "Bearer a-token"


@RUNS
def test_respx_sees_token_requests(run: Any) -> None:
    credentials = {"account_id": "a", "client_id": "i", "client_secret": "s"}
    with respx.mock as router:
        token = {"access_token": "from-respx", "expires_in": 3600, "token_type": "bearer", "scope": ""}
        router.post("https://api.zoom.test/oauth/token").respond(200, json=token)
        route = router.get("https://api.zoom.test/v2/users/me").respond(200, json={"id": "u1"})
        assert run(token=None, **credentials) == {"id": "u1"}
        assert route.calls.last.request.headers["authorization"] == "Bearer from-respx"


@RUNS
def test_a_session_that_was_used_before_goes_to_respx_too(run: Any) -> None:
    with LoopbackServer(USER, USER) as server, COMPONENT.connect(token="t", base_url=server.base_url) as session:
        session.run("getUser", {"userId": "me"})
        with respx.mock as router:
            router.get(f"{server.base_url}/users/me").respond(200, json={"id": "mocked"})
            assert session.run("getUser", {"userId": "me"}).data == {"id": "mocked"}
        session.run("getUser", {"userId": "me"})
        assert len(server.requests) == 2


@RUNS
def test_what_respx_does_not_know_is_not_sent(run: Any) -> None:
    with LoopbackServer() as server:
        with respx.mock, pytest.raises(AssertionError, match="not mocked"):
            run(base_url=server.base_url)
        assert server.requests == []


@RUNS
def test_methods_of_httpx_that_are_replaced_are_used(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace what pytest-httpx replaces."""

    def answer(transport: Any, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"id": request.url.path})

    async def answer_async(transport: Any, request: httpx.Request) -> httpx.Response:
        return answer(transport, request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", answer)
    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", answer_async)
    assert run() == {"id": "/v2/users/me"}


def test_nothing_is_replaced_by_default() -> None:
    assert (find_replaced(), find_replaced_async()) == ("", "")


@pytest.mark.parametrize("call", ["run()", "asyncio.run(arun())"])
def test_a_call_imports_neither_library(call: str) -> None:
    code = (
        "import asyncio, sys\nfrom zoom_component import Component\nargs = dict(token='t', base_url=sys.argv[1])\n"
        "def run():\n with Component.load().connect(**args) as s: s.run('getUser', {'userId': 'me'})\n"
        "async def arun():\n async with Component.load().aconnect(**args) as s:\n"
        "  await s.run('getUser', {'userId': 'me'})\n"
        f"{call}\nsys.exit(', '.join({{'httpx', 'httpcore', 'h11', 'anyio'}} & set(sys.modules)) or 0)"
    )
    with LoopbackServer(USER) as server:
        command = [sys.executable, "-c", code, server.base_url]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (result.returncode, result.stderr) == (0, "")
        assert len(server.requests) == 1
