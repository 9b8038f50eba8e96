"""Team chat: channels and messages, to be read. https://developers.zoom.us/docs/api/team-chat/"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zoom_component.sandbox.pages import page
from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.refusal import invalid
from zoom_component.sandbox.resources.users import User, Users
from zoom_component.sandbox.seed import moment, read
from zoom_component.sandbox.times import day_of, instant, is_day, stamp
from zoom_component.sandbox.world import World

Message = tuple[int, dict[str, Any]]


class Chat:
    """The channels, and the messages with their time in epoch seconds, the newest first."""

    def __init__(self, world: World) -> None:
        chat = read("chat")
        self.channels: list[dict[str, Any]] = chat["channels"]
        rows = [(moment(world.began, row["days_ago"], row["at"]), row) for row in chat["messages"]]
        self.messages: list[Message] = sorted(rows, key=_newest)


@plays("GET", "/chat/users/{userId}/channels")
def list_channels(call: Call) -> Payload:
    """The channels in which a person is."""
    found = _channels(call, call.world.part(Users).get(call))
    return page(call, found, lambda channel: channel["id"], _channel)


@plays("GET", "/chat/users/{userId}/messages")
def list_messages(call: Call) -> Payload:
    """The messages of a person with a contact or in a channel, the newest first; a search may leave both out."""
    user = call.world.part(Users).get(call)
    belongs = _conversation(call, user)
    wanted = call.query.get("search_key", "").lower()
    found = [
        message
        for message in call.world.part(Chat).messages
        if belongs(message[1]) and wanted in message[1]["text"].lower() and _in_time(call, message[0])
    ]
    users = call.world.part(Users)
    answer = page(call, found, _newest, lambda message: _message(users, *message))
    return {**{name: call.query[name] for name in ("date",) if name in call.query}, **answer}


def _channels(call: Call, user: User) -> list[dict[str, Any]]:
    return [channel for channel in call.world.part(Chat).channels if user.email in channel["members"]]


def _conversation(call: Call, user: User) -> Callable[[dict[str, Any]], bool]:
    """Which messages the call is about. Refuses when it names neither contact nor channel, or an unknown one."""
    contact, channel = call.query.get("to_contact"), call.query.get("to_channel")
    mine = {each["id"] for each in _channels(call, user)}
    if channel:
        if channel not in mine:
            raise call.refuse(f"The channel does not exist: {channel}.", (404, 4130))
        return lambda row: bool(row["to"] == channel)
    if contact:
        other = call.world.part(Users).find(contact)
        if other is None:
            raise call.refuse(f"User does not exist: {contact}.", (404, 1001))
        pair = {user.email, other.email}
        return lambda row: {row["from"], row["to"]} == pair
    if "search_key" not in call.query:
        raise invalid(("to_contact", "Give to_contact or to_channel, or search with search_key."))
    return lambda row: row["to"] in mine or user.email in (row["from"], row["to"])


def _in_time(call: Call, when: int) -> bool:
    query = call.query
    if "date" in query:
        return bool(day_of(when).isoformat() == query["date"])
    begin, close = query.get("from"), query.get("to")
    return (not begin or _edge(begin, "00:00:00") <= when) and (not close or when <= _edge(close, "23:59:59"))


def _edge(text: str, hour: str) -> int:
    return instant(f"{text}T{hour}Z" if is_day(text) else text)


def _newest(message: Message) -> tuple[int, str]:
    return (-message[0], message[1]["id"])


def _channel(row: dict[str, Any]) -> Payload:
    return {
        "id": row["id"],
        "jid": f"{row['id']}@conference.xmpp.zoom.us",
        "name": row["name"],
        "type": row["type"],
        "channel_settings": {"posting_permissions": 1, "add_member_permissions": 1},
    }


def _message(users: Users, when: int, row: dict[str, Any]) -> Payload:
    sender = users.find(row["from"])
    return {
        "id": row["id"],
        "message": row["text"],
        "sender": row["from"],
        "sender_display_name": sender.display_name if sender else row["from"],
        "date_time": stamp(when),
        "timestamp": when * 1000,
        "message_type": "plain_text_message",
        "status": "Normal",
    }
