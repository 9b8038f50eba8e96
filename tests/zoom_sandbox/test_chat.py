"""Test team chat: channels, their members, and messages."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.support.sandbox_answers import get_json, get_refusal

from zoom_sandbox import ManualClock

MIA, ADA = "/chat/users/mia@example.com", "/chat/users/ada@example.com"


def create_channel(client: httpx.Client, **body: Any) -> str:
    created = client.post(f"{MIA}/channels", json={"name": "Launch", "members": [{"email": "ada@example.com"}], **body})
    assert created.status_code == 201, created.text
    return str(created.json()["id"])


def send(client: httpx.Client, text: str, user: str = MIA, **recipient: Any) -> str:
    sent = client.post(f"{user}/messages", json={"message": text, **recipient})
    assert sent.status_code == 201, sent.text
    return str(sent.json()["id"])


def list_texts(client: httpx.Client, user: str = MIA, **query: Any) -> list[str]:
    return [row["message"] for row in get_json(client, f"{user}/messages", **query)["messages"]]


def test_a_channel_is_created_updated_and_deleted(client: httpx.Client) -> None:
    key = create_channel(client)
    path = f"{MIA}/channels/{key}"
    assert "Launch" in [row["name"] for row in get_json(client, f"{ADA}/channels")["channels"]]
    change = {"name": "Relaunch", "channel_settings": {"posting_permissions": 2, "x": 1}}
    assert client.patch(path, json=change).status_code == 204
    matches = get_json(client, path)
    assert (matches["name"], matches["channel_settings"]["posting_permissions"]) == ("Relaunch", 2)
    assert client.delete(path).status_code == 204
    assert get_refusal(client.get(path)) == (404, 4130)
    assert get_refusal(client.post(f"{MIA}/channels", json={"type": 1})) == (400, 300)
    assert client.post(f"{MIA}/channels", json={"type": 4, "members": [{"email": "x@y.org"}]}).status_code == 404


def test_only_members_see_a_private_channel(client: httpx.Client) -> None:
    private, public = create_channel(client, type=1), create_channel(client, type=3)
    assert get_refusal(client.get(f"/chat/channels/{private}")) == (404, 4130)  # the owner of the account is not in it
    assert get_json(client, f"/chat/channels/{public}")["type"] == 3
    assert client.post(f"/chat/channels/{public}/members/me").status_code == 201
    roles = {row["email"]: row["role"] for row in get_json(client, f"{MIA}/channels/{public}/members")["members"]}
    assert roles == {"mia@example.com": "owner", "ada@example.com": "member", "owner@example.com": "member"}
    assert client.delete(f"/chat/channels/{public}/members/me").is_success
    assert get_refusal(client.post(f"/chat/channels/{private}/members/me")) == (400, 5301)


def test_only_owner_and_admins_manage_a_channel(client: httpx.Client) -> None:
    key = create_channel(client)
    assert get_refusal(client.patch(f"{ADA}/channels/{key}", json={"name": "Mine"})) == (403, 200)
    assert client.post(f"{MIA}/channels/{key}/admins", json={"admins": [{"email": "ada@example.com"}]}).is_success
    assert client.patch(f"{ADA}/channels/{key}", json={"name": "Ours"}).status_code == 204
    admins = [row["email"] for row in get_json(client, f"{MIA}/channels/{key}/admins")["admins"]]
    assert admins == ["ada@example.com", "mia@example.com"]
    stranger = {"admins": [{"email": "ben@example.com"}]}
    assert get_refusal(client.post(f"{MIA}/channels/{key}/admins", json=stranger)) == (400, 300)


def test_members_are_added_and_removed(client: httpx.Client) -> None:
    path = f"{MIA}/channels/{create_channel(client)}/members"
    added = client.post(path, json={"members": [{"email": "ben@example.com"}]})
    assert (added.status_code, added.json()["ids"]) == (201, "Ben-Sandbox-0000000004")
    first = get_json(client, path, page_size=2)
    rest = get_json(client, path, page_size=2, next_page_token=first["next_page_token"])
    assert len({row["id"] for row in first["members"] + rest["members"]}) == first["total_records"] == 3
    assert client.delete(f"{path}/ben@example.com").status_code == 204
    assert get_refusal(client.delete(f"{path}/ben@example.com")) == (400, 5301)
    assert get_refusal(client.delete(f"{path}/mia@example.com")) == (400, 5301)  # she owns it


def test_a_message_is_sent_edited_and_deleted(client: httpx.Client) -> None:
    key = create_channel(client)
    message = send(client, "Helo.", to_channel=key)
    path = f"{MIA}/messages/{message}"
    assert client.put(path, json={"message": "Hello.", "to_channel": key}).status_code == 204
    row = get_json(client, f"{ADA}/messages", to_channel=key)["messages"][0]
    assert (row["message"], row["status"], row["sender"]) == ("Hello.", "Edited", "mia@example.com")
    assert get_refusal(client.put(f"{ADA}/messages/{message}", json={"message": "x", "to_channel": key})) == (400, 200)
    assert client.delete(path, params={"to_channel": key}).status_code == 204
    assert list_texts(client, to_channel=key) == []
    stored = get_json(client, f"{MIA}/messages", to_channel=key, include_deleted_and_edited_message="true")["messages"]
    assert [(each["status"], each["message"]) for each in stored] == [("Deleted", "")]
    assert get_refusal(client.get(path, params={"to_channel": key})) == (400, 300)


def test_two_users_share_one_conversation(client: httpx.Client) -> None:
    message = send(client, "Lunch?", to_contact="ada@example.com")
    send(client, "Yes.", user=ADA, to_contact="mia@example.com")
    assert list_texts(client, to_contact="ada@example.com") == ["Yes.", "Lunch?"]
    assert list_texts(client, user="/chat/users/me", search_key="lunch") == []
    assert get_refusal(client.get(f"/chat/users/me/messages/{message}")) == (400, 300)
    assert get_refusal(client.post(f"{MIA}/messages", json={"message": "x", "to_contact": "nobody"})) == (404, 1001)
    for bad in ({"message": "x"}, {"message": " ", "to_contact": "ada@example.com"}):
        assert get_refusal(client.post(f"{MIA}/messages", json=bad)) == (400, 300)


def test_a_thread_has_a_message_and_its_replies(client: httpx.Client, clock: ManualClock) -> None:
    key = create_channel(client)
    main = send(client, "Who comes?", to_channel=key)
    for index in range(3):
        clock.advance(60)
        send(client, f"Me {index}", user=ADA, to_channel=key, reply_main_message_id=main)
    path, since = f"{MIA}/messages/{main}/thread", "2026-03-10T11:00:00Z"
    thread = get_json(client, path, **{"from": since}, to_channel=key)
    assert [each["message"] for each in thread["messages"]] == ["Me 2", "Me 1", "Me 0", "Who comes?"]
    asc = get_json(client, path, **{"from": since}, to_channel=key, sort="asc", limit=2, need_main_message="false")
    assert (asc["total"], [each["message"] for each in asc["messages"]]) == (3, ["Me 0", "Me 1"])
    assert list_texts(client, to_channel=key, exclude_child_message="true") == ["Who comes?"]
    other = {"message": "x", "to_contact": "ada@example.com", "reply_main_message_id": main}
    assert get_refusal(client.post(f"{MIA}/messages", json=other)) == (400, 300)


def test_emoji_are_added_and_removed(client: httpx.Client) -> None:
    key = create_channel(client)
    message = send(client, "Done.", to_channel=key)
    for user, action, count in ((ADA, "add", 1), (ADA, "add", 1), (MIA, "add", 2), (ADA, "remove", 1)):
        body = {"action": action, "emoji": "U+1F44D", "to_channel": key}
        assert client.patch(f"{user}/messages/{message}/emoji_reactions", json=body).status_code == 204
        matches = get_json(client, f"{MIA}/messages/{message}", to_channel=key)["reactions"]
        assert [(each["emoji"], each["total_count"]) for each in matches] == [("U+1F44D", count)]


@pytest.mark.parametrize("size", [1, 3, 50])
def test_pages_of_messages_miss_none(client: httpx.Client, size: int) -> None:
    key, token = create_channel(client), ""
    sent = [send(client, f"{index}", to_channel=key) for index in range(7)]
    walked: list[str] = []
    while True:
        page = get_json(client, f"{MIA}/messages", to_channel=key, page_size=size, next_page_token=token)
        walked += [row["id"] for row in page["messages"]]
        if not (token := page["next_page_token"]):
            break
    assert walked == sent[::-1]


def test_contacts_are_the_other_users(client: httpx.Client) -> None:
    rows = get_json(client, "/chat/users/me/contacts", page_size=50)["contacts"]
    assert [row["email"] for row in rows] == ["ada@example.com", "mia@example.com", "ben@example.com"]
    matches = get_json(client, "/chat/users/me/contacts/ada@example.com", query_presence_status="true")
    assert (matches["first_name"], matches["presence_status"]) == ("Ada", "Available")
    assert get_refusal(client.get("/chat/users/me/contacts/nobody")) == (404, 1001)
    assert get_json(client, "/chat/users/me/contacts", type="external")["contacts"] == []


def test_a_new_email_keeps_the_conversation(client: httpx.Client) -> None:
    send(client, "Lunch?", to_contact="ada@example.com")
    client.put("/users/mia@example.com/email", json={"email": "maria@example.com"})
    row = get_json(client, f"{ADA}/messages", to_contact="maria@example.com")["messages"][0]
    assert (row["message"], row["sender"]) == ("Lunch?", "maria@example.com")
