"""Test the administration of users: status, email, settings, assistants, roles, groups and transfers."""

from __future__ import annotations

import httpx
import pytest
from tests.support.sandbox_answers import get_json, get_refusal

from zoom_sandbox.response_schemas import response_schema
from zoom_sandbox.seed import read_seed as seed

MIA, ADA, BEN = "/users/mia@example.com", "/users/ada@example.com", "/users/ben@example.com"


def test_a_user_is_deactivated_and_activated(client: httpx.Client) -> None:
    for action, status in (("deactivate", "inactive"), ("activate", "active")):
        assert client.put(f"{MIA}/status", json={"action": action}).is_success
        assert get_json(client, MIA)["status"] == status
        rows = get_json(client, "/users", status=status)["users"]
        assert "mia@example.com" in [row["email"] for row in rows]


@pytest.mark.parametrize(
    ("user", "action", "code"),
    [
        ("me", "deactivate", (400, 200)),
        ("ada@example.com", "deactivate", (400, 200)),
        ("pia@example.com", "activate", (400, 200)),
        ("mia@example.com", "clock_in", (400, 2033)),
        ("mia@example.com", "dance", (400, 300)),
        ("nobody@example.com", "activate", (404, 1001)),
    ],
)
def test_some_users_keep_their_status(client: httpx.Client, user: str, action: str, code: tuple[int, int]) -> None:
    assert get_refusal(client.put(f"/users/{user}/status", json={"action": action})) == code


def test_a_new_email_replaces_the_old_one(client: httpx.Client) -> None:
    assert client.put(f"{MIA}/email", json={"email": "maria@example.com"}).status_code == 204
    assert get_refusal(client.get(MIA)) == (404, 1001)
    assert get_json(client, "/users/MARIA@example.com")["id"] == "Mia-Sandbox-0000000003"
    assert get_refusal(client.put("/users/maria@example.com/email", json={"email": "ada@example.com"})) == (400, 1000)
    taken = [
        get_json(client, "/users/email", email=each)["existed_email"]
        for each in ("maria@example.com", "mia@example.com")
    ]
    assert taken == [True, False]


@pytest.mark.parametrize(("password", "status"), [("Correct1horse", 204), ("short1", 400), ("onlyletters", 400)])
def test_a_password_has_rules(client: httpx.Client, password: str, status: int) -> None:
    assert client.put(f"{MIA}/password", json={"password": password}).status_code == status


def test_tokens_permissions_and_counts(client: httpx.Client) -> None:
    assert get_json(client, "/users/me/zak")["token"] != get_json(client, f"{MIA}/token", type="zak")["token"]
    assert client.delete(f"{MIA}/token").status_code == 204
    client.patch(MIA, json={"vanity_name": "mia"})
    assert [get_json(client, "/users/vanity_name", vanity_name=each)["existed"] for each in ("mia", "leo")] == [
        True,
        False,
    ]
    counts = get_json(client, "/users/summary")
    assert (counts["total_users_count"], counts["licensed_users_count"], counts["pending_users_count"]) == (6, 3, 1)


def test_an_update_changes_only_its_own_settings(client: httpx.Client) -> None:
    before = get_json(client, f"{MIA}/settings")
    assert before["feature"]["webinar"] is True
    change = {"schedule_meeting": {"host_video": True, "no_such": 1}, "in_meeting": {"chat": False}}
    assert client.patch(f"{MIA}/settings", json=change).status_code == 204
    after = get_json(client, f"{MIA}/settings")
    assert (after["schedule_meeting"].pop("host_video"), before["schedule_meeting"].pop("host_video")) == (True, False)
    assert (after["in_meeting"].pop("chat"), before["in_meeting"].pop("chat")) == (False, True)
    assert after == before
    assert get_json(client, f"{ADA}/settings")["in_meeting"]["chat"] is True
    few = get_json(client, f"{MIA}/settings", custom_query_fields="host_video,chat")
    assert few == {"schedule_meeting": {"host_video": True}, "in_meeting": {"chat": False}}


