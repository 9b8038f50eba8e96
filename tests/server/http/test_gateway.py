"""Actions over HTTP as another language would call them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.server.http.conftest import HttpClient

from zoom_sandbox import Sandbox


def error(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["kind"]


def test_an_action_runs_and_gives_its_data(gate: HttpClient) -> None:
    made = gate.run("createMeeting", {"userId": "me", "topic": "Daily"})
    assert made.status_code == 200
    assert made.headers["content-type"] == "application/json"
    number = str(made.json()["data"]["id"])
    assert gate.run("updateMeeting", {"meetingId": number, "topic": "Weekly"}).json() == {"data": {}, "cautions": []}
    assert gate.run("getMeeting", {"meetingId": number}).json()["data"]["topic"] == "Weekly"


def test_a_list_comes_whole_or_item_by_item(gate: HttpClient) -> None:
    whole = gate.run("listUsers", pageSize=100).json()["data"]["users"]
    lines = gate.request("POST", "/actions/listUsers/items", json={}, params={"pageSize": 100})
    assert lines.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in lines.text.splitlines()] == whole
    assert len(whole) == 644


def test_a_list_that_breaks_ends_with_its_error_and_the_place_to_go_on(gate: HttpClient, zoom: Sandbox) -> None:
    zoom.add_fault("GET", "/users", status=503, calls=[3])
    lines = gate.request("POST", "/actions/listUsers/items", json={}, params={"pageSize": 100}).text.splitlines()
    last = json.loads(lines[-1])["error"]
    assert (len(lines), last["kind"]) == (201, "unavailable")
    rest = gate.request("POST", "/actions/listUsers/items", json={}, params={"pageSize": 100, "resume": last["resume"]})
    assert len(rest.text.splitlines()) == 444


@pytest.mark.parametrize("path", ["/actions/getMeeting", "/actions/getMeeting/items"])
def test_an_error_has_the_status_of_its_kind(gate: HttpClient, path: str) -> None:
    assert error(gate.request("POST", path, json={"meetingId": "85746065432"})) == (404, "not_found")
    assert error(gate.request("POST", path, json={})) == (400, "input_error")


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
def test_what_zoom_has_against_it_is_told(
    gate: HttpClient, zoom: Sandbox, fault: dict[str, Any], kind: str, status: int
) -> None:
    zoom.add_fault("GET", "/users/{userId}", **fault)
    answer = gate.run("getUser", {"userId": "me"})
    assert error(answer) == (status, kind)
    assert ("x-retry-at" in answer.headers) is (kind == "rate_limited")


def test_everything_wrong_with_a_call_is_told_at_once(gate: HttpClient) -> None:
    answer = gate.run("createMeeting", {"duration": "soon", "topik": "x"})
    assert answer.status_code == 400
    assert {each["input"] for each in answer.json()["error"]["problems"]} == {"userId", "duration", "topik"}
    odd = gate.request(
        "POST", "/actions/getUser?pagesize=1&merge=perhaps", content=b"[1", headers={"content-type": "application/json"}
    )
    assert {each["input"] for each in odd.json()["error"]["problems"]} == {"", "pagesize", "merge"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/actions/getUsr", 404),
        ("GET", "/actions/getUser", 405),
        ("GET", "/nowhere", 404),
        ("POST", "/actions/%2e%2e/x", 404),
    ],
)
def test_a_wrong_address_is_told(gate: HttpClient, method: str, path: str, status: int) -> None:
    answer = gate.request(method, path, json={} if method == "POST" else None)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_a_dry_run_sends_nothing(gate: HttpClient, zoom: Sandbox) -> None:
    shown = gate.run("createMeeting", {"userId": "me", "topic": "Daily"}, dryRun="true").json()["request"]
    assert (shown["method"], shown["body"]["topic"]) == ("POST", "Daily")
    assert shown["headers"]["Authorization"] == "[redacted]"
    assert zoom.requests == []


def test_connections_are_named_and_only_those_that_are_offered(gate: HttpClient) -> None:
    assert gate.run("getUser", {"userId": "me"}, connection="work").status_code == 200
    assert error(gate.run("getUser", {"userId": "me"}, connection="wrok")) == (400, "input_error")
    refused = gate.run("getUser", {"userId": "me"}, connection="old")
    assert error(refused) == (424, "connection_failed")
    assert "worn-out" not in refused.text


def test_schemas_the_listing_and_pages_are_there(gate: HttpClient) -> None:
    schema = gate.request("GET", "/actions/createMeeting/schema").json()
    assert schema["inputs"]["properties"]["topic"]["maxLength"] == 200
    assert "join_url" in schema["output"]["properties"]
    assert {"key", "label", "effect"} <= set(gate.request("GET", "/actions").json()[0])
    assert gate.request("GET", "/health").json() == {"status": "ok", "inbox": "none"}
    assert "POST /actions/createMeeting" in gate.request("GET", "/").text
    gate.run("getUser", {"userId": "me"})
    gate.run("made-up")
    metrics = gate.request("GET", "/metrics").text
    assert 'zoom_gateway_calls_total{action="getUser",status="200"} 1' in metrics
    assert "made-up" not in metrics


def test_with_a_key_only_those_who_know_it_get_in(guarded: Callable[..., HttpClient]) -> None:
    gate = guarded("a-key-of-the-tests")
    for headers in ({}, {"authorization": "Bearer a-key"}, {"authorization": "Basic a-key-of-the-tests"}):
        assert gate.request("GET", "/actions", headers=headers).status_code == 401
    assert gate.request("GET", "/actions", headers={"authorization": "Bearer a-key-of-the-tests"}).status_code == 200
    assert gate.request("GET", "/health").status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 403),
        ({"host": "127.0.0.1.evil.example"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"host": "localhost:8091", "origin": "http://localhost:3000"}, 200),
    ],
)
def test_without_a_key_a_page_from_elsewhere_gets_nothing(
    gate: HttpClient, headers: dict[str, str], status: int
) -> None:
    assert gate.request("GET", "/actions", headers=headers).status_code == status


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_what_a_browser_sends_unasked_is_refused(gate: HttpClient, zoom: Sandbox, kind: str) -> None:
    answer = gate.request("POST", "/actions/deleteUser", content=b'{"userId": "me"}', headers={"content-type": kind})
    assert answer.status_code == 415
    assert zoom.requests == []


def test_a_body_has_a_bound_told_or_not(guarded: Callable[..., HttpClient]) -> None:
    gate = guarded(most=100)
    assert gate.run("createMeeting", {"topic": "x" * 200}).status_code == 413

    async def pieces() -> Any:
        for _ in range(20):
            yield b" " * 50

    answer = gate.request("POST", "/actions/getUser", content=pieces(), headers={"content-type": "application/json"})
    assert answer.status_code in (413, 499)
