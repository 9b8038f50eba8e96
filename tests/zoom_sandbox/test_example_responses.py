"""Test operations without state: their answers are valid examples with the caller's ids."""

from __future__ import annotations

import re

import httpx
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from zoom_facts import Operation, iter_operations
from zoom_sandbox import Sandbox
from zoom_sandbox.coverage import stateful_operations
from zoom_sandbox.example_responses import CallerValues, build_example_response

WITHOUT_STATE = [each for each in iter_operations() if (each.method, each.path) not in stateful_operations()]


def make_path_params(operation: Operation) -> dict[str, str]:
    return dict.fromkeys(re.findall(r"\{(\w+)\}", operation.path), "41")


def test_most_operations_have_no_state_and_some_have() -> None:
    assert len(WITHOUT_STATE) > 500
    assert ("GET", "/users/{userId}") in stateful_operations()


@pytest.mark.parametrize("product", sorted({each.product for each in WITHOUT_STATE}))
def test_every_answer_is_valid_for_its_schema(product: str) -> None:
    for operation in [each for each in WITHOUT_STATE if each.product == product]:
        response = build_example_response(operation, CallerValues(make_path_params(operation), {}, {}))
        documented = {status: schema for status, schema in operation.responses.items() if status[0] in "23"}
        assert str(response.status) in documented
        schema = documented[str(response.status)]
        if schema is None:
            assert response.body == b""
            continue
        checker = Draft202012Validator(schema, format_checker=FormatChecker())
        problems = [error.message for error in checker.iter_errors(response.json())]
        assert (operation.method, operation.path, problems) == (operation.method, operation.path, [])


def test_the_answer_repeats_ids_of_path_query_and_body(client: httpx.Client) -> None:
    body = {"name": "Lobby", "display_name": "Front Desk", "extension_number": 801}
    made = client.post("/phone/common_areas", json=body)
    assert (made.status_code, made.headers["x-sandbox-answer"]) == (201, "schema")
    assert made.json()["display_name"] == "Front Desk"
    queue = client.get("/phone/call_queues/queue-77").json()
    assert queue["id"] == "queue-77"
    answer = client.get("/report/daily", params={"year": 2026, "month": 3}).headers["x-sandbox-answer"]
    assert answer == "stateful"


def test_a_listing_has_one_page(client: httpx.Client) -> None:
    page = client.get("/phone/call_queues", params={"page_size": 5}).json()
    assert (page["next_page_token"], page["page_size"], page["total_records"]) == ("", 5, 1)
    assert len(page["call_queues"]) == 1


def test_the_answer_is_deterministic_and_requests_are_validated(client: httpx.Client) -> None:
    first, second = (client.get("/phone/users/someone").content for _ in range(2))
    assert first == second
    assert client.get("/phone/users", params={"page_size": "many"}).status_code == 400
    assert client.get("/phone/users", headers={"authorization": "Bearer nobody"}).status_code == 401


def test_a_204_has_no_body(client: httpx.Client) -> None:
    answer = client.delete("/phone/call_queues/queue-77")
    assert (answer.status_code, answer.content, answer.headers["x-sandbox-answer"]) == (204, b"", "schema")


def test_an_answer_with_state_is_marked(client: httpx.Client) -> None:
    assert client.get("/users/me").headers["x-sandbox-answer"] == "stateful"


def test_strict_answers_501() -> None:
    zoom = Sandbox(strict=True)
    headers = {"authorization": f"Bearer {zoom.issue_token()}"}
    with httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers) as client:
        answer = client.get("/phone/call_queues")
        assert answer.status_code == 501
        assert answer.json()["message"] == "The sandbox has no state for GET /phone/call_queues."
        assert client.get("/users/me").status_code == 200