def test_settings_by_option(client: httpx.Client) -> None:
    query = {"option": "meeting_security"}
    change = {"meeting_security": {"waiting_room": False}}
    assert client.patch(f"{MIA}/settings", params=query, json=change).status_code == 204
    assert get_json(client, f"{MIA}/settings", **query)["meeting_security"]["waiting_room"] is False
    assert get_json(client, f"{MIA}/settings", option="meeting_authentication")["meeting_authentication"] is False
    query = {"option": "recording_authentication"}
    client.patch(f"{MIA}/settings", params=query, json={"recording_authentication": True})
    assert get_json(client, f"{MIA}/settings", **query)["recording_authentication"] is True


def test_default_user_settings_are_settings_of_zoom() -> None:
    known = response_schema("GET", "/users/{userId}/settings")["anyOf"][0]["properties"]
    for part, settings in seed("user_settings")["all"].items():
        assert set(settings) - set(known[part]["properties"]) == set()


def test_assistants_and_schedulers_are_two_sides(client: httpx.Client) -> None:
    added = client.post(f"{MIA}/assistants", json={"assistants": [{"email": "ada@example.com"}]})
    assert (added.status_code, added.json()["ids"]) == (201, "Ada-Sandbox-0000000002")
    assert [row["email"] for row in get_json(client, f"{MIA}/assistants")["assistants"]] == ["ada@example.com"]
    assert [row["email"] for row in get_json(client, f"{ADA}/schedulers")["schedulers"]] == ["mia@example.com"]
    assert client.delete(f"{ADA}/schedulers/mia@example.com").status_code == 204
    assert get_refusal(client.delete(f"{MIA}/assistants/ada@example.com")) == (404, 1001)
    assert get_refusal(client.delete(f"{ADA}/schedulers/mia@example.com")) == (404, 1001)
    basic = {"assistants": [{"email": "ada@example.com"}, {"email": "ben@example.com"}]}
    assert get_refusal(client.post(f"{MIA}/assistants", json=basic)) == (400, 200)
    for path in (f"{MIA}/assistants", f"{ADA}/schedulers"):
        client.post(f"{MIA}/assistants", json={"assistants": [{"id": "Ada-Sandbox-0000000002"}]})
        assert client.delete(path).status_code == 204
        assert get_json(client, f"{MIA}/assistants")["assistants"] == []


def test_a_role_is_created_assigned_and_removed(client: httpx.Client) -> None:
    assert client.post("/roles", json={"name": "Auditor", "privileges": ["Report:Read"]}).json() == {}
    role = get_json(client, "/roles")["roles"][-1]
    path = f"/roles/{role['id']}"
    assert (role["name"], role["total_members"]) == ("Auditor", 0)
    assert client.patch(path, json={"description": "Reads reports."}).status_code == 200
    people = {"members": [{"email": "mia@example.com"}, {"id": "Ben-Sandbox-0000000004"}]}
    assert client.post(f"{path}/members", json=people).status_code == 201
    assert [row["email"] for row in get_json(client, f"{path}/members")["members"]] == [
        "mia@example.com",
        "ben@example.com",
    ]
    assert get_json(client, MIA)["role_name"] == "Auditor"
    assert get_json(client, f"{MIA}/permissions")["permissions"] == ["Report:Read"]
    assert [row["email"] for row in get_json(client, "/users", role_id=role["id"])["users"]] == [
        "mia@example.com",
        "ben@example.com",
    ]
    assert client.delete(f"{path}/members/mia@example.com").status_code == 204
    matches = get_json(client, path)
    assert (matches["total_members"], matches["description"]) == (1, "Reads reports.")
    assert client.delete(path).is_success
    assert get_json(client, BEN)["role_name"] == "Member"
    assert get_refusal(client.get(path)) == (400, 1034)


def test_role_names_are_unique_and_the_owner_keeps_the_role(client: httpx.Client) -> None:
    assert get_refusal(client.post("/roles", json={"name": "Admin"})) == (400, 1224)
    assert get_refusal(client.patch("/roles/1", json={"name": "Owner"})) == (400, 1224)
    assert get_refusal(client.delete("/roles/1")) == (400, 200)
    assert get_refusal(client.post("/roles/1/members", json={"members": [{"email": "owner@example.com"}]})) == (
        400,
        200,
    )
    assert get_refusal(client.delete("/roles/1/members/ben@example.com")) == (400, 1034)


