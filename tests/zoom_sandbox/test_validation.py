"""Test what every operation validates before its own code runs: path, method, token, query, body."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoom_sandbox import ManualClock, Request, Sandbox

MEETINGS = "/users/me/meetings"
SHARED = Sandbox(clock=ManualClock(1_773_140_400))


def list_fields(answer: httpx.Response) -> list[str]:
    assert (answer.status_code, answer.json()["code"]) == (400, 300)
    return [error["field"] for error in answer.json()["errors"]]


def test_an_unknown_path_is_404_and_a_wrong_method_405(client: httpx.Client) -> None:
    assert client.get("/no/such/thing").json()["code"] == 2300
    assert client.get("http://zoom.test/elsewhere").status_code == 404
    answer = client.put("/users")
    assert answer.status_code == 405
    assert "PUT" in answer.json()["message"]


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer made-up", "Basic abc"])
def test_a_call_without_a_valid_token_is_refused(sandbox: Sandbox, header: str | None) -> None:
    headers = {} if header is None else {"authorization": header}
    response = sandbox.engine.respond(Request("GET", "/v2/users/me", headers=headers))
    assert (response.status, response.json()) == (401, {"code": 124, "message": "Invalid access token."})


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("/users", {"page_size": "many"}, "page_size"),
        ("/users", {"page_size": "0"}, "page_size"),
        ("/users", {"page_number": "0"}, "page_number"),
        ("/users", {"status": "asleep"}, "status"),
        (MEETINGS, {"from": "yesterday"}, "from"),
        (MEETINGS, {"from": "2026-02-30"}, "from"),
        ("/users/me", {"encrypted_email": "perhaps"}, "encrypted_email"),
        ("/users/me", {"login_type": "2"}, "login_type"),
        ("/archive_files", {"from": "noon"}, "from"),
        ("/chat/users/me/messages", {"search_key": "x" * 257}, "search_key"),
    ],
)
def test_invalid_query_values_are_refused(client: httpx.Client, path: str, query: dict[str, str], field: str) -> None:
    assert list_fields(client.get(path, params=query)) == [field]


@pytest.mark.parametrize(("path", "maximum"), [("/users", 2000), (MEETINGS, 300), ("/users/me/meetings", 300)])
def test_a_page_size_above_the_maximum_returns_the_largest_page(client: httpx.Client, path: str, maximum: int) -> None:
    assert client.get(path, params={"page_size": str(maximum + 1)}).json()["page_size"] == maximum


def test_unknown_query_names_and_empty_values_are_ignored(client: httpx.Client) -> None:
    query = {"whatever": "x", "page_size": "", "next_page_token": ""}
    assert client.get("/users", params=query).json()["page_size"] == 30


@pytest.mark.parametrize(
    ("body", "expected"),
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
def test_an_invalid_body_is_refused(client: httpx.Client, body: dict[str, Any], expected: list[str]) -> None:
    assert sorted(list_fields(client.post(MEETINGS, json=body))) == sorted(expected)
    assert client.get(MEETINGS).json()["total_records"] == 0


def test_a_required_field_is_named(client: httpx.Client) -> None:
    assert list_fields(client.post("/users", json={})) == ["action"]
    assert list_fields(client.post("/users", json={"action": "create"})) == ["user_info"]
    info = {"email": "x@example.com"}
    assert list_fields(client.post("/users", json={"action": "create", "user_info": info})) == ["user_info.type"]


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"\xff"])
def test_a_body_has_to_be_an_object(client: httpx.Client, body: bytes) -> None:
    answer = client.post(MEETINGS, content=body)
    assert (answer.status_code, answer.json()["code"]) == (400, 300)


def test_unknown_fields_and_nulls_are_ignored(client: httpx.Client) -> None:
    body = {"topic": None, "no_such_field": 1, "settings": {"no_such_setting": True, "watermark": True}}
    made = client.post(MEETINGS, json=body).json()
    assert made["topic"] == "Zoom Meeting"
    assert made["settings"]["watermark"] is True


def test_the_most_literal_path_wins(client: httpx.Client) -> None:
    answer = client.get("/users/email", params={"email": "owner@example.com"})
    assert answer.json() == {"existed_email": True}  # not a user whose id is `email`


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
    headers = {"authorization": f"Bearer {sandbox.issue_token()}"}
    response = sandbox.engine.respond(Request("GET", f"/v2/meetings/{segment}", headers=headers))
    assert response.status == status
    if status == 404:
        message = "Meeting does not exist: ajXp112QmuoKj4854875==."
        assert response.json() == {"code": 3001, "message": message}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = ["type", "start_time", "timezone", "recurrence", "settings", "topic", "password", "duration", "schedule_for"]
RULES = st.fixed_dictionaries(
    {"type": st.integers(1, 3)},
    optional={
        "repeat_interval": st.integers(-1, 99),
        "end_times": st.integers(-1, 60),
        "monthly_day": st.integers(),
        "monthly_week": st.sampled_from([-1, 1, 4]),
        "monthly_week_day": st.integers(1, 7),
        "end_date_time": st.sampled_from(["2999-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "2026-13-01T00:00:00Z"]),
    },
)
BODIES = st.dictionaries(st.sampled_from(NAMES), JSON, max_size=5) | st.fixed_dictionaries(
    {"type": st.just(8), "recurrence": RULES},
    optional={
        "start_time": st.sampled_from(["2999-12-31T23:59:59+14:00", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00"])
    },
)


@settings(max_examples=200, deadline=None)
@given(body=BODIES)
def test_no_body_causes_a_server_error(body: dict[str, Any]) -> None:
    headers = {"authorization": f"Bearer {SHARED.issue_token()}"}
    raw = json.dumps(body).encode()
    response = SHARED.engine.respond(Request("POST", "/v2/users/me/meetings", headers=headers, body=raw))
    assert response.status in (201, 400, 404)
    assert isinstance(response.json(), dict)


@settings(max_examples=200, deadline=None)
@given(
    method=st.sampled_from(["GET", "PATCH", "DELETE", "POST"]),
    path=st.lists(st.sampled_from(["users", "me", "meetings", "webinars", "%", "%FF", "..", "9" * 5000]) | st.text()),
    query=st.dictionaries(
        st.sampled_from(["page_size", "page_number", "next_page_token", "from", "to", "date", "type"]),
        st.sampled_from(["9" * 5000, "9999-12-31", "2999-12-31", "1970-01-01"]) | st.text(),
    ),
)
def test_no_path_causes_a_server_error(method: str, path: list[str], query: dict[str, str]) -> None:
    headers = {"authorization": f"Bearer {SHARED.issue_token()}"}
    request = Request(method, "/v2/" + "/".join(path), tuple(query.items()), headers)
    assert 200 <= SHARED.engine.respond(request).status < 502


@pytest.mark.parametrize("depth", [500, 100_000])
def test_deep_nesting_does_not_cause_a_server_error(sandbox: Sandbox, depth: int) -> None:
    headers = {"authorization": f"Bearer {sandbox.issue_token()}"}
    body = b'{"x":' * depth + b"1" + b"}" * depth
    response = sandbox.engine.respond(Request("POST", "/v2/users/me/meetings", headers=headers, body=body))
    assert response.status in (201, 400)


@pytest.mark.parametrize("uuid", ["ab/defghijklmnopqrstuv==", "a/b/d%2Fghijklmnopqrstuv=="])
def test_a_slash_inside_a_uuid_needs_no_encoding(client: httpx.Client, uuid: str) -> None:
    decoded = uuid.replace("%2F", "/")
    message = f"Meeting does not exist: {decoded}."
    assert client.get(f"/past_meetings/{uuid}/participants").json() == {"code": 3001, "message": message}
    assert client.get(f"/meetings/{uuid}").json() == {"code": 3001, "message": message}


def test_a_day_may_have_a_time(client: httpx.Client) -> None:
    days = {"from": "2026-03-01T23:30:00Z", "to": "2026-03-10T01:00:00+02:00"}
    answer = client.get("/users/me/recordings", params=days).json()
    assert (answer["from"], answer["to"]) == ("2026-03-01", "2026-03-09")
    assert list_fields(client.get("/users/me/recordings", params={"from": "2026-03-01T25:00:00Z"})) == ["from"]


def test_the_message_about_an_unknown_uuid_shows_it_decoded(client: httpx.Client) -> None:
    answer = client.get("/meetings/abc%252F%252Fd%253D%253D")
    assert answer.json() == {"code": 3001, "message": "Meeting does not exist: abc//d==."}


def test_an_id_cannot_leave_its_path_segment(client: httpx.Client, sandbox: Sandbox) -> None:
    headers = {"authorization": f"Bearer {sandbox.issue_token()}"}
    response = sandbox.engine.respond(Request("DELETE", "/v2/users/..%2Fme", headers=headers))
    assert response.json() == {"code": 1001, "message": "User does not exist: ../me."}
    assert client.get("/users/me").status_code == 200
