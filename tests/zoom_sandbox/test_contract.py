"""Test the contract that holds every sandbox answer of the whole test run against the facts."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from tests.support.contract import CONTRACT, close_schema, find_violations
from tests.support.sandbox_answers import find_unknown_keys

from zoom_facts import iter_operations
from zoom_sandbox import Response, Sandbox
from zoom_sandbox.operations import Operations

JSON = {"content-type": "application/json;charset=UTF-8", "x-zm-trackingid": "one"}
USER = {"id": "x", "type": 2, "email": "x@example.com"}


def answer(status: int, body: Any, headers: dict[str, str] = JSON) -> Response:
    return Response(status, {**JSON, **headers}, b"" if body is None else json.dumps(body).encode())


@pytest.mark.parametrize(
    ("method", "path", "response", "message"),
    [
        ("GET", "/users/me", answer(200, USER), ""),
        ("GET", "/users/me", answer(200, {**USER, "wrong": 1}), "('wrong' was unexpected)"),
        ("GET", "/users/me", answer(200, {**USER, "type": "2"}), "type:"),
        ("GET", "/users", answer(200, {"users": [{**USER, "wrong": 1}]}), "users/0:"),
        ("GET", "/users/me", answer(201, USER), "201 is not documented"),
        ("GET", "/users/me", answer(200, USER, {"content-type": "text/html"}), "unexpected content type text/html"),
        ("GET", "/users/me", answer(404, {"code": 1001, "message": "No."}), ""),
        ("GET", "/users/me", answer(404, {"code": 9999, "message": "No."}), "is not listed"),
        ("GET", "/users/me", answer(404, {"code": 1001, "message": ""}), "without a message"),
        ("DELETE", "/meetings/1", answer(204, {}), "unexpected body: none is documented"),
        ("DELETE", "/meetings/1", answer(204, None), ""),
        ("GET", "/no/such/thing", answer(200, {}), "for a path without an operation"),
    ],
)
def test_a_violation_of_the_facts_is_found(method: str, path: str, response: Response, message: str) -> None:
    violations = find_violations(method, path, response)
    assert (violations == []) is (message == "")
    assert message in " ".join(violations)


def test_a_wrong_answer_fails_the_test_that_runs() -> None:
    operations = Operations()
    operations.handles("GET", "/users/{userId}")(lambda call: {**USER, "wrong": 1})
    sandbox = Sandbox()
    sandbox.engine.operations = operations
    with sandbox:
        headers = {"authorization": f"Bearer {sandbox.issue_token()}"}
        httpx.get(f"{sandbox.api_url}/users/me", headers=headers)
    with pytest.raises(pytest.fail.Exception, match="GET /users/me: : Additional properties"):
        CONTRACT.fail_on_violations()


def test_an_answer_that_a_fault_altered_is_not_checked(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.add_fault("GET", "/users/{userId}", status=200, body={"wrong": 1}, calls=[1])
    assert client.get("/users/me").json() == {"wrong": 1}
    before = CONTRACT.checked
    client.get("/users/me")
    assert CONTRACT.checked == before + 1
    CONTRACT.fail_on_violations()


def test_closing_a_schema_finds_the_same_keys_as_looking_for_them() -> None:
    body = {"users": [{"id": "x", "wrong": 1}], "page_size": 1, "other": 2}
    schema = next(each for each in iter_operations() if (each.method, each.path) == ("GET", "/users")).responses["200"]
    assert set(find_unknown_keys(body, schema)) == {".users[].wrong", ".other"}
    assert close_schema(schema)["properties"]["users"]["items"]["additionalProperties"] is False
