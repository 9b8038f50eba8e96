"""What stands before both doors on HTTP: who gets in, with what, and what every answer says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from zoom_component.server.guard import Guard, read_api_key

JSON = {"content-type": "application/json"}
KEY = "a-key-of-the-tests"


class App:
    """Answers with the length of what it was sent, and remembers whether it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked += 1
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


def ask(app: App, method: str, path: str = "/", key: str = "", **how: Any) -> httpx.Response:
    async def main() -> httpx.Response:
        transport = httpx.ASGITransport(app=Guard(app, key, 100, public_paths=("/health",)))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8091") as client:
            return await client.request(method, path, **how)

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (f"Bearer {KEY}", 200), (f"bearer {KEY}", 200), (f"Bearer  {KEY}", 200), (f"Bearer {KEY}x", 401),
        (f"Basic {KEY}", 401), (KEY, 401), ("Bearer", 401), ("", 401), ("Bearer ключ", 401),
    ],
)  # fmt: skip
def test_a_key_is_known_or_not(app: App, said: str, status: int) -> None:
    answer = ask(app, "GET", key=KEY, headers={"authorization": said.encode()})
    assert (answer.status_code, app.asked) == (status, int(status == 200))
    assert ("www-authenticate" in answer.headers) is (status == 401)
    assert KEY not in answer.text


def test_one_path_is_free_and_no_other(app: App) -> None:
    assert ask(app, "GET", "/health", KEY).status_code == 200
    for path in ("/health/", "/Health", "//health", "/health%2f..%2factions"):
        assert ask(app, "GET", path, KEY).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"}, {"host": "localhost.evil.example"}, {"host": "127.0.0.1:80@evil.example"},
        {"host": ""}, {"origin": "null"}, {"origin": "https://evil.example"}, {"origin": "http://127.0.0.1.evil.example"},
        {"sec-fetch-site": "cross-site"},
    ],
)  # fmt: skip
def test_without_a_key_nothing_from_elsewhere_gets_in(app: App, headers: dict[str, str]) -> None:
    assert ask(app, "GET", headers=headers).status_code == 403
    assert app.asked == 0


def test_what_a_program_or_a_page_of_this_machine_sends_gets_in(app: App) -> None:
    for headers in ({}, {"origin": "http://localhost:3000"}, {"sec-fetch-site": "same-origin"}, {"host": "[::1]:8091"}):
        assert ask(app, "GET", headers=headers).status_code == 200


@pytest.mark.parametrize("name", ["host", "authorization", "origin", "content-type", "content-length"])
def test_a_header_that_decides_comes_once(app: App, name: str) -> None:
    answer = ask(app, "GET", headers=[(name, "127.0.0.1"), (name, "evil.example")])
    assert (answer.status_code, app.asked) == (400, 0)
    assert name in answer.json()["error"]["message"]


@pytest.mark.parametrize("length", ["101", "9" * 30, "-1", "1e1", "²"])
def test_a_length_that_is_told_is_believed_only_if_it_is_one(app: App, length: str) -> None:
    answer = ask(app, "POST", headers={**JSON, "content-length": length.encode()}, content=b"")
    assert (answer.status_code, app.asked) == (413, 0)


def test_a_body_without_a_length_ends_where_it_is_too_long(app: App) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 50

    assert ask(app, "POST", headers=JSON, content=pieces()).status_code == 413

    async def few() -> AsyncIterator[bytes]:
        yield b" " * 50

    assert ask(app, "POST", headers=JSON, content=few()).text == "50"


def test_every_answer_says_that_it_is_not_to_be_kept(app: App) -> None:
    for answer in (ask(app, "GET"), ask(app, "GET", key=KEY), ask(app, "POST", content=b"x=1")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert ask(app, "GET", "/own").headers.get_list("cache-control") == ["private"]


def test_no_other_protocol_gets_in(app: App) -> None:
    sent: list[Any] = []

    async def main() -> None:
        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "websocket.connect"}

        await Guard(app, "", 100)({"type": "websocket", "headers": []}, receive, send)

    asyncio.run(main())
    assert sent == [{"type": "websocket.close", "code": 1008}]
    assert app.asked == 0


def test_blanks_are_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOOM_COMPONENT_API_KEY", " \n")
    assert read_api_key() == ""
    monkeypatch.setenv("ZOOM_COMPONENT_API_KEY", f" {KEY}\n")
    assert read_api_key() == KEY
