"""Test the loading of data: documents of users, meetings and registrants, and accounts of any size."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from zoom_sandbox import Sandbox, SandboxInputError
from zoom_sandbox.factory import parse_scale

DOCUMENT = """\
users:
  - email: zoe@example.com
    id: Zoe-Chosen-Id
    first_name: Zoe
    type: 2
    dept: Sales
    timezone: Europe/Berlin
    meetings:
      - id: 85746065099
        topic: Daily
        start_time: 2026-03-11T09:30:00Z
        settings: {approval_type: 0}
        registrants:
          - {email: gus@guests.example.org, first_name: Gus}
  - {email: una@example.com, status: pending}
  - {email: ian@example.com, status: inactive}
  - {email: owner@example.com, job_title: Captain}
meetings:
  - {host: ada@example.com, topic: Ada's}
webinars:
  - {topic: Launch}
requests:
  - {method: PATCH, path: /users/mia@example.com, body: {dept: Research}}
"""


@pytest.fixture
def client(tmp_path: Path) -> httpx.Client:
    path = tmp_path / "people.yaml"
    path.write_text(DOCUMENT)
    zoom = Sandbox(data=path)
    headers = {"authorization": f"Bearer {zoom.issue_token()}"}
    return httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers)


def test_users_have_the_fields_of_the_document(client: httpx.Client) -> None:
    zoe = client.get("/users/zoe@example.com").json()
    assert (zoe["id"], zoe["first_name"], zoe["type"]) == ("Zoe-Chosen-Id", "Zoe", 2)
    assert (zoe["dept"], zoe["timezone"], zoe["status"]) == ("Sales", "Europe/Berlin", "active")
    for status in ("pending", "inactive"):
        listed = client.get("/users", params={"status": status}).json()["users"]
        assert {"pending": "una@example.com", "inactive": "ian@example.com"}[status] in [u["email"] for u in listed]
    assert client.get("/users/me").json()["job_title"] == "Captain"
    assert client.get("/users/mia@example.com").json()["dept"] == "Research"


def test_meetings_have_the_ids_and_registrants_of_the_document(client: httpx.Client) -> None:
    daily = client.get("/meetings/85746065099").json()
    assert (daily["topic"], daily["host_id"], daily["start_time"]) == ("Daily", "Zoe-Chosen-Id", "2026-03-11T09:30:00Z")
    (gus,) = client.get("/meetings/85746065099/registrants").json()["registrants"]
    assert gus["email"] == "gus@guests.example.org"
    assert [m["topic"] for m in client.get("/users/ada@example.com/meetings").json()["meetings"]] == ["Ada's"]
    assert "Launch" in [w["topic"] for w in client.get("/users/me/webinars").json()["webinars"]]


def test_a_later_meeting_gets_another_id(client: httpx.Client) -> None:
    assert client.post("/users/me/meetings", json={}).json()["id"] != 85746065099


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "data: expected a mapping with users, meetings, webinars, requests, got []"),
        ({"user": []}, 'user: unknown field; did you mean "users"?'),
        ({"users": {}}, ""),
        ({"users": "zoe"}, 'users: expected a list, got "zoe"'),
        ({"users": ["zoe"]}, 'users[0]: expected a mapping, got "zoe"'),
        ({"users": [{"first_name": "Zoe"}]}, "users[0].email: expected text, got null"),
        (
            {"users": [{"email": "z@example.com", "frist_name": "Z"}]},
            'users[0].frist_name: unknown field; did you mean "first_name"?',
        ),
        (
            {"users": [{"email": "z@example.com", "status": "gone"}]},
            "users[0].status: expected one of active, inactive",
        ),
        ({"users": [{"email": "z@example.com", "type": 77}]}, "users[0].user_info.type: Only these values"),
        ({"meetings": [{"host": "no@example.com"}]}, "meetings[0]: User does not exist: no@example.com."),
        ({"meetings": [{"id": "x"}]}, 'meetings[0].id: expected an integer, got "x"'),
        ({"meetings": [{"id": 85746065001}]}, "meetings[0].id: 85746065001 is already in use"),
        ({"meetings": [{"duration": "long"}]}, "meetings[0].duration: The value must be of type integer."),
        ({"requests": [{"path": "make it so"}]}, "requests[0]: expected a request such as {method: POST"),
        ({"requests": [{"method": "POST", "path": "/nothing"}]}, "requests[0]: This API endpoint is not recognized."),
        ({"requests": [{"method": "GET", "path": "/phone/common_areas"}]}, "has no state for GET /phone/common_areas"),
    ],
)
def test_an_invalid_document_is_reported_with_the_place(document: Any, message: str) -> None:
    if not message:
        assert Sandbox(data=document).get_state()["counts"]["users"] == 6
        return
    with pytest.raises(SandboxInputError) as caught:
        Sandbox(data=document)
    assert message in str(caught.value)


def test_every_problem_of_a_file_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("users: [{email: 3}, {email: a@example.com, type: x}]\n")
    with pytest.raises(SandboxInputError) as caught:
        Sandbox(data=path)
    assert len(caught.value.messages) == 2
    assert all(each.startswith(f"{path}: users[") for each in caught.value.messages)


def test_yaml_has_the_types_of_json(tmp_path: Path) -> None:
    path = tmp_path / "types.yaml"
    path.write_text("users: [{email: no@example.com, first_name: no, last_name: 12:30}]\n")
    zoom = Sandbox(data=path)
    headers = {"authorization": f"Bearer {zoom.issue_token()}"}
    with httpx.Client(transport=zoom.create_transport(), headers=headers) as client:
        user = client.get("http://zoom.test/v2/users/no@example.com").json()
    assert (user["first_name"], user["last_name"]) == ("no", "12:30")


def test_a_reset_restores_the_data() -> None:
    zoom = Sandbox(data={"users": [{"email": "zoe@example.com"}]}, scale={"meetings": 3})
    before = zoom.get_state()["counts"]
    zoom.load_data({"users": [{"email": "uma@example.com"}]})
    zoom.reset()
    assert zoom.get_state()["counts"] == before


def test_a_large_account_is_created_in_seconds() -> None:
    began = time.perf_counter()
    zoom = Sandbox(scale={"users": 3000, "meetings": 20_000, "webinars": 100})
    assert time.perf_counter() - began < 3
    counts = zoom.get_state()["counts"]
    assert (counts["users"], counts["meetings"] - 20_000, counts["webinars"] - 100) == (3006, 2, 1)
    headers = {"authorization": f"Bearer {zoom.issue_token()}"}
    with httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers) as client:
        meetings = client.get("/users/user000001@example.com/meetings").json()["meetings"]
        assert 6 <= len(meetings) <= 7
        changed, other = meetings[0]["id"], meetings[1]["id"]
        client.patch(f"/meetings/{changed}", json={"settings": {"host_video": True}})
        assert client.get(f"/meetings/{changed}").json()["settings"]["host_video"] is True
        assert client.get(f"/meetings/{other}").json()["settings"]["host_video"] is False


def test_a_scale_is_parsed() -> None:
    assert parse_scale("users=30000, meetings=200000") == {"users": 30_000, "meetings": 200_000}
    for text, message in (
        ("rooms=3", "scale.rooms: unknown field"),
        ("users=many", "scale: expected counts such as users=30000"),
        ("users=9000000", "scale.users: expected an integer from 0 to 5000000, got 9000000"),
    ):
        with pytest.raises(SandboxInputError, match=message):
            parse_scale(text)


@pytest.mark.parametrize(
    "text",
    [
        r'{"meetings": [{"host": "ada@example.com", "topic": "Fun \ud83d\ude00 \/ more"}]}',
        r'{"meetings": [{"host": "ada@example.com", "topic": "Fun \ud83d\ude00 \/ more"},]}',
        r'meetings: [{host: ada@example.com, topic: "Fun \ud83d\ude00 / more"}]',
    ],
)
def test_escapes_of_json_are_read_in_json_and_yaml(text: str, tmp_path: Path) -> None:
    (tmp_path / "people.json").write_text(text, encoding="utf-8")
    with Sandbox(data=tmp_path / "people.json") as zoom:
        headers = {"authorization": f"Bearer {zoom.issue_token()}"}
        meetings = httpx.get(f"{zoom.api_url}/users/ada@example.com/meetings", headers=headers).json()["meetings"]
    assert "Fun \U0001f600 / more" in [meeting["topic"] for meeting in meetings]


def test_half_a_surrogate_pair_is_reported_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "people.json").write_text('{"meetings":\n [{"topic": "\\ud83d"}]}', encoding="utf-8")
    with pytest.raises(SandboxInputError, match="line 2"):
        Sandbox(data=tmp_path / "people.json").close()
