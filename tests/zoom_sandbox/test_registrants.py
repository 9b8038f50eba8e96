"""Test the registrants of meetings and webinars."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.support.sandbox_answers import get_refusal

JILL = {"email": "jill@example.com", "first_name": "Jill", "last_name": "Chill"}
BOTH = pytest.mark.parametrize("kind", ["meetings", "webinars"])
RULE = {"type": 1, "end_times": 3}


def create_conference(
    client: httpx.Client, kind: str, approval: int = 0, recurring: bool = False, **settings: Any
) -> str:
    body: dict[str, Any] = {"settings": {"approval_type": approval, **settings}}
    if recurring:
        body |= {"type": 8 if kind == "meetings" else 9, "recurrence": RULE, "start_time": "2026-04-01T09:00:00Z"}
    created = client.post(f"/users/me/{kind}", json=body)
    assert created.status_code == 201, created.text
    assert ("registration_url" in created.json()) == (approval != 2)
    return f"/{kind}/{created.json()['id']}/registrants"


def register(client: httpx.Client, path: str, *, ids: str = "", **body: Any) -> httpx.Response:
    return client.post(path, params={"occurrence_ids": ids} if ids else {}, json={**JILL, **body})


def list_registrants(client: httpx.Client, path: str, status: str = "approved", **query: str) -> list[str]:
    rows = client.get(path, params={"status": status, **query}).json()["registrants"]
    return [row["email"] for row in rows]


@BOTH
def test_automatic_approval_approves_at_once(client: httpx.Client, kind: str) -> None:
    path = create_conference(client, kind)
    response = register(client, path, city="Oakland", custom_questions=[{"title": "Why?", "value": "Why not", "x": 1}])
    assert response.status_code == 201
    receipt = response.json()
    assert str(receipt["id"]) in path
    assert receipt["registrant_id"] in receipt["join_url"]
    matches = client.get(path).json()
    assert matches["total_records"] == 1
    row = matches["registrants"][0]
    assert (row["id"], row["city"], row["status"]) == (receipt["registrant_id"], "Oakland", "approved")
    assert row["custom_questions"] == [{"title": "Why?", "value": "Why not"}]
    assert client.get(f"{path}/{row['id']}").json()["email"] == JILL["email"]


@BOTH
def test_without_registration_nobody_can_register(client: httpx.Client, kind: str) -> None:
    assert get_refusal(register(client, create_conference(client, kind, approval=2))) == (400, 3000)


@BOTH
def test_the_same_email_is_the_same_registrant(client: httpx.Client, kind: str) -> None:
    path = create_conference(client, kind)
    first = register(client, path).json()
    again = register(client, path, email="JILL@example.com").json()
    assert again["registrant_id"] == first["registrant_id"]
    assert client.get(path).json()["total_records"] == 1


@BOTH
def test_manual_approval_leaves_a_registrant_pending(client: httpx.Client, kind: str) -> None:
    path = create_conference(client, kind, approval=1)
    receipt = register(client, path).json()
    assert "join_url" not in receipt
    assert list_registrants(client, path, "pending") == ["jill@example.com"]
    for action, status in (("approve", "approved"), ("deny", "denied")):
        judged = client.put(f"{path}/status", json={"action": action, "registrants": [{"email": JILL["email"]}]})
        assert (judged.status_code, judged.content) == (204, b"")
        assert list_registrants(client, path, status) == ["jill@example.com"]
    cancel = {"action": "cancel", "registrants": [{"id": receipt["registrant_id"]}]}
    assert client.put(f"{path}/status", json=cancel).status_code == 204
    assert [list_registrants(client, path, status) for status in ("pending", "approved", "denied")] == [[], [], []]


@BOTH
def test_a_cancelled_registrant_may_be_deleted(client: httpx.Client, kind: str) -> None:
    path = create_conference(client, kind)
    receipt = register(client, path).json()
    cancel = {"action": "cancel", "registrants": [{"id": receipt["registrant_id"]}]}
    assert client.put(f"{path}/status", json=cancel).status_code == 204
    assert client.delete(f"{path}/{receipt['registrant_id']}").status_code == 204
    again = register(client, path).json()["registrant_id"]
    assert client.delete(f"{path}/{again}").status_code == 204
    assert client.delete(f"{path}/{again}").status_code == 400


def test_auto_approve_approves_at_once(client: httpx.Client) -> None:
    path = create_conference(client, "meetings", approval=1)
    assert "join_url" in register(client, path, auto_approve=True).json()


@BOTH
def test_a_status_changes_for_all_or_none(client: httpx.Client, kind: str) -> None:
    path = create_conference(client, kind, approval=1)
    register(client, path)
    mixed = {"action": "approve", "registrants": [{"email": JILL["email"]}, {"email": "nobody@example.com"}]}
    assert client.put(f"{path}/status", json=mixed).status_code == 400
    assert list_registrants(client, path, "pending") == ["jill@example.com"]


@BOTH
def test_a_registrant_can_be_deleted(client: httpx.Client, kind: str) -> None:
    path = create_conference(client, kind)
    own = f"{path}/{register(client, path).json()['registrant_id']}"
    assert client.delete(own).status_code == 204
    assert list_registrants(client, path) == []
    assert client.delete(own).status_code == 400
    assert client.get(own).status_code == 400


@BOTH
def test_one_registration_holds_for_all_occurrences(client: httpx.Client, kind: str) -> None:
    path = create_conference(client, kind, recurring=True)
    receipt = register(client, path).json()
    assert [each["start_time"][:10] for each in receipt["occurrences"]] == ["2026-04-01", "2026-04-02", "2026-04-03"]


@BOTH
def test_a_registration_can_hold_for_chosen_occurrences(client: httpx.Client, kind: str) -> None:
    path = create_conference(client, kind, recurring=True, registration_type=2)
    conference = client.get(path.removesuffix("/registrants")).json()
    ids = [each["occurrence_id"] for each in conference["occurrences"]]
    receipt = register(client, path, ids=f"{ids[0]},{ids[2]}").json()
    assert [each["occurrence_id"] for each in receipt["occurrences"]] == [ids[0], ids[2]]
    assert list_registrants(client, path, occurrence_id=ids[2]) == ["jill@example.com"]
    assert list_registrants(client, path, occurrence_id=ids[1]) == []
    own = f"{path}/{receipt['registrant_id']}"
    client.delete(own, params={"occurrence_id": ids[0]})
    assert list_registrants(client, path) == ["jill@example.com"]
    client.delete(own, params={"occurrence_id": ids[2]})
    assert list_registrants(client, path) == []
    assert get_refusal(register(client, path, ids="123")) == (400, 3000)


@BOTH
def test_a_registrant_needs_name_and_email(client: httpx.Client, kind: str) -> None:
    path = create_conference(client, kind)
    response = client.post(path, json={"email": "no-email"})
    assert get_refusal(response) == (400, 300)
    assert {error["field"] for error in response.json()["errors"]} == {"email", "first_name"}


@BOTH
def test_an_unknown_conference_has_no_registrants(client: httpx.Client, kind: str) -> None:
    assert register(client, f"/{kind}/1/registrants").status_code == 404
    assert get_refusal(client.get(f"/{kind}/1/registrants")) == (404, 3001)


def test_a_value_that_lists_do_not_allow_is_omitted(client: httpx.Client) -> None:
    # Requests allow `101-500` employees, responses do not.
    path = create_conference(client, "meetings")
    register(client, path, no_of_employees="101-500", role_in_purchase_process="Influencer")
    row = client.get(path).json()["registrants"][0]
    assert "no_of_employees" not in row
    assert row["role_in_purchase_process"] == "Influencer"


@BOTH
def test_registrants_are_paged(client: httpx.Client, kind: str) -> None:
    path = create_conference(client, kind)
    expected = [f"person{number}@example.com" for number in range(7)]
    for email in expected:
        register(client, path, email=email)
    matches: list[str] = []
    token = ""
    while True:
        page = client.get(path, params={"page_size": 3, "next_page_token": token}).json()
        matches += [row["email"] for row in page["registrants"]]
        token = page["next_page_token"]
        if not token:
            break
    assert matches == expected


@BOTH
def test_pages_have_new_registrants_when_others_leave(client: httpx.Client, kind: str) -> None:
    path = create_conference(client, kind)
    for name in ("a", "b", "c"):
        register(client, path, email=f"{name}@example.com")
    first = client.get(path, params={"page_size": 2}).json()
    deleted = [{"email": "b@example.com"}, {"email": "c@example.com"}]
    client.put(f"{path}/status", json={"action": "cancel", "registrants": deleted})
    register(client, path, email="d@example.com")
    rest = client.get(path, params={"page_size": 2, "next_page_token": first["next_page_token"]}).json()
    assert [row["email"] for row in rest["registrants"]] == ["d@example.com"]