def test_a_group_is_created_filled_and_deleted(client: httpx.Client) -> None:
    created = client.post("/groups", json={"name": "Design"})
    assert created.status_code == 201
    path = f"/groups/{created.json()['id']}"
    people = {"members": [{"email": "mia@example.com"}, {"id": "Ben-Sandbox-0000000004"}]}
    for _ in range(2):
        assert client.post(f"{path}/members", json=people).status_code == 201
    assert get_json(client, path)["total_members"] == 2
    first = get_json(client, f"{path}/members", page_size=1)
    rest = get_json(client, f"{path}/members", page_size=1, next_page_token=first["next_page_token"])
    assert [row["email"] for row in first["members"] + rest["members"]] == ["mia@example.com", "ben@example.com"]
    assert get_json(client, MIA)["group_ids"] == [created.json()["id"]]
    assert client.patch(path, json={"name": "Product Design"}).status_code == 204
    assert [row["name"] for row in get_json(client, "/groups")["groups"]] == ["Product Design"]
    assert client.delete(f"{path}/members/ben@example.com").status_code == 204
    assert get_refusal(client.delete(f"{path}/members/ben@example.com")) == (404, 4131)
    assert client.delete(path).status_code == 204
    assert get_json(client, MIA)["group_ids"] == []
    assert get_refusal(client.get(path)) == (404, 4130)


def test_members_move_between_groups(client: httpx.Client) -> None:
    ids = [client.post("/groups", json={"name": name}).json()["id"] for name in ("A", "B")]
    client.post(f"/groups/{ids[0]}/members", json={"members": [{"email": "mia@example.com"}]})
    member = f"/groups/{ids[0]}/members/mia@example.com"
    assert client.patch(member, json={"action": "move", "target_group_id": ids[1]}).status_code == 204
    assert get_json(client, MIA)["group_ids"] == [ids[1]]
    assert get_refusal(client.patch(member, json={"action": "move", "target_group_id": ids[1]})) == (404, 4131)
    client.post(f"/groups/{ids[0]}/members", json={"members": [{"email": "mia@example.com"}]})
    assert client.patch(member, json={"action": "set_primary"}).status_code == 204
    assert get_json(client, MIA)["group_ids"] == ids
    assert get_refusal(client.patch(member, json={"action": "move"})) == (400, 300)
    assert get_refusal(client.patch(member, json={"action": "move", "target_group_id": "x"})) == (404, 4130)


def test_groups_have_admins_and_unique_names(client: httpx.Client) -> None:
    path = f"/groups/{client.post('/groups', json={'name': 'A'}).json()['id']}"
    assert get_refusal(client.post("/groups", json={"name": "A"})) == (409, 4132)
    assert get_refusal(client.post("/groups", json={"name": " "})) == (400, 300)
    assert client.post(f"{path}/admins", json={"admins": [{"email": "ada@example.com"}]}).status_code == 201
    assert get_json(client, f"{path}/admins")["admins"] == [{"email": "ada@example.com", "name": "Ada Admin"}]
    assert get_refusal(client.post(f"{path}/admins", json={"admins": [{"email": "x@example.com"}]})) == (400, 300)
    assert get_refusal(client.delete(f"{path}/admins/mia@example.com")) == (400, 4138)
    assert client.delete(f"{path}/admins/ada@example.com").status_code == 204
    assert get_json(client, f"{path}/admins")["total_records"] == 0


def test_a_deleted_user_is_removed_everywhere(client: httpx.Client) -> None:
    path = f"/groups/{client.post('/groups', json={'name': 'A'}).json()['id']}"
    for name in ("members", "admins"):
        client.post(f"{path}/{name}", json={name: [{"email": "ada@example.com"}]})
    client.post(f"{MIA}/assistants", json={"assistants": [{"email": "ada@example.com"}]})
    assert client.delete(ADA, params={"action": "delete"}).status_code == 204
    assert get_json(client, path)["total_members"] == 0
    assert get_json(client, f"{path}/admins")["admins"] == []
    assert get_json(client, f"{MIA}/assistants")["assistants"] == []
