"""Messages, to be read: by conversation, by search, one by one, by thread.

https://developers.zoom.us/docs/api/team-chat/#tag/chat-messages
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoom_component.sandbox.pages import page
from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.refusal import invalid
from zoom_component.sandbox.resources.chat.state import Chat, Message, message_of, person, place, sees
from zoom_component.sandbox.resources.users import User, Users
from zoom_component.sandbox.spans import begins, ends
from zoom_component.sandbox.times import day_of, stamp

_ONE = "/chat/users/{userId}/messages/{messageId}"


@plays("GET", "/chat/users/{userId}/messages")
def list_messages(call: Call) -> Payload:
    """The messages of a person with a contact or in a channel, the newest first; a search may leave both out."""
    user, query = person(call), call.query
    where, visible = place(call, user, query), sees(call, user)
    if where is None and "search_key" not in query:
        raise invalid(("to_contact", "Give to_contact or to_channel, or search with search_key."))
    found = [
        message
        for message in call.world.part(Chat).messages.values()
        if (visible(message) if where is None else message.place == where) and _wanted(query, message)
    ]
    found.sort(key=_order)
    users = call.world.part(Users)
    answer = page(call, found, _order, lambda message: _row(users, message))
    return {**{name: query[name] for name in ("date",) if name in query}, **answer}


@plays("GET", _ONE)
def get_message(call: Call) -> Payload:
    """One message."""
    message = message_of(call, person(call), call.query)
    row = _row(call.world.part(Users), message)
    del row["status"]
    given = [
        {"emoji": emoji, "total_count": len(ids), "user_ids": ids, "member_ids": ids}
        for emoji, ids in message.reactions.items()
    ]
    return {**row, "reactions": given}


@plays("GET", f"{_ONE}/thread")
def get_thread(call: Call) -> Payload:
    """A message with those that answer it, within a time."""
    user, query = person(call), call.query
    main = message_of(call, user, query)
    begin = begins("from", query["from"])
    close = ends("to", query["to"]) if "to" in query else call.world.now()
    replies = [
        each
        for each in call.world.part(Chat).messages.values()
        if each.main == main.id and each.status != "Deleted" and begin <= each.when // 1000 <= close
    ]
    found = sorted([*([main] if query["need_main_message"] else []), *replies], key=_order)
    if query["sort"] == "asc":
        found.reverse()
    shown = found[: query["limit"]]
    return {"total": len(found), "messages": [_in_thread(call, user, each) for each in shown]}


def _wanted(query: Mapping[str, Any], message: Message) -> bool:
    """Whether a message is of the kind and time that a list asks for."""
    if message.status == "Deleted" and not query["include_deleted_and_edited_message"]:
        return False
    if message.main and query["exclude_child_message"]:
        return False
    if query.get("search_type") == "file" or query.get("search_key", "").lower() not in message.text.lower():
        return False
    when = message.when // 1000
    if "date" in query:
        return bool(day_of(when).isoformat() == query["date"])
    begin, close = query.get("from"), query.get("to")
    return (not begin or begins("from", begin) <= when) and (not close or when <= ends("to", close))


def _order(message: Message) -> tuple[int, int]:
    return message.order


def _row(users: Users, message: Message) -> Payload:
    sender = users.find(message.sender)
    shown: dict[str, Any] = {
        "id": message.id,
        "message": message.text,
        "sender": sender.email if sender else message.email,
        "send_member_id": message.sender,
        "sender_display_name": sender.display_name if sender else message.email,
        "date_time": stamp(message.when // 1000),
        "timestamp": message.when,
        "message_type": "plain_text_message",
        "status": message.status,
    }
    if message.main:
        shown["reply_main_message_id"] = message.main
    if message.reactions:
        shown["reactions"] = [
            {"emoji": emoji, "total_count": len(ids), "senders": [{"user_id": key, "member_id": key} for key in ids]}
            for emoji, ids in message.reactions.items()
        ]
    return shown


def _in_thread(call: Call, user: User, message: Message) -> Payload:
    row = _row(call.world.part(Users), message)
    shown = {
        "msg_id": message.id,
        "message": message.text,
        "is_reply": bool(message.main),
        "timestamp": message.when,
        "sender_user_id": message.sender,
        "sender_email": row["sender"],
        "sender_display_name": row["sender_display_name"],
        "message_type": row["message_type"],
    }
    if call.query["need_emoji"]:
        shown["reactions"] = [
            {"emoji_id": emoji, "count": len(ids), "is_sender": user.id in ids}
            for emoji, ids in message.reactions.items()
        ]
    return shown
