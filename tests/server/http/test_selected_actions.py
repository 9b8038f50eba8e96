"""Test a server that offers a part of the actions, and records the calls."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.server.http.conftest import HttpClient

from zoom_component import Component
from zoom_component.client.actions import Actions
from zoom_component.server.audit_log import AuditLog
from zoom_component.server.http.app import HttpServer
from zoom_component.server.http.calls import SessionPool
from zoom_component.spec.selected_catalogue import SelectedCatalogue
from zoom_sandbox import Sandbox

OFFERED = {"getUser", "getMeeting", "listUsers"}


@pytest.fixture
def audit_file(tmp_path: Path) -> Path:
    return tmp_path / "calls.jsonl"


@pytest.fixture
def client(component: Component, sessions: SessionPool, audit_file: Path) -> HttpClient:
    actions = Actions(SelectedCatalogue(component.catalogue, OFFERED))
    return HttpClient(HttpServer(actions, sessions, audit_log=AuditLog(audit_file)).build_app())


def test_only_the_selection_is_listed(client: HttpClient) -> None:
    assert {row["key"] for row in client.request("GET", "/actions").json()} == OFFERED
    assert "createMeeting" not in client.request("GET", "/").text
    paths = client.request("GET", "/openapi.json").json()["paths"]
    assert {path.split("/")[2] for path in paths if path.startswith("/actions/")} == OFFERED
    assert {path for path in paths if path.startswith("/tools/")} <= {"/tools/ZOOM_GET_A_MEETING"}
    sources = {row["key"]: row["action"] for row in client.request("GET", "/sources").json()}
    assert sources["selectUser"] == "listUsers"
    assert set(sources.values()) <= OFFERED


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/actions/createMeeting"), ("POST", "/actions/createMeeting?dryRun=true"),
        ("POST", "/actions/rawRequest"), ("POST", "/actions/listMeetings/items"),
        ("POST", "/actions/ZOOM_CREATE_A_MEETING"),
        ("POST", "/tools/ZOOM_CREATE_A_MEETING"), ("POST", "/sources/selectMeeting"),
        ("POST", "/sources/createMeeting.recurrence"), ("GET", "/actions/createMeeting/schema"),
    ],
)  # fmt: skip
def test_what_is_left_out_is_not_called(client: HttpClient, zoom: Sandbox, method: str, path: str) -> None:
    answer = client.request(method, path, json={"userId": "me", "topic": "x"})
    assert answer.status_code == 404
    assert zoom.requests == []


def test_the_audit_log_has_each_call(client: HttpClient, audit_file: Path) -> None:
    client.run("getUser", {"userId": "me"})
    client.run("getUser", {"userId": "nobody@example.com"}, connection="work")
    client.run("createMeeting", {"topic": "a secret topic"})
    lines = [json.loads(line) for line in audit_file.read_text(encoding="utf-8").splitlines()][1:]
    assert [(line["action"], line["outcome"], line["connection"], line["client"]) for line in lines] == [
        ("getUser", "ok", "", "127.0.0.1"),
        ("getUser", "not_found", "work", "127.0.0.1"),
        ("createMeeting", "input_error", "", "127.0.0.1"),
    ]
    assert "secret" not in audit_file.read_text(encoding="utf-8")


def test_without_the_audit_log_nothing_is_written(
    component: Component, sessions: SessionPool, zoom: Sandbox, audit_file: Path
) -> None:
    client = HttpClient(HttpServer(component, sessions, audit_log=AuditLog(audit_file)).build_app())
    audit_file.unlink()
    audit_file.mkdir()
    answer = client.run("createMeeting", {"userId": "me", "topic": "x"})
    assert (answer.status_code, answer.json()["error"]["kind"]) == (503, "try_later")
    assert client.request("POST", "/tools/ZOOM_CREATE_A_MEETING", json={"topic": "x"}).status_code == 503
    assert [request.method for request in zoom.requests if request.method == "POST"] == []
    assert client.run("getUser", {"userId": "me"}).status_code == 200


def test_a_wrong_method_names_the_right_ones(client: HttpClient) -> None:
    answer = client.request("PUT", "/actions", json={})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert client.request("OPTIONS", "/actions/getUser").headers["allow"] == "POST"
    assert client.request("HEAD", "/actions").status_code == 200
    assert len(client.request("GET", "/" + "x" * 5000).text) < 400
