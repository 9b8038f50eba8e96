"""Test questions, batch registration, templates, panelists and tracking fields."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.support.sandbox_answers import get_json, get_refusal

BOTH = pytest.mark.parametrize("kind", ["meetings", "webinars"])
JILL = {"email": "jill@example.com", "first_name": "Jill"}


def create_conference(client: httpx.Client, kind: str, approval: int = 0, **body: Any) -> str:
    created = client.post(f"/users/me/{kind}", json={"settings": {"approval_type": approval}, **body})
    assert created.status_code == 201, created.text
    return f"/{kind}/{created.json()['id']}"


@BOTH
def test_required_questions_must_be_answered(client: httpx.Client, kind: str) -> None:
    path = create_conference(client, kind)
    assert get_json(client, f"{path}/registrants/questions")["custom_questions"] == []
    questions = {
        "questions": [{"field_name": "city", "required": True}],
        "custom_questions": [{"title": "Why?", "type": "short", "required": True, "answers": []}],
    }
    assert client.patch(f"{path}/registrants/questions", json=questions).status_code == 204
    assert get_json(client, f"{path}/registrants/questions") == questions
    refused = client.post(f"{path}/registrants", json=JILL)
    assert get_refusal(refused) == (400, 300)
    assert [error["field"] for error in refused.json()["errors"]] == ["city", "custom_questions"]
    answers = {"city": "Oakland", "custom_questions": [{"title": "Why?", "value": "Why not"}]}
    assert client.post(f"{path}/registrants", json={**JILL, **answers}).status_code == 201
    change: dict[str, Any] = {"custom_questions": []}
    client.patch(f"{path}/registrants/questions", json=change)
    assert get_json(client, f"{path}/registrants/questions") == {**questions, **change}


@pytest.mark.parametrize(("kind", "type_"), [("meetings", "single"), ("webinars", "single_radio")])
def test_a_choice_question_needs_answers(client: httpx.Client, kind: str, type_: str) -> None:
    path = f"{create_conference(client, kind)}/registrants/questions"
    question = {"title": "Which?", "type": type_, "required": False}
    assert get_refusal(client.patch(path, json={"custom_questions": [question]})) == (400, 300)
    assert client.patch(path, json={"custom_questions": [{**question, "answers": ["a", "b"]}]}).status_code == 204


@BOTH
def test_several_people_register_at_once(client: httpx.Client, kind: str) -> None:
    path = create_conference(client, kind, approval=1)
    people = [{"email": f"p{index}@example.org", "first_name": f"P{index}"} for index in range(30)]
    created = client.post(f"{path}/batch_registrants", json={"registrants": people})
    assert created.status_code == 201
    rows = created.json()["registrants"]
    assert [row["email"] for row in rows] == [person["email"] for person in people]
    assert "join_url" not in rows[0]
    assert get_json(client, f"{path}/registrants", status="pending")["total_records"] == 30
    let_in = client.post(f"{path}/batch_registrants", json={"registrants": [JILL], "auto_approve": True}).json()
    assert let_in["registrants"][0]["join_url"]
    too_many = {"registrants": [*people, JILL]}
    assert get_refusal(client.post(f"{path}/batch_registrants", json=too_many)) == (400, 300)
    unplanned = create_conference(client, kind, type=3 if kind == "meetings" else 6)
    assert get_refusal(client.post(f"{unplanned}/batch_registrants", json={"registrants": [JILL]})) == (
        400,
        303 if kind == "meetings" else 300,
    )
    closed = create_conference(client, kind, approval=2)
    assert client.post(f"{closed}/batch_registrants", json={"registrants": [JILL]}).status_code == 400


@BOTH
def test_a_registration_is_cancelled_for_one_occurrence(client: httpx.Client, kind: str) -> None:
    rule: dict[str, Any] = {"type": 8 if kind == "meetings" else 9, "recurrence": {"type": 1, "end_times": 2}}
    path = create_conference(client, kind, start_time="2026-04-01T09:00:00Z", **rule)
    first, second = (each["occurrence_id"] for each in get_json(client, path)["occurrences"])
    client.post(f"{path}/registrants", json=JILL)
    body = {"action": "cancel", "registrants": [{"email": "jill@example.com"}]}
    for occurrence, left in ((first, 1), (second, 0)):
        response = client.put(f"{path}/registrants/status", params={"occurrence_id": occurrence}, json=body)
        assert response.status_code == 204
        assert get_json(client, f"{path}/registrants", occurrence_id=occurrence)["registrants"] == []
        assert get_json(client, f"{path}/registrants")["total_records"] == left


@BOTH
def test_a_meeting_is_created_from_a_template(client: httpx.Client, kind: str) -> None:
    word = kind[:-1]
    path = create_conference(client, kind, approval=1, topic="Weekly", duration=25)
    templates = f"/users/me/{word}_templates"
    body = {f"{word}_id": int(path.rpartition("/")[2]), "name": "Ours"}
    saved = client.post(templates, json=body).json()
    assert saved["name"] == "Ours"
    assert [row["id"] for row in get_json(client, templates)["templates"]] == [saved["id"]]
    assert get_refusal(client.post(templates, json=body)) == (400, 300)
    assert client.post(templates, json={**body, "overwrite": True}).json()["id"] == saved["id"]
    new = client.post(f"/users/me/{kind}", json={"template_id": saved["id"], "duration": 50}).json()
    assert (new["topic"], new["duration"], new["settings"]["approval_type"]) == ("Weekly", 50, 1)
    others = client.post(f"/users/mia@example.com/{word}_templates", json=body)
    assert others.status_code == 400
    assert get_json(client, f"/users/mia@example.com/{word}_templates")["total_records"] == 0


def test_panelists_are_added_and_removed(client: httpx.Client) -> None:
    path = f"{create_conference(client, 'webinars')}/panelists"
    people = {"panelists": [{"email": "sue@example.org", "name": "Sue"}, {"email": "tim@example.org", "name": "Tim"}]}
    assert client.post(path, json=people).status_code == 201
    client.post(path, json={"panelists": [{"email": "SUE@example.org", "name": "Susan"}]})
    rows = get_json(client, path)["panelists"]
    assert [row["name"] for row in rows] == ["Susan", "Tim"]
    assert client.delete(f"{path}/{rows[0]['id']}").status_code == 204
    assert get_refusal(client.delete(f"{path}/{rows[0]['id']}")) == (400, 300)
    assert [row["name"] for row in get_json(client, path)["panelists"]] == ["Tim"]
    assert client.delete(path).status_code == 204
    assert get_json(client, path)["total_records"] == 0
    for bad in ({}, {"panelists": [{"email": "x@example.org"}]}):
        assert get_refusal(client.post(path, json=bad)) == (400, 300)
    assert get_refusal(client.get("/webinars/1/panelists")) == (404, 3001)


def test_tracking_fields_are_stored(client: httpx.Client) -> None:
    created = client.post("/tracking_fields", json={"field": "Team", "recommended_values": ["Red"], "x": 1})
    assert created.status_code == 201
    path = f"/tracking_fields/{created.json()['id']}"
    assert client.patch(path, json={"required": True, "id": "other"}).status_code == 204
    assert get_json(client, path) == {**created.json(), "required": True}
    assert get_json(client, "/tracking_fields")["total_records"] == 1
    assert client.delete(path).status_code == 204
    assert get_refusal(client.get(path)) == (404, 5110)
    assert get_refusal(client.post("/tracking_fields", json={})) == (400, 300)
