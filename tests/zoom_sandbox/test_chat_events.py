"""Test the events of team chat. The listener of the account checks every body against its schema."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.zoom_sandbox.test_chat import ADA, MIA, create_channel, send

from zoom_sandbox import Sandbox

Events = list[dict[str, Any]]


@pytest.fixture
def events(sandbox: Sandbox) -> Events:
    heard: Events = []
    sandbox.add_listener(heard.append)
    return heard


def list_names(events: Events) -> list[str]:
    matches = [body["event"] for body in events]
    events.clear()
    return matches


def test_channel_events(client: httpx.Client, events: Events) -> None:
    key = create_channel(client, type=3)
    created = events[0]["payload"]
    assert [each["display_name"] for each in created["object"]["members"]] == ["Mia Member", "Ada Admin"]
    assert created["operator"] == "mia@example.com"
    path = f"{MIA}/channels/{key}"
    client.patch(path, json={"name": "Relaunch"})
    client.post(f"{path}/members", json={"members": [{"email": "ben@example.com"}, {"email": "ada@example.com"}]})
    assert [each["display_name"] for each in events[-1]["payload"]["object"]["members"]] == ["Ben Basic"]
    client.post(f"{path}/members", json={"members": [{"email": "ben@example.com"}]})
    client.delete(f"{path}/members/ben@example.com")
    client.post(f"/chat/channels/{key}/members/me")
    client.post(f"/chat/channels/{key}/members/me")
    client.delete(f"/chat/channels/{key}/members/me")
    client.delete(path)
    expected = ["created", "updated", "member_invited", "member_removed", "member_joined", "member_left", "deleted"]
    assert list_names(events) == [f"chat_channel.{each}" for each in expected]


def test_message_events_in_a_channel(client: httpx.Client, events: Events) -> None:
    key = create_channel(client)
    events.clear()
    main = send(client, "Who comes?", to_channel=key)
    details = events[0]["payload"]["object"]
    assert (details["type"], details["channel_name"], details["message"]) == ("to_channel", "Launch", "Who comes?")
    send(client, "I.", user=ADA, to_channel=key, reply_main_message_id=main)
    assert events[2]["payload"]["object"]["parent_msg_id"] == main
    emoji = {"emoji": "U+1F44D", "to_channel": key}
    for action in ("add", "add", "remove"):
        client.patch(f"{MIA}/messages/{main}/emoji_reactions", json={**emoji, "action": action})
    client.put(f"{MIA}/messages/{main}", json={"message": "Who?", "to_channel": key})
    client.delete(f"{MIA}/messages/{main}", params={"to_channel": key})
    assert list_names(events) == [
        "chat_message.sent",
        "team_chat.channel_message_posted",
        "chat_message.replied",
        "team_chat.channel_message_posted",
        "team_chat.channel_reaction_added",
        "team_chat.channel_reaction_removed",
        "chat_message.updated",
        "team_chat.channel_message_updated",
        "chat_message.deleted",
        "team_chat.channel_message_deleted",
    ]


def test_message_and_file_events_between_two_users(client: httpx.Client, events: Events) -> None:
    form = {"to_contact": "ada@example.com"}
    client.post(f"{MIA}/messages/files", files={"files": ("plan.png", b"PNG")}, data=form)
    assert list_names(events[:0]) == []
    shared = events[1]["payload"]["object"]
    assert (shared["contact_email"], shared["files"][0]["OS_file_type"]) == ("ada@example.com", "png")
    key = shared["files"][0]["file_id"]
    client.delete(f"/chat/files/{key}")
    assert list_names(events) == [
        "team_chat.file_uploaded",
        "team_chat.file_shared",
        "chat_message.sent",
        "team_chat.dm_message_posted",
        "team_chat.file_deleted",
    ]


def test_mark_events(client: httpx.Client, events: Events) -> None:
    created = client.post("/chat/users/me/channels", json={"name": "News"}).json()["id"]
    message = send(client, "Read this.", user="/chat/users/me", to_channel=created)
    events.clear()
    for method in ("pin", "unpin"):
        body = {"method": method, "message_id": message, "channel_id": created}
        client.patch("/chat/channel/message/events", json=body)
    for action in ("add_bookmark", "add_bookmark", "remove_bookmark"):
        body = {"action": action, "to_channel": created}
        client.patch("/chat/messages/bookmarks", params={"message_id": message}, json=body)
    for method in ("star", "star", "unstar"):
        params = {"target_id": "ada@example.com", "target_type": "contact"}
        client.patch("/chat/users/me/events", json={"method": method, "params": params})
    for method in ("archive", "unarchive"):
        client.patch("/chat/channels/events", json={"method": method, "channel_ids": [created]})
    expected = ["channel_pin_added", "channel_pin_removed", "bookmark_added", "bookmark_removed"]
    expected += ["starred", "unstarred", "channel_archived", "channel_unarchived"]
    assert list_names(events) == [f"team_chat.{each}" for each in expected]
