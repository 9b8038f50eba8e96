"""Test the drivers over real HTTP on loopback: over our own connections, over httpcore, and over transports of httpx.

No sandbox: these tests are about bytes, encodings and connections that break.
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

from zoom_component.client.network.async_connection_pool import AsyncConnectionPool
from zoom_component.client.network.connection_pool import ConnectionPool
from zoom_component.client.network.replaced_networks import HTTPCORE
from zoom_component.client.network.replacements import create_async_replacement, create_replacement
from zoom_component.client.network.request_writer import Origin
from zoom_component.client.network.transports import create_async_transport, create_transport
from zoom_component.client.transport.async_driver import AsyncDriver
from zoom_component.client.transport.driver import Driver
from zoom_component.client.transport.exchange import Send, SendFailure
from zoom_component.messages import BoundRequest, FilePart, Reply

Outcome = Reply | SendFailure
Sender = Callable[..., list[Outcome]]


def flow(requests: tuple[BoundRequest, ...]) -> Generator[Any, Any, list[Outcome]]:
    outcomes = []
    for request in requests:
        outcomes.append((yield Send(request, "Bearer secret-token")))
    return outcomes


def _run(base_url: str, transport: Any, requests: tuple[BoundRequest, ...]) -> list[Outcome]:
    driver = Driver(FakeConnection(base_url), transport, timeout=1.0)
    try:
        return list(driver.run(flow(requests)))
    finally:
        driver.close()


def own(base_url: str, *requests: BoundRequest) -> list[Outcome]:
    return _run(base_url, None, requests)


def over_httpcore(base_url: str, *requests: BoundRequest) -> list[Outcome]:
    return _run(base_url, create_replacement(HTTPCORE, Origin.from_url(base_url), None, 20), requests)


def over_httpx(base_url: str, *requests: BoundRequest) -> list[Outcome]:
    return _run(base_url, httpx.HTTPTransport(trust_env=False), requests)


def _run_async(base_url: str, create: Callable[[], Any], requests: tuple[BoundRequest, ...]) -> list[Outcome]:
    async def main() -> list[Outcome]:
        driver = AsyncDriver(FakeConnection(base_url), create(), timeout=1.0)
        try:
            return list(await driver.run(flow(requests)))
        finally:
            await driver.close()

    return asyncio.run(main())


def own_async(base_url: str, *requests: BoundRequest) -> list[Outcome]:
    return _run_async(base_url, lambda: None, requests)


def over_async_httpcore(base_url: str, *requests: BoundRequest) -> list[Outcome]:
    origin = Origin.from_url(base_url)
    return _run_async(base_url, lambda: create_async_replacement(HTTPCORE, origin, None, 20), requests)


def over_async_httpx(base_url: str, *requests: BoundRequest) -> list[Outcome]:
    return _run_async(base_url, lambda: httpx.AsyncHTTPTransport(trust_env=False), requests)


pytestmark = pytest.mark.parametrize(
    "send", [own, over_httpcore, over_httpx, own_async, over_async_httpcore, over_async_httpx]
)


def get_reply(outcomes: list[Outcome]) -> Reply:
    (reply,) = outcomes
    assert isinstance(reply, Reply), reply
    return reply


def get_failure(outcomes: list[Outcome]) -> str:
    failure = outcomes[-1]
    assert isinstance(failure, SendFailure), failure
    assert "secret-token" not in failure.detail
    return failure.kind


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
def test_the_path_is_sent_exactly_as_it_was_escaped(send: Sender, path: str) -> None:
    with LoopbackServer() as server:
        get_reply(send(server.base_url, BoundRequest("GET", path, [("q", "a+b c/ü"), ("e", "")])))
        assert server.list_targets() == [f"/v2{path}?q=a%2Bb%20c/%C3%BC&e="]


def test_the_body_is_compact_json_with_its_length(send: Sender) -> None:
    with LoopbackServer() as server:
        get_reply(send(server.base_url, BoundRequest("POST", "/x", body={"a": 2**70, "b": "ü"})))
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
        get_reply(send(server.base_url, request))
        boundary = server.get_headers()["content-type"].partition("boundary=")[2].encode()
        assert server.get_body().endswith(b"--" + boundary + b"--\r\n")
        assert b'name="pic"; filename="me.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n\r\n' in server.get_body()
        assert b'name="a"\r\n\r\n1\r\n' in server.get_body()


def test_a_compressed_answer_is_decompressed(send: Sender) -> None:
    with LoopbackServer(build_response(gzip.compress(b'{"id": 1}'), 200, "Content-Encoding: gzip")) as server:
        assert get_reply(send(server.base_url, BoundRequest("GET", "/x"))).body == b'{"id": 1}'


def test_an_invalid_compressed_answer_is_broken(send: Sender) -> None:
    with LoopbackServer(build_response(b"not gzip at all", 200, "Content-Encoding: gzip")) as server:
        assert get_failure(send(server.base_url, BoundRequest("POST", "/x"))) == "broken"


@pytest.mark.parametrize(
    "answer", [None, DroppedAfter(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"), DroppedAfter(b"nonsense\r\n\r\n")]
)
def test_a_connection_that_breaks_after_the_request_is_broken(send: Sender, answer: bytes | None) -> None:
    with LoopbackServer(answer) as server:
        assert get_failure(send(server.base_url, BoundRequest("POST", "/x", body={"a": 1}))) == "broken"
        assert len(server.requests) == 1


def test_a_refused_connection_is_connect(send: Sender) -> None:
    with find_refused_port() as port:
        assert get_failure(send(f"http://127.0.0.1:{port}/v2", BoundRequest("POST", "/x"))) == "connect"


def test_no_answer_in_time_is_timeout(send: Sender) -> None:
    with LoopbackServer(5.0) as server:
        assert get_failure(send(server.base_url, BoundRequest("POST", "/x", timeout=0.05))) == "timeout"


def test_redirects_are_not_followed(send: Sender) -> None:
    with (
        LoopbackServer() as other,
        LoopbackServer(build_response(b"{}", 302, f"Location: {other.base_url}/stolen")) as server,
    ):
        reply = get_reply(send(server.base_url, BoundRequest("GET", "/x")))
        assert (reply.status, reply.headers["location"]) == (302, f"{other.base_url}/stolen")
        assert other.requests == []
        assert len(server.requests) == 1


def test_cookies_are_not_stored(send: Sender) -> None:
    with LoopbackServer(build_response(b"{}", 200, "Set-Cookie: session=1; Path=/")) as server:
        send(server.base_url, BoundRequest("GET", "/x"), BoundRequest("GET", "/y"))
        assert [("cookie" in server.get_headers(at)) for at in (0, 1)] == [False, False]


def test_proxies_of_the_environment_are_ignored(send: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    with LoopbackServer() as proxy, LoopbackServer() as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        get_reply(send(server.base_url, BoundRequest("GET", "/x")))
        assert (len(proxy.requests), len(server.requests)) == (0, 1)


def test_header_names_are_lower_case(send: Sender) -> None:
    with LoopbackServer(build_response(b"{}", 429, "Retry-After: 5", "X-RateLimit-Type: QPS")) as server:
        reply = get_reply(send(server.base_url, BoundRequest("GET", "/x")))
        assert (reply.status, reply.headers["retry-after"], reply.headers["x-ratelimit-type"]) == (429, "5", "QPS")


def test_the_usual_transports(send: Sender) -> None:
    base_url = "https://api.zoom.test/v2"
    assert isinstance(create_transport(base_url), ConnectionPool)
    assert isinstance(create_async_transport(base_url), AsyncConnectionPool)
