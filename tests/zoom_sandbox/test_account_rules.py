"""Test what an account allows: domains, licenses, roles, and people who have not accepted their invitation."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.support.sandbox_answers import get_json, get_refusal

from zoom_sandbox import ManualClock

MIA, PIA = "/users/mia@example.com", "/users/pia@example.com"


@pytest.mark.parametrize(
    ("action", "email", "status"),
    [
        ("autoCreate", "new@example.com", 201),
        ("autoCreate", "new@EXAMPLE.com", 201),
        ("autoCreate", "new@elsewhere.example", 400),
        ("autoCreate", "new@sub.example.com", 400),
        ("create", "new@elsewhere.example", 201),
        ("custCreate", "new@elsewhere.example", 201),
    ],
)
def test_only_a_managed_domain_has_users_without_an_invitation(
    client: httpx.Client, action: str, email: str, status: int
) -> None:
    response = client.post("/users", json={"action": action, "user_info": {"email": email, "type": 1}})
    assert response.status_code == status
    if status == 400:
        assert response.json()["code"] == 1116


def test_an_email_stays_in_the_managed_domain(client: httpx.Client) -> None:
    assert get_refusal(client.put(f"{MIA}/email", json={"email": "mia@elsewhere.example"})) == (400, 1116)
    assert get_json(client, MIA)["email"] == "mia@example.com"


@pytest.mark.parametrize(
    ("password", "code"),
    [("12345678", 1125), ("onlyletters", 1126), ("lower4case", 1128), ("UPPER4CASE", 1128), ("Long1" * 7, 1124)],
)
def test_a_password_breaks_a_rule_with_a_code(client: httpx.Client, password: str, code: int) -> None:
    assert get_refusal(client.put(f"{MIA}/password", json={"password": password})) == (400, code)


@pytest.mark.parametrize(
    ("password", "status"), [("Correct1horse", 201), ("correct1horse", 400), ("CorrectHorse", 400)]
)
def test_a_new_user_has_a_password_with_the_same_rules(client: httpx.Client, password: str, status: int) -> None:
    info = {"email": "new@example.com", "type": 1, "password": password}
    response = client.post("/users", json={"action": "autoCreate", "user_info": info})
    assert response.status_code == status
    if status == 400:
        assert response.json()["errors"][0]["field"] == "user_info.password"


@pytest.mark.parametrize("user", ["me", "ada@example.com"])
def test_administrators_keep_password_and_status(client: httpx.Client, user: str) -> None:
    path = f"/users/{user}"
    assert get_refusal(client.put(f"{path}/password", json={"password": "Correct1horse"})) == (400, 1117)
    assert get_refusal(client.put(f"{path}/status", json={"action": "deactivate"})) == (400, 200)


def test_an_administrator_is_deleted_but_not_disassociated(client: httpx.Client) -> None:
    ada = "/users/ada@example.com"
    assert get_refusal(client.delete(ada)) == (400, 1117)
    assert client.delete(ada, params={"action": "delete"}).status_code == 204


def test_a_deactivated_user_loses_the_license(client: httpx.Client) -> None:
    for action in ("deactivate", "activate"):
        assert client.put(f"{MIA}/status", json={"action": action}).is_success
        assert get_json(client, MIA)["type"] == 1


def test_a_pending_user_keeps_the_profile(client: httpx.Client) -> None:
    before = get_json(client, PIA)
    assert client.patch(PIA, json={"first_name": "Petra", "dept": "Sales", "type": 2}).status_code == 204
    assert get_json(client, PIA) == before


def test_a_pending_user_was_created_just_now(client: httpx.Client, clock: ManualClock) -> None:
    before = get_json(client, PIA)["created_at"]
    clock.advance(60)
    after = get_json(client, PIA)["created_at"]
    assert (before, after) == ("2026-03-10T11:00:00Z", "2026-03-10T11:01:00Z")
    assert get_json(client, MIA)["created_at"] < before


def test_the_settings_of_a_pending_user_cannot_be_read_or_changed(client: httpx.Client) -> None:
    for response in (client.get(f"{PIA}/settings"), client.patch(f"{PIA}/settings", json={})):
        assert get_refusal(response) == (400, 1000)
        assert response.json()["message"] == "You can not access settings of users that are still in pending state."


@pytest.mark.parametrize(("feature", "code"), [("webinar", 1122), ("large_meeting", 1108)])
def test_some_features_need_a_license(client: httpx.Client, feature: str, code: int) -> None:
    body: dict[str, Any] = {"feature": {feature: True}}
    assert get_refusal(client.patch("/users/ben@example.com/settings", json=body)) == (400, code)
    assert client.patch(f"{MIA}/settings", json=body).status_code == 204
    off = {"feature": {feature: False}}
    assert client.patch("/users/ben@example.com/settings", json=off).status_code == 204


def test_one_license_changes_at_a_time(client: httpx.Client) -> None:
    assert get_refusal(client.patch(MIA, json={"type": 1, "plan_united_type": "1"})) == (400, 300)
    assert get_json(client, MIA)["type"] == 2


def test_a_personal_link_name_has_one_owner(client: httpx.Client) -> None:
    assert client.patch(MIA, json={"vanity_name": "team"}).status_code == 204
    assert client.patch(MIA, json={"vanity_name": "team"}).status_code == 204
    assert get_refusal(client.patch("/users/ben@example.com", json={"vanity_name": "team"})) == (400, 4100)


def test_an_assistant_is_another_person_and_new(client: httpx.Client) -> None:
    path = f"{MIA}/assistants"
    assert get_refusal(client.post(path, json={"assistants": [{"email": "mia@example.com"}]})) == (400, 200)
    assert client.post(path, json={"assistants": [{"email": "ada@example.com"}]}).status_code == 201
    assert get_refusal(client.post(path, json={"assistants": [{"email": "ada@example.com"}]})) == (400, 200)
