"""Test the admin API: what a test in any language may read and change, from this machine only."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.support.webhook_receiver import SECRET, WebhookReceiver
from tests.zoom_sandbox.conftest import NOW

from zoom_sandbox import ManualClock, Request, Sandbox, Webhook
from zoom_sandbox.dispatch import respond


@pytest.fixture
def admin(sandbox: Sandbox) -> httpx.Client:
    return httpx.Client(transport=sandbox.create_transport(), base_url="http://zoom.test/_sandbox")


def parse_success(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_state_is_counted(admin: httpx.Client, client: httpx.Client) -> None:
    before = parse_success(admin.get(""))
    client.post("/users/me/meetings", json={})
    after = parse_success(admin.get("/"))
    assert after["counts"]["meetings"] == before["counts"]["meetings"] + 1
    assert (before["counts"]["users"], before["requests"], after["requests"]) == (6, 0, 1)
    assert (after["account_id"], after["plan"], after["scopes"]) == ("sandbox-account", None, None)


def test_data_is_added_and_every_problem_is_reported(admin: httpx.Client, client: httpx.Client) -> None:
    parse_success(admin.post("/data", json={"users": [{"email": "zoe@example.com", "first_name": "Zoe"}]}))
    assert client.get("/users/zoe@example.com").json()["first_name"] == "Zoe"
    wrong = admin.post("/data", json={"people": []})
    assert wrong.status_code == 400
    assert wrong.json()["errors"] == ["people: unknown field; expected one of users, meetings, webinars, requests"]


def test_the_clock_is_read_set_and_moved(admin: httpx.Client, client: httpx.Client, clock: ManualClock) -> None:
    assert parse_success(admin.get("/clock")) == {"now": "2026-03-10T11:00:00Z", "epoch": NOW}
    assert parse_success(admin.post("/clock/advance", json={"seconds": 90.5}))["epoch"] == NOW + 90.5
    assert client.get("/users/me").status_code == 200
    assert (
        parse_success(admin.put("/clock", json={"now": "2026-03-10T13:30:00+01:00"}))["now"] == "2026-03-10T12:30:00Z"
    )
    assert client.get("/users/me").status_code == 401
    clock.advance(1)
    assert parse_success(admin.get("/clock"))["now"] == "2026-03-10T12:30:01Z"
    assert parse_success(admin.put("/clock", json={"now": NOW}))["epoch"] == NOW


@pytest.mark.parametrize(
    ("method", "path", "body", "message"),
    [
        (
            "PUT",
            "/clock",
            {"now": "noon"},
            'or epoch seconds, got "noon"',
        ),
        ("PUT", "/clock", {"time": 1}, 'body: expected an object with the field "now" only'),
        ("POST", "/clock/advance", {"seconds": "1"}, 'seconds: expected a number, got "1"'),
        ("POST", "/faults", {"method": "GET", "path": "/users"}, "the fault has no effect"),
        ("POST", "/faults", {"faults": 3}, "expected a list"),
    ],
)
def test_an_invalid_body_is_refused(admin: httpx.Client, method: str, path: str, body: Any, message: str) -> None:
    answer = admin.request(method, path, json=body)
    assert answer.status_code == 400
    assert message in answer.json()["errors"][0]


def test_a_body_that_is_not_json_is_refused(admin: httpx.Client) -> None:
    assert admin.post("/faults", content=b"{").status_code == 400
    assert admin.post("/faults", content=b"\xff").status_code == 400


def test_faults_are_listed_added_and_cleared(admin: httpx.Client, client: httpx.Client) -> None:
    body = {"code": 429, "message": "Too many."}
    parse_success(
        admin.post(
            "/faults", json={"method": "GET", "path": "/users/{userId}", "status": 429, "body": body, "calls": "1-2"}
        )
    )
    parse_success(admin.post("/faults", json=[{"status": 500, "calls": 9}]))
    assert client.get("/users/me").status_code == 429
    newest, oldest = parse_success(admin.get("/faults"))["faults"]
    assert (newest["method"], newest["path"], newest["calls"]) == ("*", "*", [9])
    assert (oldest["method"], oldest["path"], oldest["status"]) == ("GET", "/users/{userId}", 429)
    assert (oldest["matches"], oldest["hits"]) == (1, 1)
    assert parse_success(admin.delete("/faults")) == {"faults": []}
    assert client.get("/users/me").status_code == 200


def test_requests_are_listed_and_deleted(admin: httpx.Client, client: httpx.Client) -> None:
    client.post("/users/me/meetings", params={"a": "1"}, json={"topic": "X"})
    (request,) = parse_success(admin.get("/requests"))["requests"]
    assert (request["method"], request["path"], request["query"]) == ("POST", "/v2/users/me/meetings", [["a", "1"]])
    assert request["body"] == {"topic": "X"}
    assert "authorization" not in request["headers"]
    assert parse_success(admin.delete("/requests")) == {"requests": []}


def test_a_reset_restores_the_start(sandbox: Sandbox, admin: httpx.Client, client: httpx.Client) -> None:
    at_start = parse_success(admin.get(""))
    client.post("/users/me/meetings", json={})
    parse_success(admin.post("/faults", json={"status": 500}))
    parse_success(admin.post("/clock/advance", json={"seconds": 60}))
    assert parse_success(admin.post("/reset")) == at_start
    assert client.get("/users/me").status_code == 401
    assert sandbox.issue_token()
    assert parse_success(admin.get("/faults")) == {"faults": []}


def test_a_reset_restores_the_faults_of_the_start() -> None:
    zoom = Sandbox(faults=[{"path": "/users/{userId}", "status": 503, "calls": 1}])
    client = httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2")
    assert [client.get("/users/me").status_code for _ in range(2)] == [503, 401]
    zoom.add_fault(status=500)
    zoom.reset()
    assert [client.get("/users/me").status_code for _ in range(2)] == [503, 401]
    zoom.clear_faults()
    zoom.reset()
    assert client.get("/users/me").status_code == 503


def test_an_unknown_path_or_method_is_refused(admin: httpx.Client) -> None:
    assert admin.get("/nothing").status_code == 404
    assert admin.delete("/clock").status_code == 405


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {"host": "127.0.0.1:8087"}, 200),
        ("::1", {"host": "localhost:8087", "origin": "http://localhost:3000"}, 200),
        ("192.0.2.7", {"host": "127.0.0.1:8087"}, 403),
        ("127.0.0.1", {"host": "rebound.example.org:8087"}, 403),
        ("127.0.0.1", {"host": "127.0.0.1:8087", "origin": "https://evil.example.org"}, 403),
        ("127.0.0.1", {"host": "127.0.0.1:8087", "origin": "null"}, 403),
    ],
)
def test_only_this_machine_gets_an_answer(sandbox: Sandbox, peer: str, headers: dict[str, str], status: int) -> None:
    assert respond(sandbox.engine, Request("GET", "/_sandbox", headers=headers, peer=peer)).status == status


def test_the_admin_api_is_served_over_http_without_a_token() -> None:
    with Sandbox() as zoom:
        assert parse_success(httpx.get(f"{zoom.url}/_sandbox"))["counts"]["users"] == 6


def test_python_can_do_the_same(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.load_data({"meetings": [{"topic": "Seeded"}]})
    client.get("/users/me")
    assert len(sandbox.requests) == 1
    sandbox.clear_requests()
    assert sandbox.requests == []
    sandbox.advance_clock(30)
    assert sandbox.now() == NOW + 30
    sandbox.set_clock(NOW + 4000)
    assert client.get("/users/me").status_code == 401
    sandbox.reset()
    assert sandbox.get_state()["now"] == "2026-03-10T11:00:00Z"


def test_events_are_emitted_and_deliveries_listed() -> None:
    with WebhookReceiver() as receiver:
        zoom = Sandbox(webhooks=[Webhook(receiver.url, SECRET)])
        client = httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/_sandbox")
        parse_success(client.post("/emit", json={"event": "meeting.started", "set": {"payload.object.topic": "Daily"}}))
        zoom.wait_for_deliveries()
        (delivery,) = parse_success(client.get("/deliveries"))["deliveries"]
        assert (delivery["event"], delivery["state"], delivery["status"]) == ("meeting.started", "delivered", 200)
        assert delivery["body"] == receiver.last()
    wrong: list[Any] = [None, [], {"event": 1}, {"event": "meeting.started", "set": []}, {"event": "meeting.startd"}]
    for body in wrong:
        answer = client.post("/emit", json=body)
        assert answer.status_code == 400
        assert answer.json()["errors"]
