"""Test injected faults: what they change, and that they change nothing else."""

from __future__ import annotations

import httpx
import pytest

from zoom_sandbox import ApiFault, Sandbox


@pytest.fixture
def plain(sandbox: Sandbox) -> httpx.Client:
    headers = {"authorization": f"Bearer {sandbox.issue_token()}"}
    return httpx.Client(transport=sandbox.create_transport(), base_url="http://zoom.test/v2", headers=headers)


def get_statuses(client: httpx.Client, count: int, path: str = "/users/me") -> list[int]:
    return [client.get(path).status_code for _ in range(count)]


@pytest.mark.parametrize("after", ["1", "Tue, 10 Mar 2026 11:00:05 GMT"])
def test_a_429_with_retry_after(sandbox: Sandbox, plain: httpx.Client, after: str) -> None:
    body = {"code": 429, "message": "You have reached the maximum per-second rate limit for this API."}
    fault = sandbox.add_fault(
        "GET", "/users/{userId}", status=429, body=body, headers={"Retry-After": after}, calls=[1]
    )
    answer = plain.get("/users/me")
    assert (answer.status_code, answer.json(), answer.headers["retry-after"]) == (429, body, after)
    assert answer.headers["x-zm-trackingid"]
    assert get_statuses(plain, 2) == [200, 200]
    assert (fault.matches, fault.hits) == (3, 1)


def test_a_burst_of_server_errors(sandbox: Sandbox, plain: httpx.Client) -> None:
    sandbox.add_fault(status=503, calls=range(2, 4))
    assert get_statuses(plain, 4) == [200, 503, 503, 200]


def test_a_fault_only_hits_its_operation(sandbox: Sandbox, plain: httpx.Client) -> None:
    sandbox.add_fault("GET", "/users/{userId}", status=500)
    assert get_statuses(plain, 1, "/users/owner@example.com") == [500]
    assert get_statuses(plain, 1, "/users") == [200]
    sandbox.clear_faults()
    assert get_statuses(plain, 1) == [200]


def test_a_body_of_html_is_sent_as_html(sandbox: Sandbox, plain: httpx.Client) -> None:
    sandbox.add_fault("GET", "/users", status=200, body="<html>Down for maintenance</html>")
    answer = plain.get("/users")
    assert answer.headers["content-type"].startswith("text/html")
    assert "maintenance" in answer.text


def test_a_body_of_text_is_sent_as_it_is(sandbox: Sandbox, plain: httpx.Client) -> None:
    sandbox.add_fault("GET", "/users", status=200, body='{"users": [{"id": "a')
    answer = plain.get("/users")
    assert answer.headers["content-type"].startswith("application/json")
    with pytest.raises(ValueError, match="Unterminated"):
        answer.json()


def test_a_body_of_json_is_sent_as_json(sandbox: Sandbox, plain: httpx.Client) -> None:
    sandbox.add_fault("GET", "/users", status=200, body={"users": [], "next_page_token": "same"})
    tokens = {plain.get("/users", params={"next_page_token": "same"}).json()["next_page_token"] for _ in range(3)}
    assert tokens == {"same"}


def test_a_token_request_can_fail(sandbox: Sandbox, plain: httpx.Client) -> None:
    sandbox.add_fault("POST", "/oauth/token", status=500, calls=[1])
    form = {"grant_type": "account_credentials", "account_id": "sandbox-account"}
    auth = ("sandbox-client", "sandbox-secret")
    answers = [plain.post("http://zoom.test/oauth/token", data=form, auth=auth).status_code for _ in range(2)]
    assert answers == [500, 200]


def test_a_delay_does_not_change_the_answer(sandbox: Sandbox, plain: httpx.Client) -> None:
    sandbox.add_fault("POST", "/users/{userId}/meetings", delay=0.001)
    assert plain.post("/users/me/meetings", json={}).status_code == 201


def test_a_fault_that_can_never_hit_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match='no operation has the path "/users/me"'):
        sandbox.add_fault("GET", "/users/me", status=500)
    fault = sandbox.add_fault("GET", "/v2/users/{userId}", status=500)
    assert isinstance(fault, ApiFault)
    assert fault.path == "/users/{userId}"
    with pytest.raises(ValueError, match="expected the name or the pattern of an event"):
        sandbox.add_fault(event="meting.*", copies=2)


def test_faults_of_calls_and_of_deliveries_are_cleared_together(sandbox: Sandbox, plain: httpx.Client) -> None:
    events: list[str] = []
    sandbox.add_listener(lambda body: events.append(body["event"]))
    call, delivery = sandbox.add_fault(status=500), sandbox.add_fault(event="meeting.*", copies=0)
    sandbox.emit("meeting.started")
    assert get_statuses(plain, 1) == [500]
    assert (call.hits, delivery.hits) == (1, 1)
    assert list(sandbox.engine.faults) == [delivery, call]
    sandbox.clear_faults()
    assert list(sandbox.engine.faults) == []
    assert get_statuses(plain, 1) == [200]
    assert events == ["meeting.started"]  # a listener gets every event


def test_the_newest_fault_wins(sandbox: Sandbox, plain: httpx.Client) -> None:
    sandbox.add_fault(status=500)
    sandbox.add_fault(status=502, calls=[1])
    assert get_statuses(plain, 2) == [502, 500]
