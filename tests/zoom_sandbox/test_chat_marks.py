"""Test pins, bookmarks, stars, mention groups, archived channels, searches, and chat sessions."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.support.sandbox_answers import get_json, get_refusal
from tests.zoom_sandbox.test_chat import ADA, MIA, create_channel, send

from zoom_sandbox import ManualClock

ME, MARCH = "/chat/users/me", {"from": "2026-03-01", "to": "2026-03-31"}


def create_own_channel(client: httpx.Client, *emails: str, **body: Any) -> str:
    members = [{"email": email} for email in emails]
    created = client.post(f"{ME}/channels", json={"name": "News", "members": members, **body})
    assert created.status_code == 201, created.text
    return str(created.json()["id"])


def test_a_message_is_pinned_and_unpinned(client: httpx.Client) -> None:
    key = create_own_channel(client)
    message = send(client, "Read this.", user=ME, to_channel=key)
    path = "/chat/channel/message/events"
    body = {"method": "pin", "message_id": message, "channel_id": key}
    assert client.patch(path, json=body).status_code == 204
    assert get_refusal(client.patch(path, json=body)) == (400, 3216)
    (pinned,) = get_json(client, f"/chat/channels/{key}/pinned")["messages"]
    assert (pinned["message"], pinned["currently_pinned"]) == ("Read this.", True)
    assert client.patch(path, json={**body, "method": "unpin"}).status_code == 204
    assert get_refusal(client.patch(path, json={**body, "method": "unpin"})) == (400, 3217)
    assert get_json(client, f"/chat/channels/{key}/pinned")["messages"] == []
    assert len(get_json(client, f"/chat/channels/{key}/pinned", include_history="true")["messages"]) == 1
    assert get_refusal(client.patch(path, json={**body, "message_id": "nothing"})) == (400, 5401)
    assert get_refusal(client.patch(path, json={**body, "channel_id": "nothing"})) == (400, 4130)
    client.delete(f"{ME}/messages/{message}", params={"to_channel": key})
    assert get_json(client, f"/chat/channels/{key}/pinned", include_history="true")["messages"] == []


def test_messages_are_bookmarked(client: httpx.Client, clock: ManualClock) -> None:
    key = create_own_channel(client)
    first = send(client, "In the channel.", user=ME, to_channel=key)
    clock.advance(60)
    second = send(client, "Just us.", user=ME, to_contact="ada@example.com")
    path = "/chat/messages/bookmarks"
    for message, where in ((first, {"to_channel": key}), (second, {"to_contact": "ada@example.com"})):
        body = {"action": "add_bookmark", **where}
        assert client.patch(path, params={"message_id": message}, json=body).status_code == 204
    assert [row["message"] for row in get_json(client, path)["bookmarks"]] == ["Just us.", "In the channel."]
    (row,) = get_json(client, path, to_contact="ada@example.com")["bookmarks"]
    assert (row["peer_contact_name"], row["is_sent_by_user"]) == ("Ada Admin", True)
    body = {"action": "remove_bookmark", "to_channel": key}
    assert client.patch(path, params={"message_id": first}, json=body).status_code == 204
    assert get_json(client, path, to_channel=key)["bookmarks"] == []
    assert get_refusal(client.patch(path, params={"message_id": "nothing"}, json=body)) == (404, 5401)
    assert get_refusal(client.patch(path, params={"message_id": first}, json={"action": "add_bookmark"})) == (400, 300)


def test_messages_are_marked_as_read_and_unread(client: httpx.Client) -> None:
    message = send(client, "Look.", to_contact="ada@example.com")
    path, to = f"{ADA}/messages/{message}/status", {"to_contact": "mia@example.com"}
    assert client.patch(path, json={"action": "unread", **to}).status_code == 204
    assert client.patch(path, json={"action": "read", **to}).status_code == 204
    assert get_refusal(client.patch(path, json={"action": "read"})) == (400, 300)
    assert get_refusal(client.patch(f"{ADA}/messages/nothing/status", json={"action": "read", **to})) == (400, 300)


def test_starred_sessions_are_listed(client: httpx.Client) -> None:
    key = create_channel(client)

    def star(method: str, kind: str, target: str) -> httpx.Response:
        params = {"target_type": kind, "target_id": target}
        return client.patch(f"{MIA}/events", json={"method": method, "params": params})

    assert star("star", "channel", key).status_code == star("star", "contact", "ada@example.com").status_code == 204
    matches = get_json(client, f"{MIA}/sessions", search_star="true")["sessions"]
    assert {(row["name"], row["type"]) for row in matches} == {("Launch", "groupchat"), ("Ada Admin", "1:1")}
    assert star("unstar", "channel", key).status_code == 204
    assert len(get_json(client, f"{MIA}/sessions", search_star="true")["sessions"]) == 1
    assert get_refusal(star("star", "channel", "nothing")) == (404, 4130)
    assert get_refusal(star("star", "contact", "nobody")) == (404, 1001)
    days = {"search_star": "true", "from": "2026-03-01T00:00:00Z"}
    assert get_refusal(client.get(f"{MIA}/sessions", params=days)) == (400, 300)


def test_mention_groups(client: httpx.Client) -> None:
    key = create_own_channel(client, "ada@example.com", "mia@example.com")
    path = f"/chat/channels/{key}/mention_group"
    body = {"mention_group_name": "Desk", "identifiers": ["ada@example.com"]}
    group = client.post(path, json=body).json()["mention_group_id"]
    assert get_refusal(client.post(path, json=body)) == (400, 200)
    assert get_refusal(
        client.post(path, json={**body, "mention_group_name": "B", "identifiers": ["ben@example.com"]})
    ) == (
        403,
        200,
    )
    one = f"{path}/{group}"
    assert client.patch(one, json={"mention_group_description": "News people."}).status_code == 204
    (row,) = get_json(client, path)["mention_group_list"]
    assert (row["mention_group_name"], row["mention_group_description"]) == ("Desk", "News people.")
    assert client.post(f"{one}/members", json={"identifiers": ["mia@example.com"]}).status_code == 201
    assert get_refusal(client.post(f"{one}/members", json={"identifiers": ["mia@example.com"]})) == (400, 5511)
    first = get_json(client, f"{one}/members", page_size=1)
    assert (first["has_more"], len(first["members"])) == (True, 1)
    assert client.delete(f"{one}/members", params={"identifiers": "mia@example.com"}).status_code == 204
    assert get_refusal(client.delete(f"{one}/members", params={"identifiers": "mia@example.com"})) == (400, 5510)
    assert [row["email"] for row in get_json(client, f"{one}/members")["members"]] == ["ada@example.com"]
    assert client.delete(one).status_code == 204
    assert get_refusal(client.delete(one)) == (404, 5508)
    for index in range(20):
        created = client.post(path, json={"mention_group_name": f"Group {index}", "identifiers": []})
        assert created.status_code == 201
    assert get_refusal(client.post(path, json=body)) == (400, 5506)
    assert get_refusal(client.get("/chat/channels/nothing/mention_group")) == (404, 4130)


def test_an_archived_channel_takes_no_messages(client: httpx.Client) -> None:
    key, others = create_own_channel(client), create_channel(client, type=3)

    def archive(method: str, *keys: str) -> list[dict[str, str]]:
        response = client.patch("/chat/channels/events", json={"method": method, "channel_ids": keys})
        return list(response.json()["failed_channels"])

    assert [each["error_code"] for each in archive("archive", key, others, "nothing")] == ["4130", "4130"]
    assert [each["error_code"] for each in archive("archive", key)] == ["3205"]
    body = {"message": "Hello?", "to_channel": key}
    assert get_refusal(client.post(f"{ME}/messages", json=body)) == (400, 5420)
    assert archive("unarchive", key) == []
    assert client.post(f"{ME}/messages", json=body).status_code == 201


def test_channels_are_searched(client: httpx.Client) -> None:
    for index in range(3):
        create_own_channel(client, name=f"News {index}", type=3)

    def search(needle: dict[str, Any], haystack: str = "all", **more: Any) -> Any:
        response = client.post("/chat/channels/search", json={"needle": needle, "haystack": haystack, **more})
        assert response.status_code == 200, response.text
        return response.json()

    words = {"search_type": "by_channel_name", "keywords": ["news"]}
    first = search(words, page_size=2)
    rest = search(words, page_size=2, next_page_token=first["next_page_token"])
    assert [row["name"] for row in first["channels"] + rest["channels"]] == ["News 0", "News 1", "News 2"]
    exact = {"search_type": "by_channel_name_exact_match", "channel_name": "news 1"}
    assert [row["name"] for row in search(exact)["channels"]] == ["News 1"]
    assert search(words, "user_joined", user_id="mia@example.com")["channels"] == []
    assert len(search(words, "public", user_id="mia@example.com")["channels"]) == 3
    token = {"needle": words, "haystack": "all", "next_page_token": "nothing"}
    assert get_refusal(client.post("/chat/channels/search", json=token)) == (400, 300)
    empty = {"needle": {**words, "keywords": []}, "haystack": "all"}
    assert get_refusal(client.post("/chat/channels/search", json=empty)) == (400, 300)


def test_sessions_are_listed_and_reported(client: httpx.Client, clock: ManualClock) -> None:
    key = create_channel(client)
    edited = send(client, "Helo.", to_channel=key)
    deleted = send(client, "Oops.", to_channel=key)
    clock.advance(5)
    send(client, "Lunch?", to_contact="ada@example.com")
    client.put(f"{MIA}/messages/{edited}", json={"message": "Hello.", "to_channel": key})
    client.delete(f"{MIA}/messages/{deleted}", params={"to_channel": key})
    assert [row["name"] for row in get_json(client, f"{MIA}/sessions")["sessions"]] == ["Ada Admin", "Launch"]
    assert [row["name"] for row in get_json(client, f"{MIA}/sessions", type="groupchat")["sessions"]] == ["Launch"]
    rows = {row["name"]: row for row in get_json(client, "/report/chat/sessions", **MARCH)["sessions"]}
    assert sorted(rows["Launch"]["member_emails"]) == ["ada@example.com", "mia@example.com"]
    fields = {"include_fields": "edited_messages,deleted_messages"}
    message = get_json(client, f"/report/chat/sessions/{rows['Launch']['id']}", **MARCH, **fields)
    assert [row["message"] for row in message["messages"]] == ["Hello."]
    assert ([row["id"] for row in message["edited_messages"]], [row["id"] for row in message["deleted_messages"]]) == (
        [edited],
        [deleted],
    )
    assert get_refusal(client.get("/report/chat/sessions/nothing", params=MARCH)) == (400, 300)


def test_a_reply_to_a_reply_is_refused(client: httpx.Client) -> None:
    main = send(client, "Who comes?", to_contact="ada@example.com")
    reply = send(client, "I.", to_contact="ada@example.com", reply_main_message_id=main)
    body = {"message": "Me too.", "to_contact": "ada@example.com", "reply_main_message_id": reply}
    assert get_refusal(client.post(f"{MIA}/messages", json=body)) == (400, 5402)


@pytest.mark.parametrize("ids", ["", ",".join(f"c{index}" for index in range(51))])
def test_several_channels_are_deleted_at_once(client: httpx.Client, ids: str) -> None:
    keys = [create_channel(client) for _ in range(2)]
    path = f"{MIA}/channels"
    expected = (400, 4301) if ids else (400, 4300)
    assert get_refusal(client.delete(path, params={"channel_ids": ids or ","})) == expected
    assert get_refusal(client.delete(path, params={"channel_ids": "nothing"})) == (404, 4400)
    assert get_refusal(client.delete(f"{ADA}/channels", params={"channel_ids": keys[0]})) == (403, 4100)
    assert client.delete(path, params={"channel_ids": ",".join(keys)}).status_code == 202
    assert get_refusal(client.get(f"{path}/{keys[0]}")) == (404, 4130)


def test_several_members_are_removed_at_once(client: httpx.Client) -> None:
    key = create_channel(client)
    path = f"{MIA}/channels/{key}"
    client.post(f"{path}/members", json={"members": [{"email": "ben@example.com"}]})
    client.post(f"{path}/admins", json={"admins": [{"email": "ada@example.com"}]})
    admins = {"admin_ids": "ada@example.com", "user_ids": "ada@example.com"}
    assert client.delete(f"{path}/admins", params=admins).status_code == 204
    assert get_refusal(client.delete(f"{path}/admins", params=admins)) == (400, 5301)
    both = {"identifiers": "ada@example.com,ben@example.com"}
    assert client.delete(f"{path}/members", params=both).status_code == 204
    assert get_refusal(client.delete(f"{path}/members", params=both)) == (400, 5301)
    assert get_refusal(client.delete(f"{path}/members", params={"identifiers": "mia@example.com"})) == (400, 5301)
    many = ",".join(f"p{index}" for index in range(21))
    assert get_refusal(client.delete(f"{path}/members", params={"identifiers": many})) == (400, 300)
