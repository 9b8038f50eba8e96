"""Data of one's own: a document of people, meetings and registrants, and accounts of any size."""

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
calls:
  - {call: PATCH /users/mia@example.com, body: {dept: Research}}
"""


@pytest.fixture
def seeded(tmp_path: Path) -> httpx.Client:
    path = tmp_path / "people.yaml"
    path.write_text(DOCUMENT)
    zoom = Sandbox(data=path)
    headers = {"authorization": f"Bearer {zoom.issue_token()}"}
    return httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers)


def test_people_are_there_with_what_was_said_of_them(seeded: httpx.Client) -> None:
    zoe = seeded.get("/users/zoe@example.com").json()
    assert (zoe["id"], zoe["first_name"], zoe["type"]) == ("Zoe-Chosen-Id", "Zoe", 2)
    assert (zoe["dept"], zoe["timezone"], zoe["status"]) == ("Sales", "Europe/Berlin", "active")
    for status in ("pending", "inactive"):
        listed = seeded.get("/users", params={"status": status}).json()["users"]
        assert {"pending": "una@example.com", "inactive": "ian@example.com"}[status] in [u["email"] for u in listed]
    assert seeded.get("/users/me").json()["job_title"] == "Captain"
    assert seeded.get("/users/mia@example.com").json()["dept"] == "Research"


def test_meetings_have_the_ids_and_people_that_were_chosen(seeded: httpx.Client) -> None:
    daily = seeded.get("/meetings/85746065099").json()
    assert (daily["topic"], daily["host_id"], daily["start_time"]) == ("Daily", "Zoe-Chosen-Id", "2026-03-11T09:30:00Z")
    (gus,) = seeded.get("/meetings/85746065099/registrants").json()["registrants"]
    assert gus["email"] == "gus@guests.example.org"
    assert [m["topic"] for m in seeded.get("/users/ada@example.com/meetings").json()["meetings"]] == ["Ada's"]
    assert "Launch" in [w["topic"] for w in seeded.get("/users/me/webinars").json()["webinars"]]


def test_what_comes_later_gets_an_id_of_its_own(seeded: httpx.Client) -> None:
    assert seeded.post("/users/me/meetings", json={}).json()["id"] != 85746065099


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "a mapping with users, meetings, webinars, calls is expected"),
        ({"user": []}, "there is no 'user'; is 'users' meant?"),
        ({"users": {}}, ""),
        ({"users": "zoe"}, "users: a list is expected"),
        ({"users": ["zoe"]}, "users[0]: a mapping is expected"),
        ({"users": [{"first_name": "Zoe"}]}, "users[0].email is None; expected is text"),
        ({"users": [{"email": "z@example.com", "frist_name": "Z"}]}, "users[0]: there is no 'frist_name'"),
        ({"users": [{"email": "z@example.com", "status": "gone"}]}, "one of active, inactive, pending"),
        ({"users": [{"email": "z@example.com", "type": 77}]}, "users[0].user_info.type: Only these values"),
        ({"meetings": [{"host": "no@example.com"}]}, "meetings[0]: User does not exist: no@example.com."),
        ({"meetings": [{"id": "x"}]}, "meetings[0].id is 'x'; expected is a whole number"),
        ({"meetings": [{"id": 85746065001}]}, "meetings[0].id: 85746065001 is taken"),
        ({"meetings": [{"duration": "long"}]}, "meetings[0].duration: The value must be of type integer."),
        ({"calls": [{"call": "make it so"}]}, "expected is a request such as POST /groups"),
        ({"calls": [{"call": "POST /nothing"}]}, "calls[0]: This API endpoint is not recognized."),
        ({"calls": [{"call": "GET /phone/common_areas"}]}, "keeps no state for GET /phone/common_areas"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(document: Any, said: str) -> None:
    if not said:
        assert Sandbox(data=document).get_state()["state"]["users"] == 6  # nothing in it, nothing wrong
        return
    with pytest.raises(SandboxInputError) as caught:
        Sandbox(data=document)
    assert said in str(caught.value)


def test_everything_that_is_wrong_is_said_at_once_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("users: [{email: 3}, {email: a@example.com, type: x}]\n")
    with pytest.raises(SandboxInputError) as caught:
        Sandbox(data=path)
    assert len(caught.value.messages) == 2
    assert all(sentence.startswith(f"{path}: users[") for sentence in caught.value.messages)


def test_yaml_has_the_types_of_json(tmp_path: Path) -> None:
    path = tmp_path / "types.yaml"
    path.write_text("users: [{email: no@example.com, first_name: no, last_name: 12:30}]\n")
    zoom = Sandbox(data=path)
    headers = {"authorization": f"Bearer {zoom.issue_token()}"}
    with httpx.Client(transport=zoom.create_transport(), headers=headers) as client:
        found = client.get("http://zoom.test/v2/users/no@example.com").json()
    assert (found["first_name"], found["last_name"]) == ("no", "12:30")


def test_reset_brings_the_same_data_back() -> None:
    zoom = Sandbox(data={"users": [{"email": "zoe@example.com"}]}, scale={"meetings": 3})
    before = zoom.get_state()["state"]
    zoom.load_data({"users": [{"email": "uma@example.com"}]})
    zoom.reset()
    assert zoom.get_state()["state"] == before


def test_a_large_account_is_made_in_seconds() -> None:
    began = time.perf_counter()
    zoom = Sandbox(scale={"users": 3000, "meetings": 20_000, "webinars": 100})
    assert time.perf_counter() - began < 3
    counts = zoom.get_state()["state"]
    assert (counts["users"], counts["meetings"] - 20_000, counts["webinars"] - 100) == (3006, 2, 1)
    headers = {"authorization": f"Bearer {zoom.issue_token()}"}
    with httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers) as client:
        mine = client.get("/users/user000001@example.com/meetings").json()["meetings"]
        assert 6 <= len(mine) <= 7
        changed, other = mine[0]["id"], mine[1]["id"]
        client.patch(f"/meetings/{changed}", json={"settings": {"host_video": True}})
        assert client.get(f"/meetings/{changed}").json()["settings"]["host_video"] is True
        assert client.get(f"/meetings/{other}").json()["settings"]["host_video"] is False


def test_a_scale_in_words() -> None:
    assert parse_scale("users=30000, meetings=200000") == {"users": 30_000, "meetings": 200_000}
    for text, said in (
        ("rooms=3", "there is no 'rooms'"),
        ("users=many", "not understood"),
        ("users=9000000", "up to"),
    ):
        with pytest.raises(SandboxInputError, match=said):
            parse_scale(text)
