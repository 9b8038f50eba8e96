"""Test who may call the server of a sandbox, and how much of it one caller may use."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from zoom_sandbox import Sandbox, SandboxInputError, asgi, protocol
from zoom_sandbox.account import SandboxOptions
from zoom_sandbox.admin import respond
from zoom_sandbox.engine import SandboxEngine
from zoom_sandbox.http_server import BackgroundServer
from zoom_sandbox.messages import Request

SECRET = "a-secret-of-our-own"


@pytest.fixture
def server() -> Iterator[Sandbox]:
    with Sandbox() as zoom:
        yield zoom


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "192.0.2.7", "zoom.example.com", "127.0.0.1.example.com"])
def test_an_address_that_other_machines_can_call_needs_a_secret_of_its_own(host: str) -> None:
    with pytest.raises(SandboxInputError, match=r"other machines can call .*; got the built-in one, which is public"):
        Sandbox(host=host)
    with pytest.raises(SandboxInputError, match=r"at least 16 characters, .*; got 5 characters"):
        Sandbox(host=host, client_secret="short")
    assert Sandbox(host=host, client_secret=SECRET).engine.account.options.is_exposed


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.9"])
def test_on_loopback_the_built_in_credentials_are_enough(host: str) -> None:
    assert not Sandbox(host=host).engine.account.options.is_exposed


def test_tokens_cannot_be_guessed_where_other_machines_can_call() -> None:
    tokens = [Sandbox(host="::", client_secret=SECRET).issue_token() for _ in range(2)]
    assert tokens[0] != tokens[1]
    assert Sandbox().issue_token() == Sandbox().issue_token()  # on loopback, a run can be repeated


def test_tokens_of_a_file_that_follow_from_the_seed_are_not_accepted(tmp_path: Path) -> None:
    db = tmp_path / "account.db"
    seeded = Sandbox(db=db)
    guessable = seeded.issue_token()
    seeded.close()
    exposed = Sandbox(db=db, host="::", client_secret=SECRET)
    random_token = exposed.issue_token()
    assert [call_with(exposed, token) for token in (guessable, random_token)] == [401, 200]
    exposed.close()
    restarted = Sandbox(db=db, host="::", client_secret=SECRET)
    assert call_with(restarted, random_token) == 200
    restarted.close()


def call_with(zoom: Sandbox, token: str) -> int:
    """Return the status of a call with a token."""
    headers = {"authorization": f"Bearer {token}"}
    with httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers) as client:
        return client.get("/users/me").status_code


def test_a_body_is_recorded_only_at_its_beginning_where_other_machines_can_call() -> None:
    exposed = Sandbox(host="::", client_secret=SECRET)
    with httpx.Client(transport=exposed.create_transport(), base_url="http://zoom.test/v2") as client:
        client.post("/users", content=b"x" * 100_000)
    assert len(exposed.requests[0].body) < 20_000


@pytest.mark.parametrize("host", ["rebound.example.org", "192.0.2.7:8087", "localhost.example.org", "[::1", ""])
def test_on_loopback_a_host_header_of_another_name_is_refused(server: Sandbox, host: str) -> None:
    response = httpx.get(f"{server.url}/v2/users/me", headers={"host": host})
    assert response.status_code in (400, 403)
    assert "users" not in response.text or "Host header" in response.text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1", "[::1]:8087"])
def test_every_name_of_this_machine_is_answered(server: Sandbox, host: str) -> None:
    assert httpx.get(f"{server.url}/v2/users/me", headers={"host": host}).status_code == 401


def test_where_other_machines_can_call_any_name_is_answered_but_not_by_the_admin_api() -> None:
    engine = SandboxEngine(SandboxOptions(client_secret=SECRET, is_exposed=True))
    server = BackgroundServer(engine, "127.0.0.1", 0)
    try:
        headers = {"host": "zoom.example.org"}
        assert httpx.get(f"{server.url}/v2/users/me", headers=headers).status_code == 401
        assert httpx.get(f"{server.url}/_sandbox", headers=headers).status_code == 403
        assert httpx.get(f"{server.url}/_sandbox").status_code == 200
        form = {"grant_type": "account_credentials", "account_id": "sandbox-account"}
        refused = httpx.post(f"{server.url}/oauth/token", data=form, auth=("sandbox-client", "sandbox-secret"))
        assert refused.status_code in (400, 401)
        accepted = httpx.post(f"{server.url}/oauth/token", data=form, auth=("sandbox-client", SECRET))
        assert accepted.status_code == 200
    finally:
        server.stop()


def test_a_body_that_is_too_large_is_refused(server: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "MAX_BODY_BYTES", 1000)
    monkeypatch.setattr(asgi, "MAX_FORM_BYTES", 3000)
    url = f"{server.url}/v2/users"
    assert httpx.post(url, content=b"x" * 1000).status_code == 401
    assert httpx.post(url, content=b"x" * 1001).status_code == 413
    form = {"content-type": "multipart/form-data; boundary=x"}
    assert httpx.post(url, content=b"x" * 1001, headers=form).status_code == 401
    assert httpx.post(url, content=b"x" * 3001, headers=form).status_code == 413
    assert httpx.get(url).status_code == 401


def test_bodies_at_a_time_are_bounded_and_counted_down(server: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "MAX_BUFFERED_BYTES", 1500)
    url = f"{server.url}/v2/users"
    statuses = [httpx.post(url, content=b"x" * size).status_code for size in (1000, 1000, 2000, 1000)]
    assert statuses == [401, 401, 503, 401]


def test_a_body_that_does_not_arrive_is_refused(server: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "BODY_TIMEOUT", 0.05)
    assert send_raw(server, b"POST /v2/users HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\nab").startswith(
        b"HTTP/1.1 408"
    )


def test_a_head_that_does_not_arrive_ends_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_TIMEOUT", 0.05)
    with Sandbox() as zoom:
        assert send_raw(zoom, b"GET /v2/users HTTP/1.1\r\nhost: loc") == b""


def test_a_head_that_is_too_large_ends_the_connection(server: Sandbox) -> None:
    head = b"GET /v2/users HTTP/1.1\r\nhost: localhost\r\nx: " + b"a" * 200_000
    assert not send_raw(server, head).startswith(b"HTTP/1.1 2")
    assert httpx.get(f"{server.url}/v2/users/me").status_code == 401


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 20_000, b"1" * 100_000, "{}".encode("utf-16")])
def test_a_hostile_body_is_an_error_of_the_request(sandbox: Sandbox, client: httpx.Client, body: bytes) -> None:
    response = client.post("/users/me/meetings", content=body, headers={"content-type": "application/json"})
    assert (response.status_code, response.json()["code"]) == (400, 300)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"[" * 100_000, "line 1: expected at most 60 nested levels"),
        (b"- " * 100_000, "line 1: expected at most 60 nested levels"),
        (b"users: &a []\nmeetings: *a\n", "line 2: aliases (*name) are not allowed; write the value in full"),
        (b"users: 1e999\n", "expected values that JSON can hold, got a number or a key that it cannot"),
        (b"users: " + b"1" * 5000, "expected values that JSON can hold, got a number or a key that it cannot"),
    ],
)
def test_a_hostile_document_is_an_error_of_the_admin_api(sandbox: Sandbox, body: bytes, message: str) -> None:
    response = respond(sandbox.engine, Request("POST", "/_sandbox/data", body=body))
    errors: Any = response.json()["errors"]
    assert (response.status, errors) == (400, [message])


def send_raw(zoom: Sandbox, data: bytes) -> bytes:
    """Return what the server answers to bytes, until it closes the connection."""
    port = int(zoom.url.rpartition(":")[2])
    with closing(socket.create_connection(("127.0.0.1", port), timeout=20)) as connection:
        answer = b""
        try:
            connection.sendall(data)
            while part := connection.recv(65_536):
                answer += part
        except ConnectionError:
            return answer
        return answer
