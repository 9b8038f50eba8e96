"""Test the guard of both servers: API key, host names, body length, and headers of every response."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from zoom_component.bounded_json import UnacceptableJson
from zoom_component.server.access import Access, Caller, is_health_check, is_page, read_api_key
from zoom_component.server.guard import CALLER, Guard, GuardLimits, check_json, check_json_size

JSON = {"content-type": "application/json"}
KEY = "test-api-key"
LIMITS = GuardLimits(max_body_bytes=100, body_timeout=0.3)


class App:
    """Respond with the length of the body, and count the requests."""

    def __init__(self) -> None:
        self.request_count = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.request_count += 1
        length, more = 0, True
        while more:
            message = await receive()
            length += len(message.get("body", b""))
            more = message.get("more_body", False)
        headers = [(b"content-type", b"text/plain"), (b"Cache-Control", b"private")] if scope["path"] == "/own" else []
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": str(length).encode()})


@pytest.fixture
def app() -> App:
    return App()


def send(
    app: App,
    method: str,
    path: str = "/",
    key: str = "",
    *,
    is_local: bool = False,
    is_public: Callable[[str, str], bool] = is_health_check,
    check_body: Callable[[bytes], None] = check_json_size,
    **options: Any,
) -> httpx.Response:
    async def main() -> httpx.Response:
        transport = httpx.ASGITransport(app=Guard(app, Access(key, is_local, is_public), LIMITS, check_body=check_body))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8091") as client:
            return await client.request(method, path, **options)

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (f"Bearer {KEY}", 200), (f"bearer {KEY}", 200), (f"Bearer  {KEY}", 200), (f"Bearer {KEY}x", 401),
        (f"Basic {KEY}", 401), (KEY, 401), ("Bearer", 401), ("", 401), ("Bearer ключ", 401),
    ],
)  # fmt: skip
def test_only_the_right_api_key_is_accepted(app: App, authorization: str, status: int) -> None:
    answer = send(app, "GET", key=KEY, headers={"authorization": authorization.encode()})
    assert (answer.status_code, app.request_count) == (status, int(status == 200))
    assert ("www-authenticate" in answer.headers) is (status == 401)
    assert KEY not in answer.text


def test_one_path_is_public_and_no_other(app: App) -> None:
    assert send(app, "GET", "/health", KEY).status_code == 200
    for path in ("/health/", "/Health", "//health", "/health%2f..%2factions"):
        assert send(app, "GET", path, KEY).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"}, {"host": "localhost.evil.example"}, {"host": "127.0.0.1:80@evil.example"},
        {"host": ""}, {"origin": "null"}, {"origin": "https://evil.example"}, {"origin": "http://127.0.0.1.evil.example"},
        {"sec-fetch-site": "cross-site"},
    ],
)  # fmt: skip
def test_without_an_api_key_foreign_requests_are_refused(app: App, headers: dict[str, str]) -> None:
    assert send(app, "GET", headers=headers).status_code == 403
    assert app.request_count == 0


def test_requests_of_this_machine_are_accepted(app: App) -> None:
    for headers in ({}, {"origin": "http://localhost:3000"}, {"sec-fetch-site": "same-origin"}, {"host": "[::1]:8091"}):
        assert send(app, "GET", headers=headers).status_code == 200


@pytest.mark.parametrize("name", ["host", "authorization", "origin", "content-type", "content-length"])
def test_a_repeated_header_is_refused(app: App, name: str) -> None:
    answer = send(app, "GET", headers=[(name, "127.0.0.1"), (name, "evil.example")])
    assert (answer.status_code, app.request_count) == (400, 0)
    assert name in answer.json()["error"]["message"]


@pytest.mark.parametrize("length", ["101", "9" * 30, "-1", "1e1", "²"])
def test_an_invalid_content_length_is_refused(app: App, length: str) -> None:
    answer = send(app, "POST", headers={**JSON, "content-length": length.encode()}, content=b"")
    assert (answer.status_code, app.request_count) == (413, 0)


def test_a_long_body_without_content_length_is_refused(app: App) -> None:
    async def long_body() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 50

    assert send(app, "POST", headers=JSON, content=long_body()).status_code == 413

    async def short_body() -> AsyncIterator[bytes]:
        yield b" " * 50

    assert send(app, "POST", headers=JSON, content=short_body()).text == "50"


def test_every_response_forbids_caching(app: App) -> None:
    for answer in (send(app, "GET"), send(app, "GET", key=KEY), send(app, "POST", content=b"x=1")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert send(app, "GET", "/own").headers.get_list("cache-control") == ["private"]


def test_other_protocols_are_refused(app: App) -> None:
    sent: list[Any] = []

    async def main() -> None:
        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "websocket.connect"}

        await Guard(app, Access())({"type": "websocket", "headers": []}, receive, send)

    asyncio.run(main())
    assert sent == [{"type": "websocket.close", "code": 1008}]
    assert app.request_count == 0


def test_surrounding_space_is_removed_from_the_api_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOOM_COMPONENT_API_KEY", " \n")
    assert read_api_key() == ""
    monkeypatch.setenv("ZOOM_COMPONENT_API_KEY", f" {KEY}\n")
    assert read_api_key() == KEY


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_post_needs_a_json_content_type(app: App, media_type: str) -> None:
    """Refuse what a page of another site can send without a preflight."""
    answer = send(app, "POST", content=b"{}", headers={"content-type": media_type} if media_type else {})
    assert (answer.status_code, app.request_count) == (415, 0)
    assert "send the header content-type: application/json" in answer.json()["error"]["message"]
    assert send(app, "POST", content=b"{}", headers={"content-type": "Application/JSON; charset=utf-8"}).text == "2"


def test_a_local_server_checks_names_although_it_has_a_key(app: App) -> None:
    headers = {"authorization": f"Bearer {KEY}", "host": "evil.example"}
    assert send(app, "GET", key=KEY, headers=headers).status_code == 200
    assert send(app, "GET", key=KEY, is_local=True, headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200), ("HEAD", "/actions", 200), ("GET", "/actions/getUser/schema", 200),
        ("GET", "/openapi.json", 200), ("GET", "/events", 401), ("GET", "/metrics", 401), ("POST", "/", 401),
        ("POST", "/actions/createMeeting", 401), ("GET", "/actions/x/../../events/schema", 401),
    ],
)  # fmt: skip
def test_pages_about_the_actions_need_no_key_of_one_run(app: App, method: str, path: str, status: int) -> None:
    assert send(app, method, path, KEY, is_public=is_page, headers=JSON).status_code == status


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"[" * 90, "nested too deeply"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": 1e999}', "finite"),
        (b'{"a":', "not JSON"),
        (b'{"a": "\\ud800"}', "surrogate"),
        (b"\xff", "UTF-8"),
    ],
)
def test_json_beyond_the_bounds_is_refused(app: App, body: bytes, message: str) -> None:
    answer = send(app, "POST", headers=JSON, content=body, check_body=check_json)
    assert (answer.status_code, app.request_count) == (400, 0)
    assert message in answer.json()["error"]["message"]


def test_the_number_of_names_and_of_digits_is_bounded() -> None:
    check_json_size(b"[" + b"1," * 100_000 + b"1]")
    with pytest.raises(UnacceptableJson, match="at most 100,000 values and names"):
        check_json_size(b"[" + b"1," * 100_001 + b"1]")
    with pytest.raises(UnacceptableJson, match="4,300 digits"):
        check_json(b"9" * 5000)


def test_many_headers_are_refused(app: App) -> None:
    answer = send(app, "GET", headers=[(f"x{number}", "y") for number in range(100)])
    assert (answer.status_code, app.request_count) == (431, 0)


def test_a_slow_body_is_refused_as_a_whole(app: App) -> None:
    async def drip() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" "
            await asyncio.sleep(0.02)

    answer = send(app, "POST", headers=JSON, content=drip())
    assert (answer.status_code, app.request_count) == (408, 0)
    assert answer.json()["error"]["message"] == "expected the whole body within 0.3 seconds"


def test_an_application_that_fails_is_logged_on_safe_lines(caplog: pytest.LogCaptureFixture) -> None:
    class Failing(App):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            raise RuntimeError("first\nsecond \x1b[31m" + "x" * 90_000)

    answer = send(Failing(), "GET", "/a%0Ab")
    assert (answer.status_code, answer.json()["error"]["kind"]) == (500, "request_error")
    assert "failed to handle GET /a\\nb" in caplog.text
    assert "\x1b" not in caplog.text
    assert len(caplog.text) < 20_000


def test_the_application_learns_who_calls() -> None:
    callers: list[Any] = []

    class Noting(App):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            callers.append(scope[CALLER])
            await super().__call__(scope, receive, send)

    send(Noting(), "GET", key=KEY, headers={"authorization": f"Bearer {KEY}"})
    send(Noting(), "GET")
    assert callers == [Caller("127.0.0.1", Access(KEY).key_id), Caller("127.0.0.1", "")]
    assert KEY not in callers[0].key_id
