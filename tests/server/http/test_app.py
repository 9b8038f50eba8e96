"""Test the actions, errors, and pages of the HTTP server."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.server.http.conftest import HttpClient

from zoom_component.client.request.retry import RetryPolicy
from zoom_component.client.transport.exchange import RequestExchange
from zoom_component.server.http.calls import SessionPool
from zoom_sandbox import Sandbox


def get_error(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["kind"]


def test_an_action_runs_and_returns_its_data(client: HttpClient) -> None:
    created = client.run("createMeeting", {"userId": "me", "topic": "Daily"})
    assert created.status_code == 200
    assert created.headers["content-type"] == "application/json"
    number = str(created.json()["data"]["id"])
    assert client.run("updateMeeting", {"meetingId": number, "topic": "Weekly"}).json() == {"data": {}, "warnings": []}
    assert client.run("getMeeting", {"meetingId": number}).json()["data"]["topic"] == "Weekly"


def test_a_list_is_returned_whole_or_item_by_item(client: HttpClient) -> None:
    whole = client.run("listUsers", pageSize=100).json()["data"]["users"]
    lines = client.request("POST", "/actions/listUsers/items", json={}, params={"pageSize": 100})
    assert lines.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in lines.text.splitlines()] == whole
    assert len(whole) == 644


def test_a_list_that_fails_ends_with_its_error_and_the_page_to_resume_from(client: HttpClient, zoom: Sandbox) -> None:
    zoom.add_fault("GET", "/users", status=503, calls=[3])
    lines = client.request("POST", "/actions/listUsers/items", json={}, params={"pageSize": 100}).text.splitlines()
    last = json.loads(lines[-1])["error"]
    assert (len(lines), last["kind"]) == (201, "unavailable")
    rest = client.request(
        "POST", "/actions/listUsers/items", json={}, params={"pageSize": 100, "resume": last["resume"]}
    )
    assert len(rest.text.splitlines()) == 444


@pytest.mark.parametrize("path", ["/actions/getMeeting", "/actions/getMeeting/items"])
def test_an_error_has_the_status_of_its_kind(client: HttpClient, path: str) -> None:
    assert get_error(client.request("POST", path, json={"meetingId": "85746065432"})) == (404, "not_found")
    assert get_error(client.request("POST", path, json={})) == (400, "input_error")


@pytest.mark.parametrize(
    ("fault", "kind", "status"),
    [
        ({"status": 429, "body": {"code": 429, "message": "slow down"}, "retry_after": 7}, "rate_limited", 429),
        ({"status": 503}, "unavailable", 503),
        ({"status": 200, "body": "<html>"}, "unexpected", 502),
        (
            {"status": 400, "body": {"code": 4711, "message": "does not contain scopes:[user:read]."}},
            "missing_scope",
            403,
        ),
        ({"status": 400, "body": {"code": 200, "message": "Webinar plan is missing."}}, "missing_plan", 403),
    ],
)
def test_errors_of_zoom_have_the_status_of_their_kind(
    client: HttpClient, zoom: Sandbox, fault: dict[str, Any], kind: str, status: int
) -> None:
    zoom.add_fault("GET", "/users/{userId}", **fault)
    answer = client.run("getUser", {"userId": "me"})
    assert get_error(answer) == (status, kind)
    assert ("x-retry-at" in answer.headers) is (kind == "rate_limited")


def test_all_problems_of_a_call_are_reported_at_once(client: HttpClient) -> None:
    answer = client.run("createMeeting", {"duration": "soon", "topik": "x"})
    assert answer.status_code == 400
    assert {each["input"] for each in answer.json()["error"]["problems"]} == {"userId", "duration", "topik"}
    invalid = client.request(
        "POST", "/actions/getUser?pagesize=1&merge=perhaps", content=b"[1", headers={"content-type": "application/json"}
    )
    assert {each["input"] for each in invalid.json()["error"]["problems"]} == {"", "pagesize", "merge"}


def test_empty_inputs_and_query_parameters_count_as_not_given(client: HttpClient, zoom: Sandbox) -> None:
    query = {"pageSize": "", "resume": "", "connection": "", "dryRun": "", "merge": ""}
    assert client.run("listUsers", {"status": "", "roleId": None, "includeFields": []}, **query).status_code == 200
    assert dict(zoom.requests[-1].query).keys() <= {"status", "page_size", "next_page_token"}
    assert client.run("createMeeting", {"userId": "me", "meetingType": "scheduled meeting", "agenda": ""}).json()
    assert zoom.requests[-1].json()["type"] == 2
    assert "agenda" not in zoom.requests[-1].json()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/actions/getUsr", 404),
        ("GET", "/actions/getUser", 405),
        ("GET", "/nowhere", 404),
        ("POST", "/actions/%2e%2e/x", 404),
    ],
)
def test_an_unknown_path_or_method_is_refused(client: HttpClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path, json={} if method == "POST" else None)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_a_dry_run_sends_nothing(client: HttpClient, zoom: Sandbox) -> None:
    plan = client.run("createMeeting", {"userId": "me", "topic": "Daily"}, dryRun="true").json()["request"]
    assert (plan["method"], plan["body"]["topic"]) == ("POST", "Daily")
    assert plan["headers"]["Authorization"] == "[redacted]"
    assert zoom.requests == []


def test_only_allowed_connections_can_be_named(client: HttpClient) -> None:
    assert client.run("getUser", {"userId": "me"}, connection="work").status_code == 200
    assert get_error(client.run("getUser", {"userId": "me"}, connection="wrok")) == (400, "input_error")
    refused = client.run("getUser", {"userId": "me"}, connection="old")
    assert get_error(refused) == (424, "connection_failed")
    assert "expired-token" not in refused.text


def test_schemas_actions_health_start_page_and_metrics_are_served(client: HttpClient) -> None:
    schema = client.request("GET", "/actions/createMeeting/schema").json()
    assert schema["inputs"]["properties"]["topic"]["maxLength"] == 200
    assert "join_url" in schema["output"]["properties"]
    assert {"key", "label", "effect"} <= set(client.request("GET", "/actions").json()[0])
    assert client.request("GET", "/health").json() == {"status": "ok", "inbox": "none"}
    assert "POST /actions/createMeeting" in client.request("GET", "/").text
    client.run("getUser", {"userId": "me"})
    client.run("unknown")
    metrics = client.request("GET", "/metrics").text
    assert 'zoom_http_calls_total{action="getUser",status="200"} 1' in metrics
    assert "unknown" not in metrics


def test_with_an_api_key_requests_need_it(create_client: Callable[..., HttpClient]) -> None:
    client = create_client("test-api-key")
    for headers in ({}, {"authorization": "Bearer a-key"}, {"authorization": "Basic test-api-key"}):
        assert client.request("GET", "/actions", headers=headers).status_code == 401
    assert client.request("GET", "/actions", headers={"authorization": "Bearer test-api-key"}).status_code == 200
    assert client.request("GET", "/health").status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 403),
        ({"host": "127.0.0.1.evil.example"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"host": "localhost:8091", "origin": "http://localhost:3000"}, 200),
    ],
)
def test_without_an_api_key_requests_of_foreign_pages_are_refused(
    client: HttpClient, headers: dict[str, str], status: int
) -> None:
    assert client.request("GET", "/actions", headers=headers).status_code == status


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_the_types_of_a_browser_form_are_refused(client: HttpClient, zoom: Sandbox, kind: str) -> None:
    answer = client.request("POST", "/actions/deleteUser", content=b'{"userId": "me"}', headers={"content-type": kind})
    assert answer.status_code == 415
    assert zoom.requests == []


def test_a_long_body_is_refused_with_and_without_content_length(create_client: Callable[..., HttpClient]) -> None:
    client = create_client(max_body_bytes=100)
    assert client.run("createMeeting", {"topic": "x" * 200}).status_code == 413

    async def stream_body() -> Any:
        for _ in range(20):
            yield b" " * 50

    answer = client.request(
        "POST", "/actions/getUser", content=stream_body(), headers={"content-type": "application/json"}
    )
    assert answer.status_code in (413, 499)


def test_a_long_range_has_its_windows_in_a_plan(client: HttpClient) -> None:
    inputs = {"userId": "me", "from": "2026-01-01", "to": "2026-02-15"}
    planned = client.run("listUsersRecordings", inputs, dryRun=True).json()["request"]
    assert planned["windows"] == [
        {"from": "2026-01-01", "to": "2026-01-31"}, {"from": "2026-02-01", "to": "2026-02-15"},
    ]  # fmt: skip


def test_the_warnings_of_a_streamed_list_are_its_last_line(client: HttpClient, zoom: Sandbox) -> None:
    body = {"next_page_token": "", "total_records": 9, "users": [{"id": "a"}]}
    zoom.add_fault("GET", "/users", status=200, body=body)
    first, last = client.request("POST", "/actions/listUsers/items", json={}).text.splitlines()
    assert json.loads(first) == {"id": "a"}
    assert json.loads(last) == {"warnings": ["the list may be incomplete: it ended after 1 of 9 items"]}
    assert client.run("listUsers").json()["warnings"] == json.loads(last)["warnings"]


def test_a_response_has_its_attempts_if_something_was_sent_again(
    client: HttpClient, sessions: SessionPool, zoom: Sandbox
) -> None:
    sessions.get("")._exchange = RequestExchange(RetryPolicy(first_wait=0.0), lambda: 0.0, lambda: 0.0)
    zoom.add_fault("GET", "/users/{userId}", status=503, calls=(1,))
    assert client.run("getUser", {"userId": "me"}).json()["attempts"] == {"requests": 2, "retries": 1}
    assert set(client.run("getUser", {"userId": "me"}).json()) == {"data", "warnings"}
    zoom.add_fault("GET", "/users/{userId}", status=503)
    error = client.run("getUser", {"userId": "me"}).json()["error"]
    assert (error["action"], error["request"]) == ("getUser", "GET /users/me")
    assert error["attempts"]["retries"] == 3


def test_a_caller_cannot_add_labels_or_lines_to_the_metrics(client: HttpClient) -> None:
    incomplete: dict[str, Any] = {"content": b"{", "headers": {"content-type": "application/json"}}
    for key in ("a%22%7D%201%0Azoom_forged%201%0A%23", "x" * 500, "unknownAction"):
        assert client.request("POST", f"/actions/{key}", **incomplete).is_error
        assert client.request("POST", f"/tools/{key}", **incomplete).is_error
        assert client.request("GET", f"/actions/{key}/schema").is_error
    assert client.request("POST", "/actions/getUser", **incomplete).is_error
    metrics = client.request("GET", "/metrics").text
    assert "forged" not in metrics
    assert "xxxx" not in metrics
    assert "unknownAction" not in metrics
    assert 'zoom_http_calls_total{action="getUser",status="400"} 1' in metrics
