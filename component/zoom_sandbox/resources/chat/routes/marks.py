"""What people mark: messages pinned, bookmarked, read and unread, and channels and contacts starred.

https://developers.zoom.us/docs/api/team-chat/#tag/chat-messages
"""

from __future__ import annotations

from zoom_sandbox.pages import page
from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.chat import faults
from zoom_sandbox.resources.chat.announced import mark_told, star_told
from zoom_sandbox.resources.chat.shown import main_of
from zoom_sandbox.resources.chat.state.conversations import (
    Chat,
    Message,
    known,
    message_of,
    other,
    person,
    place,
    sees,
)
from zoom_sandbox.resources.chat.state.marks import Marks, Pin
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.times import stamp

_CHANNEL = "channel"


@plays("PATCH", "/chat/channel/message/events")
def pin(call: Call) -> None:
    """Pin a message to its channel, or take it down."""
    user, marks, body = person(call), call.world.part(Marks), call.body
    message = message_of(call, user, {"to_channel": body["channel_id"]}, body["message_id"])
    held = marks.pinned(message.id)
    if body["method"] == "pin":
        if held is not None:
            raise faults.pinned(call, message.id)
        marks.pin(body["channel_id"], message.id, user)
        mark_told(call.world, "channel_pin_added", user, message)
    else:
        if held is None:
            raise faults.not_pinned(call, message.id)
        held.current = False
        mark_told(call.world, "channel_pin_removed", user, message)


@plays("GET", "/chat/channels/{channelId}/pinned")
def list_pinned(call: Call) -> Payload:
    """The messages pinned to a channel, the newest pin first; those taken down too when asked for."""
    chat = call.world.part(Chat)
    channel = chat.channel(call, person(call), call.ids["channelId"])
    found = [
        each
        for each in reversed(call.world.part(Marks).pins)
        if each.channel == channel.id
        and chat.is_there(each.message)
        and (each.current or call.query["include_history"])
    ]
    answer = page(call, found, _newest, lambda each: _pinned(each, chat.messages[each.message]))
    return {"channel_id": channel.id, **answer}


@plays("PATCH", "/chat/messages/bookmarks")
def bookmark(call: Call) -> None:
    """Bookmark a message, or take the bookmark away."""
    user, body = person(call), call.body
    if place(call, user, body) is None:
        raise faults.no_conversation()
    message = message_of(call, user, body, call.query["message_id"])
    bookmarks = call.world.part(Marks).bookmarked(user)
    before = message.id in bookmarks
    if body["action"] == "add_bookmark":
        bookmarks[message.id] = None
    else:
        bookmarks.pop(message.id, None)
    if before != (message.id in bookmarks):
        mark_told(call.world, "bookmark_removed" if before else "bookmark_added", user, message)


@plays("GET", "/chat/messages/bookmarks")
def list_bookmarks(call: Call) -> Payload:
    """The messages that the owner bookmarked, of one conversation or all, the newest message first."""
    user, chat = person(call), call.world.part(Chat)
    where, visible = place(call, user, call.query), sees(call, user)
    kept = [chat.messages[key] for key in call.world.part(Marks).bookmarked(user) if chat.is_there(key)]
    found = sorted((each for each in kept if visible(each) and where in (None, each.place)), key=_order)
    return page(call, found, _order, lambda message: _bookmarked(call, user, message))


@plays("PATCH", "/chat/users/{userId}/messages/{messageId}/status")
def mark(call: Call) -> None:
    """Mark a message as read or unread."""
    user = person(call)
    if place(call, user, call.body) is None:
        raise faults.no_conversation()
    message, unread = message_of(call, user, call.body), call.world.part(Marks).to_read(user)
    if call.body.get("action") == "unread":
        unread.add(message.id)
    else:
        unread.discard(message.id)


@plays("PATCH", "/chat/users/{userId}/events")
def star(call: Call) -> None:
    """Star a channel or a contact, or take the star away; lists of sessions can be asked for those alone."""
    user, target = person(call), call.body["params"]
    kind, key = target["target_type"], target["target_id"]
    if kind == _CHANNEL:
        key = call.world.part(Chat).visited(call, user, key).id
        item = {"type": kind, "channel_id": key}
    else:
        contact = known(call, key)
        key = contact.id
        about = {"contact_email": contact.email, "contact_id": key, "contact_member_id": key}
        item = {"type": kind, **about, "is_external_user": False}
    starred = call.world.part(Marks).starred(user)
    before = (kind, key) in starred
    if call.body["method"] == "star":
        starred[kind, key] = None
    else:
        starred.pop((kind, key), None)
    if before != ((kind, key) in starred):
        star_told(call.world, "unstarred" if before else "starred", user, item)


def _pinned(pin: Pin, message: Message) -> Payload:
    return {
        "message_id": message.id,
        "message": message.text,
        "message_timestamp": message.when,
        "pinner_user_id": pin.user,
        "pinner_member_id": pin.user,
        "pinned_time": stamp(pin.when // 1000),
        "currently_pinned": pin.current,
        "pinned_by_external_user": False,
    }


def _bookmarked(call: Call, user: User, message: Message) -> Payload:
    shown: Payload = {
        "message": message.text,
        "message_id": message.id,
        "message_timestamp": message.when,
        "is_sent_by_user": message.sender == user.id,
        **(main_of(call, message) if message.main else {}),
    }
    users = call.world.part(Users)
    if isinstance(message.place, str):
        sender = users.find(message.sender)
        return {
            **shown,
            "channel_id": message.place,
            "channel_name": call.world.part(Chat).channels[message.place].name,
            "sender_user_id": message.sender,
            "sender_member_id": message.sender,
            "sender_display_name": sender.display_name if sender else message.email,
        }
    key = other(user.id, message.place)
    peer = users.find(key)
    name = peer.display_name if peer else key
    return {**shown, "peer_contact_name": name, "peer_contact_user_id": key, "peer_contact_member_id": key}


def _newest(pin: Pin) -> int:
    return pin.order


def _order(message: Message) -> tuple[int, int]:
    return message.order
