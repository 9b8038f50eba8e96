"""Test that no response and no log line of the HTTP server holds a secret."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from tests.server.http.conftest import OPTIONS, HttpClient

from zoom_component import Component
from zoom_component.client.session import AsyncSession
from zoom_component.server.http.app import HttpServer
from zoom_component.server.http.calls import SessionPool
from zoom_sandbox import Sandbox

SECRET = "test-secret"


def create_client(component: Component, zoom: Sandbox, token: str) -> HttpClient:
    def open_session(name: str) -> AsyncSession:
        transport = zoom.create_transport()
        return component.aconnect(token=token, base_url="http://127.0.0.1/v2", transport=transport, options=OPTIONS)

    return HttpClient(HttpServer(component, SessionPool(open_session)).build_app())


@pytest.mark.parametrize("path", ["/actions/getUser", "/actions/getUser?dryRun=true", "/tools/ZOOM_LIST_MEETINGS"])
@pytest.mark.parametrize("is_valid", [True, False])
def test_no_response_holds_the_token(
    component: Component, zoom: Sandbox, caplog: pytest.LogCaptureFixture, path: str, is_valid: bool
) -> None:
    caplog.set_level(logging.DEBUG)
    token = zoom.issue_token() if is_valid else SECRET
    inputs: dict[str, Any] = {"userId": "me"}
    if path.startswith("/actions"):
        inputs["debugRequest"] = True
    answer = create_client(component, zoom, token).request("POST", path, json=inputs)
    assert answer.status_code == (200 if is_valid or "dryRun" in path else 424)
    assert token not in answer.text + str(answer.headers) + caplog.text


def test_an_invalid_password_is_not_repeated(component: Component, zoom: Sandbox) -> None:
    inputs = {"action": "autoCreate", "email": "x@example.com", "userType": 1, "password": {"is": SECRET}}
    answer = create_client(component, zoom, zoom.issue_token()).run("createUser", inputs)
    assert answer.status_code == 400
    assert SECRET not in answer.text


def test_an_internal_error_is_reported_without_its_message(component: Component, zoom: Sandbox) -> None:
    import asyncio

    import httpx

    def open_session(name: str) -> Any:
        raise RuntimeError(f"the vault contains {SECRET}")

    async def main() -> httpx.Response:
        app = HttpServer(component, SessionPool(open_session)).build_app()
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.post("/actions/getUser", json={"userId": "me"})

    answer = asyncio.run(main())
    assert answer.status_code == 500
    assert answer.json()["error"]["kind"] == "request_error"
    assert SECRET not in answer.text


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"userId": "me", "userId": "you"}', "appears twice"),
        (b'{"userId": NaN}', "is not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"userId": ' + b"9" * 5000 + b"}", "a number is too long"),
        (b"\xff\xfe", "expected UTF-8 text"),
        (b'{"userId": "\\ud800"}', "a value that JSON can hold"),
    ],
)
def test_an_ambiguous_body_is_refused(component: Component, zoom: Sandbox, body: bytes, message: str) -> None:
    headers = {"content-type": "application/json"}
    answer = create_client(component, zoom, zoom.issue_token()).request(
        "POST", "/actions/getUser", content=body, headers=headers
    )
    assert answer.status_code == 400
    assert message in answer.json()["error"]["message"]
    assert zoom.requests == []
