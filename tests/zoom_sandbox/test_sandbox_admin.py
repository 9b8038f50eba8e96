"""The admin API: what a test in any language may see and change, from this machine only."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.support.webhook_receiver import SECRET, WebhookReceiver
from tests.zoom_sandbox.conftest import NOW

from zoom_sandbox import ManualClock, Request, Sandbox, Webhook


@pytest.fixture
def admin(sandbox: Sandbox) -> httpx.Client:
    return httpx.Client(transport=sandbox.create_transport(), base_url="http://zoom.test/_sandbox")


def told(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_state_in_numbers(admin: httpx.Client, client: httpx.Client) -> None:
    before = told(admin.get(""))
    client.post("/users/me/meetings", json={})
    after = told(admin.get("/"))
    assert after["state"]["meetings"] == before["state"]["meetings"] + 1
    assert (before["state"]["users"], before["requests"], after["requests"]) == (6, 0, 1)
    assert (after["account_id"], after["plan"], after["scopes"]) == ("sandbox-account", None, None)


def test_data_is_added_and_mistakes_are_sentences(admin: httpx.Client, client: httpx.Client) -> None:
    told(admin.post("/seed", json={"users": [{"email": "zoe@example.com", "first_name": "Zoe"}]}))
    assert client.get("/users/zoe@example.com").json()["first_name"] == "Zoe"
    wrong = admin.post("/seed", json={"people": []})
    assert wrong.status_code == 400
    assert wrong.json()["errors"] == ["the document: there is no 'people'; there are users, meetings, webinars, calls"]


def test_the_clock_is_read_set_and_moved(admin: httpx.Client, client: httpx.Client, clock: ManualClock) -> None:
    assert told(admin.get("/clock")) == {"now": "2026-03-10T11:00:00Z", "epoch": NOW}
    assert told(admin.post("/clock/advance", json={"seconds": 90.5}))["epoch"] == NOW + 90.5
    assert client.get("/users/me").status_code == 200
    assert told(admin.put("/clock", json={"now": "2026-03-10T13:30:00+01:00"}))["now"] == "2026-03-10T12:30:00Z"
    assert client.get("/users/me").status_code == 401
    clock.advance(1)
    assert told(admin.get("/clock"))["now"] == "2026-03-10T12:30:01Z"
    assert told(admin.put("/clock", json={"now": NOW}))["epoch"] == NOW


@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        ("PUT", "/clock", {"now": "noon"}, "now is 'noon'"),
        ("PUT", "/clock", {"time": 1}, "a body with 'now'"),
        ("POST", "/clock/advance", {"seconds": "1"}, "seconds is '1'; expected is a number"),
        ("POST", "/faults", {"on": "GET /users"}, "does nothing"),
        ("POST", "/faults", {"faults": 3}, "a list is expected"),
    ],
)
def test_a_body_that_is_wrong(admin: httpx.Client, method: str, path: str, body: Any, said: str) -> None:
    answer = admin.request(method, path, json=body)
    assert answer.status_code == 400
    assert said in answer.json()["errors"][0]


def test_a_body_that_is_no_json(admin: httpx.Client) -> None:
    assert admin.post("/faults", content=b"{").status_code == 400
    assert admin.post("/faults", content=b"\xff").status_code == 400


def test_faults_are_listed_added_and_cleared(admin: httpx.Client, client: httpx.Client) -> None:
    body = {"code": 429, "message": "Too many."}
    told(admin.post("/faults", json={"on": "GET /users/{userId}", "status": 429, "body": body, "calls": "1-2"}))
    told(admin.post("/faults", json=[{"status": 500, "calls": 9}]))
    assert client.get("/users/me").status_code == 429
    newest, oldest = told(admin.get("/faults"))["faults"]
    assert (newest["on"], newest["calls"]) == ("* *", [9])
    assert (oldest["on"], oldest["status"], oldest["seen"], oldest["hits"]) == ("GET /users/{userId}", 429, 1, 1)
    assert told(admin.delete("/faults")) == {"faults": []}
    assert client.get("/users/me").status_code == 200


def test_what_arrived_is_listed_and_forgotten(admin: httpx.Client, client: httpx.Client) -> None:
    client.post("/users/me/meetings", params={"a": "1"}, json={"topic": "X"})
    (arrival,) = told(admin.get("/requests"))["requests"]
    assert (arrival["method"], arrival["path"], arrival["query"]) == ("POST", "/v2/users/me/meetings", [["a", "1"]])
    assert arrival["body"] == {"topic": "X"}
    assert "authorization" not in arrival["headers"]
    assert told(admin.delete("/requests")) == {"requests": []}


def test_reset_makes_it_what_it_was(sandbox: Sandbox, admin: httpx.Client, client: httpx.Client) -> None:
    at_first = told(admin.get(""))
    client.post("/users/me/meetings", json={})
    told(admin.post("/faults", json={"status": 500}))
    told(admin.post("/clock/advance", json={"seconds": 60}))
    assert told(admin.post("/reset")) == at_first
    assert client.get("/users/me").status_code == 401
    assert sandbox.issue_token()
    assert told(admin.get("/faults")) == {"faults": []}


def test_addresses_that_are_none(admin: httpx.Client) -> None:
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
def test_it_answers_this_machine_only(sandbox: Sandbox, peer: str, headers: dict[str, str], status: int) -> None:
    assert sandbox.engine.respond(Request("GET", "/_sandbox", headers=headers, peer=peer)).status == status


def test_it_is_there_over_a_socket_and_needs_no_token() -> None:
    with Sandbox() as zoom:
        assert told(httpx.get(f"{zoom.url}/_sandbox"))["state"]["users"] == 6


def test_python_has_the_same(sandbox: Sandbox, client: httpx.Client) -> None:
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


def test_events_are_announced_and_deliveries_told() -> None:
    with WebhookReceiver() as receiver:
        zoom = Sandbox(webhooks=[Webhook(receiver.url, SECRET)])
        opened = httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/_sandbox")
        told(opened.post("/emit", json={"event": "meeting.started", "set": {"payload.object.topic": "Daily"}}))
        zoom.wait_for_deliveries()
        (delivery,) = told(opened.get("/deliveries"))["deliveries"]
        assert (delivery["event"], delivery["state"], delivery["status"]) == ("meeting.started", "delivered", 200)
        assert delivery["body"] == receiver.last()
    wrong: list[Any] = [None, [], {"event": 1}, {"event": "meeting.started", "set": []}, {"event": "meeting.startd"}]
    for body in wrong:
        answer = opened.post("/emit", json=body)
        assert answer.status_code == 400
        assert answer.json()["errors"]
