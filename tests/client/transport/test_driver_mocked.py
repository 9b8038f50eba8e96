"""Test both drivers over mocked transports: the same flow has the same outcome.

No sandbox: most of these tests are about errors below HTTP, which respx raises.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Generator, Iterator
from typing import Any

import httpx
import pytest
import respx
from tests.support.calls import FakeConnection

from zoom_component.client.network.request_writer import Origin, encode_request
from zoom_component.client.transport.async_driver import AsyncDriver
from zoom_component.client.transport.driver import Driver
from zoom_component.client.transport.exchange import Authorize, Count, Renew, Send, SendFailure, Sleep
from zoom_component.errors import ComponentError, ConnectionFailed, QuotaSpent
from zoom_component.messages import BoundRequest, FilePart, Page, Reply

Flow = Generator[Any, Any, Any]
Run = Callable[..., Any]


def run_sync(flow: Flow, connection: FakeConnection | None = None, **how: Any) -> Any:
    driver = Driver(connection or FakeConnection(), sleep=how.pop("waits", []).append, **how)
    try:
        return driver.run(flow)
    finally:
        driver.close()


def run_async(flow: Flow, connection: FakeConnection | None = None, **how: Any) -> Any:
    waits = how.pop("waits", [])

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async def main() -> Any:
        driver = AsyncDriver(connection or FakeConnection(), sleep=sleep, **how)
        try:
            return await driver.run(flow)
        finally:
            await driver.close()

    return asyncio.run(main())


@pytest.fixture
def router() -> Iterator[respx.MockRouter]:
    """Yield a respx router that answers for both drivers, at the level of their transports."""
    with respx.mock(assert_all_called=False) as router:
        yield router


BOTH_DRIVERS = pytest.mark.parametrize("run", [run_sync, run_async])


def send(request: BoundRequest, authorization: str = "Bearer t") -> Flow:
    return (yield Send(request, authorization))


@BOTH_DRIVERS
def test_a_request_is_sent_whole_and_answered(run: Run, router: respx.MockRouter) -> None:
    route = router.post("http://zoom.test/v2/users/a%252Fb").respond(
        201, json={"id": 1}, headers={"X-Zm-TrackingId": "t"}
    )
    request = BoundRequest(
        "POST", "/users/a%252Fb", [("q", "a b&c"), ("q", "ü")], {"X-A": "1"}, {"topic": "ü", "n": 2**70}
    )
    reply = run(send(request))
    sent = route.calls.last.request
    assert sent.url.raw_path == b"/v2/users/a%252Fb?q=a%20b%26c&q=%C3%BC"
    assert sent.headers["authorization"] == "Bearer t"
    assert sent.headers["content-type"] == "application/json"
    assert sent.headers["x-a"] == "1"
    assert sent.headers["user-agent"].startswith("zoom-component/")
    assert sent.read() == '{"topic":"ü","n":1180591620717411303424}'.encode()
    assert isinstance(reply, Reply)
    assert (reply.status, reply.body, reply.headers["x-zm-trackingid"]) == (201, b'{"id":1}', "t")


@BOTH_DRIVERS
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
def test_every_failure_has_its_kind(
    run: Run, router: respx.MockRouter, error: type[httpx.HTTPError], kind: str
) -> None:
    router.get("http://zoom.test/v2/x").mock(side_effect=error)
    failure = run(send(BoundRequest("GET", "/x")))
    assert isinstance(failure, SendFailure)
    assert failure.kind == kind
    assert "Bearer" not in failure.detail


@BOTH_DRIVERS
def test_every_step_is_executed(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "zoom_component.retries")
    connection, waits, counts = FakeConnection(), list[float](), list[Count]()

    class FakeQuota:
        def count(self, step: Count) -> None:
            counts.append(step)

    def flow() -> Flow:
        first = yield Authorize()
        second = yield Renew(first)
        nothing = yield Sleep(1.5, BoundRequest("GET", "/users", [("page_size", "300")]), "503", 2, 4)
        yield Count("n", 1, "s")
        return first, second, nothing

    result = run(flow(), connection, waits=waits, daily_quota=FakeQuota())
    assert result == ("Bearer token-1", "Bearer token-2", None)
    assert (waits, counts) == ([1.5], [Count("n", 1, "s")])
    assert connection.calls == ["authorize", "renew Bearer token-1", "close"]
    (record,) = caplog.records
    assert record.getMessage() == "GET /users: 503, waiting 1.5 s, attempt 2 of 4"
    fields = ("method", "path", "cause", "wait", "attempt", "attempts")
    assert [getattr(record, field) for field in fields] == ["GET", "/users", "503", 1.5, 2, 4]


@BOTH_DRIVERS
def test_an_error_is_thrown_into_the_flow_which_may_handle_it(run: Run) -> None:
    def handle() -> Flow:
        try:
            yield Renew("Bearer x")
        except ConnectionFailed as error:
            header = yield Authorize()
            return error.reconnect, header
        return None

    assert run(handle(), FakeConnection(tokens=1)) == (True, "Bearer token-1")

    def ignore() -> Flow:
        yield Renew("Bearer x")

    with pytest.raises(ConnectionFailed):
        run(ignore(), FakeConnection(tokens=1))


@BOTH_DRIVERS
def test_an_empty_daily_quota_stops_the_flow_before_it_sends(run: Run, router: respx.MockRouter) -> None:
    class EmptyQuota:
        def count(self, step: Count) -> None:
            raise QuotaSpent("enough")

    def flow() -> Flow:
        yield Count("n", 1, "s")
        yield Send(BoundRequest("GET", "/x"), "Bearer t")

    with pytest.raises(QuotaSpent):
        run(flow(), daily_quota=EmptyQuota())
    assert not router.calls


@BOTH_DRIVERS
def test_without_a_daily_quota_nothing_is_counted(run: Run) -> None:
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


def test_both_drivers_stream_pages() -> None:
    closed: list[str] = []
    driver = Driver(FakeConnection(tokens=1))
    assert [page.items for page in driver.stream(pages_then_error(closed))] == [[1], [2]]

    async def main() -> list[Any]:
        other = AsyncDriver(FakeConnection(tokens=1))
        return [page.items async for page in other.stream(pages_then_error(closed))]

    assert asyncio.run(main()) == [[1], [2]]
    assert closed == ["closed", "closed"]


def test_a_stream_that_is_closed_early_closes_its_flow() -> None:
    closed: list[str] = []
    stream = Driver(FakeConnection()).stream(pages_then_error(closed))
    assert next(iter(stream)).items == [1]
    stream.close()  # type: ignore[attr-defined]
    assert closed == ["closed"]


ORIGIN = Origin.from_url("http://zoom.test/v2")


def test_a_header_of_the_caller_replaces_the_default_in_any_case() -> None:
    request = BoundRequest(
        "POST", "/x", headers={"accept": "text/csv", "USER-AGENT": "me", "content-TYPE": "text/x"}, body={}
    )
    headers = encode_request(ORIGIN, request, "Bearer t").headers
    others = {name: text for name, text in headers.items() if name not in ("Accept-Encoding", "Authorization")}
    assert others == {"accept": "text/csv", "USER-AGENT": "me", "content-TYPE": "text/x"}


def test_the_authorization_of_the_connection_wins() -> None:
    request = BoundRequest("GET", "/x", headers={"authorization": "Bearer other"})
    headers = encode_request(ORIGIN, request, "Bearer t").headers
    assert [text for name, text in headers.items() if name.lower() == "authorization"] == ["Bearer t"]


@pytest.mark.parametrize(("own_timeout", "expected"), [(None, 7.0), (2.0, 2.0)])
def test_the_timeout_of_the_request_replaces_that_of_the_session(own_timeout: float | None, expected: float) -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200)

    def flow() -> Flow:
        return (yield Send(BoundRequest("GET", "/x", timeout=own_timeout), "Bearer t"))

    driver = Driver(FakeConnection(tokens=1), httpx.MockTransport(answer), timeout=7.0)
    assert driver.run(flow()).status == 200
    assert set(sent[0].extensions["timeout"].values()) == {expected}


def test_bodies_of_every_kind() -> None:
    assert encode_request(ORIGIN, BoundRequest("GET", "/x"), "t").body == b""
    assert encode_request(ORIGIN, BoundRequest("POST", "/x", content=b"a=1"), "t").body == b"a=1"
    files = [FilePart("f", "ü.png", b"\xff", "image/png")]
    parts = encode_request(ORIGIN, BoundRequest("POST", "/x", form=[("a", "1")], files=files), "t")
    assert parts.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert b'name="a"\r\n\r\n1' in parts.body
    assert b"Content-Type: image/png\r\n\r\n\xff" in parts.body
    json_body = encode_request(ORIGIN, BoundRequest("POST", "/x", body={"a": [1, 2**70, "ü"]}), "t").body
    assert json_body == '{"a":[1,1180591620717411303424,"ü"]}'.encode()


def test_a_url_that_is_too_long_is_an_input_error() -> None:
    with pytest.raises(ComponentError, match="shorter"):
        encode_request(ORIGIN, BoundRequest("GET", "/" + "x" * 70_000), "t")
