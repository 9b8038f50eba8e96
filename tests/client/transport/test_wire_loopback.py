"""The wires over real HTTP on loopback: httpx sync, httpx async, and aiohttp under httpx's interface.

No embedded Zoom: it is about the bytes below HTTP's meaning, of heads, lengths, encodings and connections that break.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Generator
from typing import Any

import httpx
import pytest
from tests.support.calls import FakeConnection
from tests.support.loopback_server import DroppedAfter, LoopbackServer, build_response, find_refused_port

from zoom_component.client.transport import http
from zoom_component.client.transport.aio import AiohttpTransport
from zoom_component.client.transport.async_driver import AsyncDriver
from zoom_component.client.transport.driver import Driver
from zoom_component.client.transport.steps import Send, SendFailure
from zoom_component.messages import BoundRequest, FilePart, Reply

Outcome = Reply | SendFailure
Sender = Callable[..., list[Outcome]]


def flow(requests: tuple[BoundRequest, ...]) -> Generator[Any, Any, list[Outcome]]:
    found = []
    for request in requests:
        found.append((yield Send(request, "Bearer secret-token")))
    return found


def sync(base_url: str, *requests: BoundRequest) -> list[Outcome]:
    wire = Driver(FakeConnection(base_url), timeout=1.0)
    try:
        return list(wire.run(flow(requests)))
    finally:
        wire.close()


def _run(
    base_url: str, make: Callable[[], httpx.AsyncBaseTransport], requests: tuple[BoundRequest, ...]
) -> list[Outcome]:
    async def main() -> list[Outcome]:
        wire = AsyncDriver(FakeConnection(base_url), make(), timeout=1.0)
        try:
            return list(await wire.run(flow(requests)))
        finally:
            await wire.close()

    return asyncio.run(main())


def async_httpx(base_url: str, *requests: BoundRequest) -> list[Outcome]:
    return _run(base_url, lambda: httpx.AsyncHTTPTransport(trust_env=False), requests)


def async_aiohttp(base_url: str, *requests: BoundRequest) -> list[Outcome]:
    return _run(base_url, lambda: AiohttpTransport(None, 20), requests)


pytestmark = pytest.mark.parametrize("send", [sync, async_httpx, async_aiohttp])


def one(outcomes: list[Outcome]) -> Reply:
    (found,) = outcomes
    assert isinstance(found, Reply), found
    return found


def failed(outcomes: list[Outcome]) -> str:
    found = outcomes[-1]
    assert isinstance(found, SendFailure), found
    assert "secret-token" not in found.detail
    return found.kind


@pytest.mark.parametrize(
    "path",
    [
        "/past_meetings/%252FajXp112QmuoKj4854875%253D%253D",
        "/users/a%2Fb",
        "/past_meetings/4444AAAiAAAAAiAiAiiAii%3D%3D",
        "/users/%3F%23",
        "/a;b,c'd(e)",
        "/users/me@example.com",
        "/x%20y",
    ],
)
def test_the_path_goes_out_exactly_as_it_was_escaped(send: Sender, path: str) -> None:
    with LoopbackServer() as server:
        one(send(server.base_url, BoundRequest("GET", path, [("q", "a+b c/ü"), ("e", "")])))
        assert server.list_targets() == [f"/v2{path}?q=a%2Bb%20c/%C3%BC&e="]


def test_the_body_is_compact_json_with_its_length(send: Sender) -> None:
    with LoopbackServer() as server:
        one(send(server.base_url, BoundRequest("POST", "/x", body={"a": 2**70, "b": "ü"})))
        assert server.get_body() == '{"a":1180591620717411303424,"b":"ü"}'.encode()
        headers = server.get_headers()
        assert headers["content-type"] == "application/json"
        assert headers["authorization"] == "Bearer secret-token"
        assert headers["host"] == f"127.0.0.1:{server.port}"


def test_forms_and_files_arrive(send: Sender) -> None:
    with LoopbackServer() as server:
        request = BoundRequest(
            "POST", "/x", form=[("a", "1")], files=[FilePart("pic", "me.png", b"\x89PNG\r\n", "image/png")]
        )
        one(send(server.base_url, request))
        boundary = server.get_headers()["content-type"].partition("boundary=")[2].encode()
        assert server.get_body().endswith(b"--" + boundary + b"--\r\n")
        assert b'name="pic"; filename="me.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n\r\n' in server.get_body()
        assert b'name="a"\r\n\r\n1\r\n' in server.get_body()


def test_a_compressed_answer_is_read(send: Sender) -> None:
    with LoopbackServer(build_response(gzip.compress(b'{"id": 1}'), 200, "Content-Encoding: gzip")) as server:
        assert one(send(server.base_url, BoundRequest("GET", "/x"))).body == b'{"id": 1}'


def test_half_a_compressed_answer_is_broken(send: Sender) -> None:
    with LoopbackServer(build_response(b"not gzip at all", 200, "Content-Encoding: gzip")) as server:
        assert failed(send(server.base_url, BoundRequest("POST", "/x"))) == "broken"


@pytest.mark.parametrize(
    "answer", [None, DroppedAfter(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"), DroppedAfter(b"nonsense\r\n\r\n")]
)
def test_a_connection_that_breaks_after_the_request_was_sent_is_broken(send: Sender, answer: bytes | None) -> None:
    with LoopbackServer(answer) as server:
        assert failed(send(server.base_url, BoundRequest("POST", "/x", body={"a": 1}))) == "broken"
        assert len(server.requests) == 1


def test_nobody_listening_is_connect(send: Sender) -> None:
    with find_refused_port() as port:
        assert failed(send(f"http://127.0.0.1:{port}/v2", BoundRequest("POST", "/x"))) == "connect"


def test_no_answer_in_time_is_timeout(send: Sender) -> None:
    with LoopbackServer(5.0) as server:
        assert failed(send(server.base_url, BoundRequest("POST", "/x", timeout=0.05))) == "timeout"


def test_redirects_are_not_followed_and_the_token_goes_nowhere_else(send: Sender) -> None:
    with (
        LoopbackServer() as elsewhere,
        LoopbackServer(build_response(b"{}", 302, f"Location: {elsewhere.base_url}/stolen")) as server,
    ):
        found = one(send(server.base_url, BoundRequest("GET", "/x")))
        assert (found.status, found.headers["location"]) == (302, f"{elsewhere.base_url}/stolen")
        assert elsewhere.requests == []
        assert len(server.requests) == 1


def test_cookies_are_not_kept(send: Sender) -> None:
    with LoopbackServer(build_response(b"{}", 200, "Set-Cookie: session=1; Path=/")) as server:
        send(server.base_url, BoundRequest("GET", "/x"), BoundRequest("GET", "/y"))
        assert [("cookie" in server.get_headers(at)) for at in (0, 1)] == [False, False]


def test_proxies_of_the_environment_are_ignored(send: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    with LoopbackServer() as proxy, LoopbackServer() as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        one(send(server.base_url, BoundRequest("GET", "/x")))
        assert (len(proxy.requests), len(server.requests)) == (0, 1)


def test_header_names_come_back_in_small_letters(send: Sender) -> None:
    with LoopbackServer(build_response(b"{}", 429, "Retry-After: 5", "X-RateLimit-Type: QPS")) as server:
        found = one(send(server.base_url, BoundRequest("GET", "/x")))
        assert (found.status, found.headers["retry-after"], found.headers["x-ratelimit-type"]) == (429, "5", "QPS")


def test_the_packaged_transports_are_these(send: Sender) -> None:
    base_url = "https://api.zoom.test/v2"
    assert isinstance(http.create_transport(base_url), httpx.HTTPTransport)
    assert isinstance(http.create_async_transport(base_url), AiohttpTransport)
