"""Test users: create, find, update and delete."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.support.sandbox_answers import get_refusal


def create_user(
    client: httpx.Client, email: str = "new@example.com", action: str = "autoCreate", **info: Any
) -> httpx.Response:
    return client.post("/users", json={"action": action, "user_info": {"email": email, "type": 2, **info}})


def list_emails(client: httpx.Client, **query: Any) -> list[str]:
    return [user["email"] for user in client.get("/users", params=query).json()["users"]]


def test_me_is_the_owner_and_others_exist(client: httpx.Client) -> None:
    me = client.get("/users/me").json()
    assert (me["email"], me["role_name"], me["status"]) == ("owner@example.com", "Owner", "active")
    assert me["account_id"] == "sandbox-account"
    assert list_emails(client) == ["owner@example.com", "ada@example.com", "mia@example.com", "ben@example.com"]
    assert list_emails(client, status="inactive") == ["ida@example.com"]
    assert list_emails(client, role_id="1") == ["ada@example.com"]


@pytest.mark.parametrize("key", ["Mia-Sandbox-0000000003", "mia@example.com", "MIA%40Example.com"])
def test_a_user_is_found_by_id_and_by_email(client: httpx.Client, key: str) -> None:
    assert client.get(f"/users/{key}").json()["id"] == "Mia-Sandbox-0000000003"


def test_an_unknown_user_is_not_found(client: httpx.Client) -> None:
    response = client.get("/users/nobody@example.com")
    assert get_refusal(response) == (404, 1001)
    assert response.json()["message"] == "User does not exist: nobody@example.com."


@pytest.mark.parametrize(
    ("action", "status"),
    [("create", "pending"), ("autoCreate", "active"), ("custCreate", "active"), ("ssoCreate", "active")],
)
def test_only_an_invitation_leaves_a_user_pending(client: httpx.Client, action: str, status: str) -> None:
    created = create_user(client, action=action, first_name="Neo", last_name="New", display_name="N.", dept="ignored")
    assert created.status_code == 201
    assert created.json()["first_name"] == "Neo"
    matches = client.get(f"/users/{created.json()['id']}").json()
    assert (matches["status"], matches["display_name"], matches["type"]) == (status, "N.", 2)
    assert "new@example.com" in list_emails(client, status=status)


def test_an_email_is_unique(client: httpx.Client) -> None:
    assert create_user(client).status_code == 201
    assert get_refusal(create_user(client, "NEW@example.com")) == (409, 1005)
    assert get_refusal(create_user(client, "no-email")) == (400, 300)


def test_an_update_changes_only_its_own_fields(client: httpx.Client) -> None:
    before = client.get("/users/mia@example.com").json()
    change = {"first_name": "Maria", "dept": "", "type": 1, "no_such_field": 1}
    assert client.patch("/users/mia@example.com", json=change).status_code == 204
    after = client.get("/users/mia@example.com").json()
    expected = {**before, "first_name": "Maria", "dept": "", "type": 1, "display_name": "Maria Member"}
    assert after == expected


def test_fields_with_another_name_are_shown_as_zoom_shows_them(client: httpx.Client) -> None:
    change = {
        "phone_numbers": [{"country": "US", "code": "+1", "number": "4155550100", "label": "Mobile", "x": 1}],
        "group_id": "g1",
        "vanity_name": "mia",
        "host_key": "123456",
        "plan_united_type": "1",
        "custom_attributes": [{"key": "k", "name": "n", "value": "v", "x": 1}],
    }
    client.patch("/users/mia@example.com", json=change)
    matches = client.get("/users/mia@example.com").json()
    assert matches["phone_numbers"][0]["verified"] is False
    assert matches["group_ids"] == ["g1"]
    assert matches["vanity_url"] == "https://zoom.us/my/mia"
    assert matches["custom_attributes"] == [{"key": "k", "name": "n", "value": "v"}]
    rows = client.get("/users", params={"include_fields": "host_key"}).json()["users"]
    assert [row["host_key"] for row in rows if "host_key" in row] == ["123456"]
    client.patch("/users/mia@example.com", json={"plan_united_type": "none"})
    assert "plan_united_type" not in client.get("/users/mia@example.com").json()


@pytest.mark.parametrize("change", [{"timezone": "Nowhere"}, {"pmi": 12}, {"pmi": 6000000001}, {"type": 3}])
def test_an_invalid_update_changes_nothing(client: httpx.Client, change: dict[str, Any]) -> None:
    before = client.get("/users/mia@example.com").json()
    assert get_refusal(client.patch("/users/mia@example.com", json={**change, "first_name": "X"})) == (400, 300)
    assert client.get("/users/mia@example.com").json() == before


def test_an_unused_personal_number_can_be_set(client: httpx.Client) -> None:
    client.patch("/users/me", json={"pmi": 5551234567})
    assert client.get("/users/me").json()["pmi"] == 5551234567


@pytest.mark.parametrize("action", ["disassociate", "delete"])
def test_a_user_is_deleted_with_the_meetings(client: httpx.Client, action: str) -> None:
    meeting = client.post("/users/mia@example.com/meetings", json={}).json()["id"]
    assert client.delete("/users/mia@example.com", params={"action": action}).status_code == 204
    assert get_refusal(client.get("/users/mia@example.com")) == (404, 1001)
    assert "mia@example.com" not in list_emails(client)
    assert get_refusal(client.get(f"/meetings/{meeting}")) == (404, 3001)
    assert create_user(client, "mia@example.com").status_code == 201


def test_meetings_can_be_transferred(client: httpx.Client) -> None:
    meeting = client.post("/users/mia@example.com/meetings", json={}).json()["id"]
    webinar = client.post("/users/mia@example.com/webinars", json={}).json()["id"]
    query = {"transfer_email": "ada@example.com", "transfer_meeting": "true"}
    assert client.delete("/users/mia@example.com", params=query).status_code == 204
    assert client.get(f"/meetings/{meeting}").json()["host_email"] == "ada@example.com"
    assert client.get("/users/ada@example.com/meetings").json()["meetings"][0]["id"] == meeting
    assert get_refusal(client.get(f"/webinars/{webinar}")) == (404, 3001)


@pytest.mark.parametrize(
    "query",
    [
        {"transfer_meeting": "true"},
        {"transfer_meeting": "true", "transfer_email": "nobody@example.com"},
        {"transfer_meeting": "true", "transfer_email": "mia@example.com"},
        {"transfer_meeting": "true", "transfer_email": "pia@example.com"},
        {"action": "forget"},
    ],
)
def test_an_invalid_deletion_deletes_nobody(client: httpx.Client, query: dict[str, str]) -> None:
    assert get_refusal(client.delete("/users/mia@example.com", params=query)) == (400, 300)
    assert client.get("/users/mia@example.com").status_code == 200


def test_the_owner_cannot_be_deleted(client: httpx.Client) -> None:
    assert get_refusal(client.delete("/users/me")) == (400, 200)
