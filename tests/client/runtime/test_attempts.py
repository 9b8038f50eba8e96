"""Test that retries and waits can be seen: in results, in errors, and in the log."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from tests.support.session_modes import BOTH_MODES, OPTIONS, AsyncMode, SyncMode, create_sandbox

from zoom_component import Result, SessionOptions
from zoom_component.component_error import Attempts
from zoom_component.errors import ComponentError, ConnectionFailed, InputError, NotFound, Refused, Unavailable

MEETING = {"userId": "me", "topic": "Daily"}


@BOTH_MODES
def test_a_result_counts_its_requests_and_those_that_were_sent_again(mode: type[SyncMode | AsyncMode]) -> None:
    zoom = create_sandbox()
    assert mode(zoom).run("getUser", {"userId": "me"}).attempts == Attempts(requests=1, retries=0)
    zoom.add_fault("GET", "/users/{userId}", status=503, calls=(1, 2))
    result = mode(zoom).run("getUser", {"userId": "me"})
    assert result.attempts == (3, 2)
    assert result.as_json() == {"data": result.data}, "the documented result has nothing beside its data"


@BOTH_MODES
def test_every_page_of_a_list_is_a_request(mode: type[SyncMode | AsyncMode]) -> None:
    zoom = create_sandbox()
    pages = mode(zoom).pages("listUsers", page_size=1)
    result = mode(zoom).run("listUsers", page_size=1)
    assert result.attempts == (len(pages), 0)


@BOTH_MODES
def test_an_error_counts_too_and_names_action_method_and_path(mode: type[SyncMode | AsyncMode]) -> None:
    zoom = create_sandbox()
    zoom.add_fault("GET", "/users/{userId}", status=503)
    with pytest.raises(Unavailable) as caught:
        mode(zoom).run("getUser", {"userId": "me"})
    assert caught.value.attempts == (4, 3)
    assert caught.value.as_json()["attempts"] == {"requests": 4, "retries": 3}
    assert str(caught.value).startswith("getUser (GET /users/me): ")


@BOTH_MODES
def test_an_error_of_the_first_request_has_no_attempts_in_its_json(mode: type[SyncMode | AsyncMode]) -> None:
    with pytest.raises(NotFound) as caught:
        mode(create_sandbox()).run("getUser", {"userId": "nobody@example.com"})
    error = caught.value
    assert str(error).startswith(
        "getUser (GET /users/nobody@example.com): the service answered 404, code 1001: User does not exist"
    )
    assert not error.message.startswith("getUser")
    assert (error.action, error.method, error.path) == ("getUser", "GET", "/users/nobody@example.com")
    assert error.as_json()["action"] == "getUser"
    assert error.as_json()["request"] == "GET /users/nobody@example.com"
    assert "attempts" not in error.as_json()


def test_a_query_is_not_in_the_text_of_an_error() -> None:
    zoom = create_sandbox()
    zoom.add_fault("GET", "/users", status=400, body={"code": 300, "message": "Validation Failed."})
    with pytest.raises(Refused) as caught:
        SyncMode(zoom).run("rawRequest", {"url": "/users?status=active&token=abc", "method": "GET"})
    assert str(caught.value).startswith("rawRequest (GET /users): the service answered 400, code 300")
    assert "abc" not in str(caught.value.as_json())


def test_errors_before_a_request_name_what_they_know() -> None:
    zoom = create_sandbox()
    with pytest.raises(InputError) as caught:
        SyncMode(zoom).run("createMeeting", {"userId": "me", "topic": 5, "duration": "x"})
    assert str(caught.value) == caught.value.message
    zoom.add_fault("POST", "/oauth/token", status=400, body={"reason": "No.", "error": "invalid_client"})
    with pytest.raises(ConnectionFailed) as failed:
        SyncMode(zoom).run("createMeeting", MEETING)
    assert str(failed.value).startswith("createMeeting (POST /users/me/meetings): Zoom does not know this client id")
    assert failed.value.attempts == (0, 0)


def test_a_text_is_not_repeated_where_the_message_has_it() -> None:
    def build(message: str) -> str:
        error = ComponentError(message)
        error.add_place("getUser", "GET", "/users/me", Attempts(1))
        return str(error)

    assert build("it failed") == "getUser (GET /users/me): it failed"
    assert build("getUser failed") == "GET /users/me: getUser failed"
    assert build("GET /users/me failed") == "getUser: GET /users/me failed"
    assert build("getUser: GET /users/me failed") == "getUser: GET /users/me failed"
    assert str(ComponentError("it failed")) == "it failed"


@BOTH_MODES
def test_each_wait_and_each_new_token_is_a_record(
    mode: type[SyncMode | AsyncMode], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "zoom_component")
    zoom = create_sandbox()
    zoom.add_fault("GET", "/users", status=429, retry_after=0, calls=(1,))
    mode(zoom, OPTIONS._replace(retries=2)).run("listUsers", {"status": "active"})
    waits = [record for record in caplog.records if record.name == "zoom_component.retries"]
    tokens = [record for record in caplog.records if record.name == "zoom_component.tokens"]
    (wait,), (token,) = waits, tokens
    assert wait.levelno == token.levelno == logging.INFO
    assert wait.getMessage() == f"GET /users: 429, waiting {getattr(wait, 'wait'):.3g} s, attempt 2 of 3"  # noqa: B009
    assert token.getMessage() == "connection serverToServer: the access token is missing, requesting one"
    assert zoom.client_secret not in caplog.text
    assert "Bearer" not in caplog.text


def test_a_renewal_is_a_record_with_its_cause(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "zoom_component.tokens")
    zoom = create_sandbox()
    zoom.add_fault("GET", "/users/{userId}", revoke_token=True, calls=(1,))
    result: Result = SyncMode(zoom).run("getUser", {"userId": "me"})
    assert result.attempts == (2, 1)
    assert [record.__dict__["cause"] for record in caplog.records] == ["missing", "rejected"]


def test_a_token_request_that_is_repeated_is_a_record(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "zoom_component.retries")
    zoom = create_sandbox()
    zoom.add_fault("POST", "/oauth/token", status=503, calls=(1,))
    SyncMode(zoom, SessionOptions(count_daily=False)).run("getUser", {"userId": "me"})
    (record,) = caplog.records
    fields: dict[str, Any] = record.__dict__
    assert (fields["method"], fields["cause"], fields["attempt"], fields["attempts"]) == ("POST", "503", 2, 4)
    assert fields["path"].endswith("/oauth/token")
