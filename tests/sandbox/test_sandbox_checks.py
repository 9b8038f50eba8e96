"""What every operation checks before its own code: address, method, token, query, body."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from zoom_component.sandbox import Request, Sandbox

MEETINGS = "/users/me/meetings"


def fields(answer: httpx.Response) -> list[str]:
    assert (answer.status_code, answer.json()["code"]) == (400, 300)
    return [error["field"] for error in answer.json()["errors"]]


def test_an_unknown_address_is_404_and_a_wrong_method_405(client: httpx.Client) -> None:
    assert client.get("/no/such/thing").json()["code"] == 2300
    assert client.get("http://zoom.test/elsewhere").status_code == 404
    answer = client.put("/users")
    assert answer.status_code == 405
    assert "PUT" in answer.json()["message"]


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer made-up", "Basic abc"])
def test_without_a_good_token_there_is_nothing(sandbox: Sandbox, header: str | None) -> None:
    headers = {} if header is None else {"authorization": header}
    response = sandbox.zoom.respond(Request("GET", "/v2/users/me", headers=headers))
    assert (response.status, response.json()) == (401, {"code": 124, "message": "Invalid access token."})


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("/users", {"page_size": "many"}, "page_size"),
        ("/users", {"page_size": "2001"}, "page_size"),
        ("/users", {"page_size": "0"}, "page_size"),
        ("/users", {"page_number": "0"}, "page_number"),
        ("/users", {"status": "asleep"}, "status"),
        (MEETINGS, {"page_size": "301"}, "page_size"),
        (MEETINGS, {"from": "yesterday"}, "from"),
        (MEETINGS, {"from": "2026-02-30"}, "from"),
        ("/phone/recordings", {"page_size": "301"}, "page_size"),
        ("/users/me", {"encrypted_email": "perhaps"}, "encrypted_email"),
        ("/users/me", {"login_type": "2"}, "login_type"),
        ("/archive_files", {"from": "noon"}, "from"),
        ("/chat/users/me/messages", {"search_key": "x" * 257}, "search_key"),
    ],
)
def test_query_values_are_typed(client: httpx.Client, path: str, query: dict[str, str], field: str) -> None:
    assert fields(client.get(path, params=query)) == [field]


def test_unknown_query_names_and_empty_values_pass(client: httpx.Client) -> None:
    query = {"whatever": "x", "page_size": "", "next_page_token": ""}
    assert client.get("/users", params=query).json()["page_size"] == 30


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"type": "2"}, ["type"]),
        ({"type": 4}, ["type"]),
        ({"topic": "x" * 201}, ["topic"]),
        ({"duration": 0}, ["duration"]),
        ({"duration": 1441}, ["duration"]),
        ({"start_time": "tomorrow"}, ["start_time"]),
        ({"timezone": "Mars/Olympus"}, ["timezone"]),
        ({"timezone": "../etc/passwd"}, ["timezone"]),
        ({"password": "ü"}, ["password"]),
        ({"settings": {"approval_type": 3}}, ["settings.approval_type"]),
        ({"settings": {"meeting_invitees": [{"email": "nobody"}]}}, ["settings.meeting_invitees[0].email"]),
        ({"type": 8, "recurrence": {"repeat_interval": 1}}, ["recurrence.type"]),
        ({"type": 8, "recurrence": {"type": 2, "weekly_days": "1,8"}}, ["recurrence.weekly_days"]),
        ({"topic": 1, "agenda": 2}, ["topic", "agenda"]),
    ],
)
def test_a_body_is_held_against_its_schema(client: httpx.Client, body: dict[str, Any], wrong: list[str]) -> None:
    assert sorted(fields(client.post(MEETINGS, json=body))) == sorted(wrong)
    assert client.get(MEETINGS).json()["total_records"] == 0


def test_a_required_field_is_named(client: httpx.Client) -> None:
    assert fields(client.post("/users", json={})) == ["action"]
    assert fields(client.post("/users", json={"action": "create"})) == ["user_info"]
    info = {"email": "x@example.com"}
    assert fields(client.post("/users", json={"action": "create", "user_info": info})) == ["user_info.type"]


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"\xff"])
def test_a_body_has_to_be_an_object(client: httpx.Client, body: bytes) -> None:
    answer = client.post(MEETINGS, content=body)
    assert (answer.status_code, answer.json()["code"]) == (400, 300)


def test_unknown_fields_and_nulls_pass_and_leave_no_trace(client: httpx.Client) -> None:
    body = {"topic": None, "no_such_field": 1, "settings": {"no_such_setting": True, "watermark": True}}
    made = client.post(MEETINGS, json=body).json()
    assert made["topic"] == "Zoom Meeting"
    assert made["settings"]["watermark"] is True


def test_an_operation_that_is_not_played_says_so(client: httpx.Client) -> None:
    answer = client.get("/groups")
    assert answer.status_code == 501
    assert answer.json()["message"] == "The embedded Zoom does not play GET /groups yet."


def test_the_most_literal_address_wins(client: httpx.Client) -> None:
    answer = client.get("/users/email", params={"email": "owner@example.com"})
    assert answer.status_code == 501  # not a user whose id is `email`


@pytest.mark.parametrize(
    ("segment", "status"),
    [
        ("%252FajXp112QmuoKj4854875%253D%253D", 200),
        ("%252FajXp112QmuoKj4854875==", 200),
        ("%2FajXp112QmuoKj4854875%3D%3D", 404),
        ("/ajXp112QmuoKj4854875==", 404),
        ("pQ3vT8mRSd2kXw9LbY1aZg==", 200),
        ("pQ3vT8mRSd2kXw9LbY1aZg%3D%3D", 200),
        ("pQ3vT8mRSd2kXw9LbY1aZg%253D%253D", 200),
    ],
)
def test_a_uuid_with_slashes_has_to_be_encoded_twice(sandbox: Sandbox, segment: str, status: int) -> None:
    headers = {"authorization": f"Bearer {sandbox.token()}"}
    response = sandbox.zoom.respond(Request("GET", f"/v2/meetings/{segment}", headers=headers))
    assert response.status == status
    if status == 404:
        message = "Meeting does not exist: ajXp112QmuoKj4854875==."
        assert response.json() == {"code": 3001, "message": message}


def test_an_id_cannot_climb(client: httpx.Client, sandbox: Sandbox) -> None:
    headers = {"authorization": f"Bearer {sandbox.token()}"}
    response = sandbox.zoom.respond(Request("DELETE", "/v2/users/..%2Fme", headers=headers))
    assert response.json() == {"code": 1001, "message": "User does not exist: ../me."}
    assert client.get("/users/me").status_code == 200
