"""The two drivers over mocked transports: the same flow, the same outcome, in both colours.

No embedded Zoom: most of it is errors of the client's own, below HTTP; it also shows that respx works with the wires.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from typing import Any

import httpx
import pytest
import respx
from tests.support.calls import FakeConnection

from zoom_component.client.transport.async_driver import AsyncDriver
from zoom_component.client.transport.driver import Driver
from zoom_component.client.transport.http import build_http_request, encode_json
from zoom_component.client.transport.steps import Authorize, Count, Renew, Send, SendFailure, Sleep
from zoom_component.errors import ComponentError, ConnectionFailed, QuotaSpent
from zoom_component.messages import BoundRequest, FilePart, Page, Reply

Flow = Generator[Any, Any, Any]
Run = Callable[..., Any]


def run_sync(flow: Flow, connection: FakeConnection | None = None, **how: Any) -> Any:
    wire = Driver(connection or FakeConnection(), sleep=how.pop("slept", []).append, **how)
    try:
        return wire.run(flow)
    finally:
        wire.close()


def run_async(flow: Flow, connection: FakeConnection | None = None, **how: Any) -> Any:
    slept = how.pop("slept", [])

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def main() -> Any:
        wire = AsyncDriver(connection or FakeConnection(), httpx.AsyncHTTPTransport(), sleep=sleep, **how)
        try:
            return await wire.run(flow)
        finally:
            await wire.close()

    return asyncio.run(main())


BOTH = pytest.mark.parametrize("run", [run_sync, run_async])


def sending(request: BoundRequest, authorization: str = "Bearer t") -> Flow:
    return (yield Send(request, authorization))


@BOTH
def test_a_request_goes_out_whole_and_comes_back_plain(run: Run, wires: respx.MockRouter) -> None:
    route = wires.post("http://zoom.test/v2/users/a%252Fb").respond(
        201, json={"id": 1}, headers={"X-Zm-TrackingId": "t"}
    )
    request = BoundRequest(
        "POST", "/users/a%252Fb", [("q", "a b&c"), ("q", "ü")], {"X-A": "1"}, {"topic": "ü", "n": 2**70}
    )
    found = run(sending(request))
    sent = route.calls.last.request
    assert sent.url.raw_path == b"/v2/users/a%252Fb?q=a%20b%26c&q=%C3%BC"
    assert sent.headers["authorization"] == "Bearer t"
    assert sent.headers["content-type"] == "application/json"
    assert sent.headers["x-a"] == "1"
    assert sent.headers["user-agent"].startswith("zoom-component/")
    assert sent.read() == '{"topic":"ü","n":1180591620717411303424}'.encode()
    assert isinstance(found, Reply)
    assert (found.status, found.body, found.headers["x-zm-trackingid"]) == (201, b'{"id":1}', "t")


@BOTH
@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError, "connect"),
        (httpx.ConnectTimeout, "connect"),
        (httpx.PoolTimeout, "connect"),
        (httpx.ReadTimeout, "timeout"),
        (httpx.WriteTimeout, "timeout"),
        (httpx.ReadError, "broken"),
        (httpx.RemoteProtocolError, "broken"),
        (httpx.WriteError, "broken"),
        (httpx.DecodingError, "broken"),
    ],
)
def test_every_failure_has_its_kind(run: Run, wires: respx.MockRouter, error: type[httpx.HTTPError], kind: str) -> None:
    wires.get("http://zoom.test/v2/x").mock(side_effect=error)
    found = run(sending(BoundRequest("GET", "/x")))
    assert isinstance(found, SendFailure)
    assert found.kind == kind
    assert "Bearer" not in found.detail


@BOTH
def test_the_steps_are_done_as_they_come(run: Run) -> None:
    connection, slept, counted = FakeConnection(), list[float](), list[Count]()

    class Counting:
        def count(self, step: Count) -> None:
            counted.append(step)

    def flow() -> Flow:
        first = yield Authorize()
        second = yield Renew(first)
        nothing = yield Sleep(1.5)
        yield Count("n", 1, "s")
        return first, second, nothing

    found = run(flow(), connection, slept=slept, ledger=Counting())
    assert found == ("Bearer token-1", "Bearer token-2", None)
    assert (slept, counted) == ([1.5], [Count("n", 1, "s")])
    assert connection.calls == ["authorize", "renew Bearer token-1", "close"]


@BOTH
def test_an_error_is_thrown_into_the_flow_which_may_answer_it(run: Run) -> None:
    def mending() -> Flow:
        try:
            yield Renew("Bearer x")
        except ConnectionFailed as error:
            header = yield Authorize()
            return error.reconnect, header
        return None

    assert run(mending(), FakeConnection(tokens=1)) == (True, "Bearer token-1")

    def passing() -> Flow:
        yield Renew("Bearer x")

    with pytest.raises(ConnectionFailed):
        run(passing(), FakeConnection(tokens=1))


@BOTH
def test_a_spent_allowance_stops_the_flow_before_it_sends(run: Run, wires: respx.MockRouter) -> None:
    class Spent:
        def count(self, step: Count) -> None:
            raise QuotaSpent("enough")

    def flow() -> Flow:
        yield Count("n", 1, "s")
        yield Send(BoundRequest("GET", "/x"), "Bearer t")

    with pytest.raises(QuotaSpent):
        run(flow(), ledger=Spent())
    assert not wires.calls


@BOTH
def test_without_a_ledger_nothing_is_counted(run: Run) -> None:
    def flow() -> Flow:
        return (yield Count("n", 1, "s"))

    assert run(flow()) is None


def pages_then_error(closed: list[str]) -> Flow:
    try:
        yield Page([1], "two")
        try:
            yield Renew("Bearer x")
        except ComponentError:
            yield Page([2], "")
    finally:
        closed.append("closed")


def test_a_stream_hands_pages_on_in_both_colours() -> None:
    closed: list[str] = []
    wire = Driver(FakeConnection(tokens=1))
    assert [page.items for page in wire.stream(pages_then_error(closed))] == [[1], [2]]

    async def main() -> list[Any]:
        other = AsyncDriver(FakeConnection(tokens=1), httpx.AsyncHTTPTransport())
        return [page.items async for page in other.stream(pages_then_error(closed))]

    assert asyncio.run(main()) == [[1], [2]]
    assert closed == ["closed", "closed"]


def test_a_stream_that_is_left_early_closes_its_flow() -> None:
    closed: list[str] = []
    stream = Driver(FakeConnection()).stream(pages_then_error(closed))
    assert next(iter(stream)).items == [1]
    stream.close()  # type: ignore[attr-defined]
    assert closed == ["closed"]


BASE = httpx.URL("http://zoom.test/v2")


def test_a_callers_header_replaces_ours_whatever_its_case() -> None:
    request = BoundRequest(
        "POST", "/x", headers={"accept": "text/csv", "USER-AGENT": "me", "content-TYPE": "text/x"}, body={}
    )
    sent = build_http_request(BASE, request, "Bearer t", 1.0)
    assert sent.headers.get_list("accept") == ["text/csv"]
    assert sent.headers.get_list("user-agent") == ["me"]
    assert sent.headers.get_list("content-type") == ["text/x"]


def test_the_connections_header_wins() -> None:
    sent = build_http_request(
        BASE, BoundRequest("GET", "/x", headers={"Authorization": "Bearer other"}), "Bearer t", 1.0
    )
    assert sent.headers.get_list("authorization") == ["Bearer t"]


def test_timeouts_of_the_request_or_of_the_session() -> None:
    assert build_http_request(BASE, BoundRequest("GET", "/x"), "t", 7.0).extensions["timeout"]["read"] == 7.0
    assert (
        build_http_request(BASE, BoundRequest("GET", "/x", timeout=2.0), "t", 7.0).extensions["timeout"]["read"] == 2.0
    )


def test_bodies_of_every_kind() -> None:
    assert build_http_request(BASE, BoundRequest("GET", "/x"), "t", 1.0).read() == b""
    assert build_http_request(BASE, BoundRequest("POST", "/x", content=b"a=1"), "t", 1.0).read() == b"a=1"
    parts = build_http_request(
        BASE,
        BoundRequest("POST", "/x", form=[("a", "1")], files=[FilePart("f", "ü.png", b"\xff", "image/png")]),
        "t",
        1.0,
    )
    body = parts.read()
    assert parts.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="a"\r\n\r\n1' in body
    assert b"Content-Type: image/png\r\n\r\n\xff" in body
    assert encode_json({"a": [1, 2**70, "ü"]}) == '{"a":[1,1180591620717411303424,"ü"]}'.encode()


def test_an_address_that_is_too_long_is_an_input_error() -> None:
    with pytest.raises(ComponentError, match="shorter"):
        build_http_request(BASE, BoundRequest("GET", "/" + "x" * 70_000), "t", 1.0)
