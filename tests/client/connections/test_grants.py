"""Test token flows with canned replies, without network and clock.

No sandbox: a flow does no I/O, and a sandbox never sends most of these replies.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from zoom_component.client.connections.token_endpoint import (
    OAuthClient,
    TokenFlow,
    TokenRequest,
    exchange_authorization_code,
    exchange_refresh_token,
    request_account_token,
)
from zoom_component.client.connections.tokens import Token
from zoom_component.errors import ComponentError, ConnectionFailed, RateLimited, Unavailable
from zoom_component.messages import Reply

CLIENT = OAuthClient("app-1", "planted-secret", "https://zoom.us/oauth/token?grant_type=x&account_id=y")
TOKEN_PAYLOAD = {
    "access_token": "planted-access",
    "refresh_token": "planted-new",
    "expires_in": 3600,
    "scope": "a:b c:d",
}


def reply(body: Any, status: int = 200, **headers: str) -> Reply:
    return Reply(status, headers, body if isinstance(body, bytes) else json.dumps(body).encode())


def run_flow(flow: TokenFlow, answer: Reply) -> tuple[TokenRequest, Token]:
    request = next(flow)
    with pytest.raises(StopIteration) as end:
        flow.send(answer)
    return request, end.value.value


def fail_flow(flow: TokenFlow, answer: Reply) -> ComponentError:
    next(flow)
    with pytest.raises(ComponentError) as failed:
        flow.send(answer)
    text = json.dumps(failed.value.as_json())
    assert "planted" not in text
    return failed.value


def test_a_code_is_exchanged_with_its_verifier() -> None:
    request, token = run_flow(
        exchange_authorization_code(CLIENT, "the-code", "http://127.0.0.1:1/callback", "the-verifier", 1000.0),
        reply(TOKEN_PAYLOAD),
    )
    assert dict(request.form) == {
        "grant_type": "authorization_code",
        "account_id": "y",
        "code": "the-code",
        "redirect_uri": "http://127.0.0.1:1/callback",
        "code_verifier": "the-verifier",
    }
    assert (token.access, token.refresh, token.expires_at) == ("planted-access", "planted-new", 4600.0)
    assert token.scopes == ("a:b", "c:d")


def test_credentials_are_never_in_the_url() -> None:
    request, _ = run_flow(request_account_token(CLIENT, "account-1", 0.0), reply(TOKEN_PAYLOAD))
    assert request.url == "https://zoom.us/oauth/token"
    assert dict(request.form) == {"grant_type": "account_credentials", "account_id": "account-1"}
    assert (request.client_id, request.client_secret) == ("app-1", "planted-secret")
    assert "planted" not in repr((request, CLIENT))


def test_a_refresh_rotates_the_token_and_reuses_the_old_one_if_no_new_one_arrives() -> None:
    _, rotated = run_flow(exchange_refresh_token(CLIENT, "planted-old", 0.0), reply(TOKEN_PAYLOAD))
    assert rotated.refresh == "planted-new"
    _, same = run_flow(exchange_refresh_token(CLIENT, "planted-old", 0.0), reply({"access_token": "planted-access"}))
    assert same.refresh == "planted-old"
    assert "planted" not in repr((rotated, same))


@pytest.mark.parametrize("lifetime", [None, "soon", 0, -5, "NaN", [], 1e999])
def test_an_invalid_lifetime_means_an_hour(lifetime: Any) -> None:
    body = b'{"access_token": "a", "expires_in": ' + json.dumps(lifetime).encode() + b"}"
    _, token = run_flow(exchange_refresh_token(CLIENT, "r", 100.0), reply(body))
    assert token.expires_at == 3700.0


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        ("invalid_client", "Copy both again"),
        ("invalid_grant", "Connect again"),
        ("unsupported_grant_type", "serverToServer"),
        ("invalid_request", "Compare the client id"),
        ("some_new_code", "Compare the client id"),
    ],
)
def test_errors_of_zoom_say_what_to_do_next(error: str, advice: str) -> None:
    payload = {"reason": "no planted-old for planted-secret", "error": error}
    failed = fail_flow(
        exchange_refresh_token(CLIENT, "planted-old", 0.0), reply(payload, 400, **{"x-zm-trackingid": "WEB_1"})
    )
    assert isinstance(failed, ConnectionFailed)
    assert advice in failed.message
    assert (failed.reconnect, failed.code, failed.tracking_id) == (True, error, "WEB_1")
    assert failed.detail == "no [redacted] for [redacted]"


def test_both_answers_for_an_invalid_refresh_token_are_recognized() -> None:
    failed = fail_flow(
        exchange_refresh_token(CLIENT, "r", 0.0), reply({"reason": "Invalid Token!", "error": "invalid_request"}, 401)
    )
    assert isinstance(failed, ConnectionFailed)
    assert failed.code == "invalid_grant"


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"<html>", 200), ({"token": "x"}, 200), (b"[1]", 200), (b"\xff", 400), ({"access_token": 5}, 200), (b"", 302)],
)
def test_an_answer_without_a_token_or_an_error_points_at_the_token_url(body: Any, status: int) -> None:
    failed = fail_flow(request_account_token(CLIENT, "a", 0.0), reply(body, status))
    assert isinstance(failed, Unavailable)
    assert "token URL" in failed.message


def test_a_token_that_a_header_cannot_carry_is_refused() -> None:
    failed = fail_flow(request_account_token(CLIENT, "a", 0.0), reply({"access_token": "planted\r\nx-evil: 1"}))
    assert isinstance(failed, ConnectionFailed)


@pytest.mark.parametrize(
    ("header", "retry_at"),
    [
        ("120", "1970-01-01T00:18:40Z"),
        ("Thu, 01 Jan 1970 01:00:00 GMT", "1970-01-01T01:00:00Z"),
        ("soon", ""),
        ("", ""),
        ("99999999999999", ""),
    ],
)
def test_too_many_requests_say_when_to_try_again(header: str, retry_at: str) -> None:
    failed = fail_flow(request_account_token(CLIENT, "a", 1000.0), reply({}, 429, **{"retry-after": header}))
    assert isinstance(failed, RateLimited)
    assert failed.retry_at == retry_at
    assert retry_at in failed.message


def test_a_failing_server_is_unavailable() -> None:
    assert isinstance(fail_flow(request_account_token(CLIENT, "a", 0.0), reply(b"<html>", 503)), Unavailable)


def test_a_token_is_usable_until_shortly_before_it_expires() -> None:
    token = Token("a", expires_at=3600.0, issued_at=0.0)
    assert (token.is_usable(3539.0), token.is_usable(3540.0)) == (True, False)
    short = Token("a", expires_at=30.0, issued_at=0.0)
    assert (short.is_usable(14.0), short.is_usable(15.0)) == (True, False)
    assert Token("a").is_usable(1e12)
    assert not Token("", refresh="r").is_usable(0.0)
