"""Pin, bookmark and mark messages; star channels and contacts.

https://developers.zoom.us/docs/api/team-chat/#tag/chat-messages
"""

from __future__ import annotations

from zoom_sandbox.errors import api_error
from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.paging import build_page
from zoom_sandbox.resources.chat.events import send_mark_event, send_star_event
from zoom_sandbox.resources.chat.serializers import serialize_main_message
from zoom_sandbox.resources.chat.state.conversations import (
    Chat,
    ChatMessage,
    get_acting_user,
    get_user,
    other_user_id,
    require_message,
    resolve_conversation,
    visibility_filter,
)
from zoom_sandbox.resources.chat.state.marks import Marks, Pin
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.times import format_time

operations = Operations()

_CHANNEL = "channel"


@operations.handles("PATCH", "/chat/channel/message/events")
def pin(call: OperationCall) -> None:
    """Pin a message to its channel, or unpin it."""
    user, marks, body = get_acting_user(call), call.account.store(Marks), call.body
    message = require_message(call, user, {"to_channel": body["channel_id"]}, body["message_id"])
    current_pin = marks.find_pin(message.id)
    if body["method"] == "pin":
        if current_pin is not None:
            raise call.error("chat.alreadyPinned", message_id=message.id)
        marks.pin(body["channel_id"], message.id, user)
        send_mark_event(call.account, "channel_pin_added", user, message)
    else:
        if current_pin is None:
            raise call.error("chat.notPinned", message_id=message.id)
        current_pin.is_current = False
        send_mark_event(call.account, "channel_pin_removed", user, message)


@operations.handles("GET", "/chat/channels/{channelId}/pinned")
def list_pinned(call: OperationCall) -> Payload:
    """Return a page of a channel's pinned messages, the newest pin first; on request with former pins."""
    chat = call.account.store(Chat)
    channel = chat.get_visible_channel(call, get_acting_user(call), call.path_params["channelId"])
    pins = [
        each
        for each in reversed(call.account.store(Marks).pins)
        if each.channel_id == channel.id
        and chat.has_message(each.message_id)
        and (each.is_current or call.query["include_history"])
    ]
    page = build_page(call, pins, Pin.sort_key, lambda each: _serialize_pin(each, chat.messages[each.message_id]))
    return {"channel_id": channel.id, **page}


@operations.handles("PATCH", "/chat/messages/bookmarks")
def bookmark(call: OperationCall) -> None:
    """Bookmark a message, or remove the bookmark."""
    user, body = get_acting_user(call), call.body
    if resolve_conversation(call, user, body) is None:
        raise api_error("chat.conversationMissing")
    message = require_message(call, user, body, call.query["message_id"])
    bookmarks = call.account.store(Marks).bookmarks_of(user)
    before = message.id in bookmarks
    if body["action"] == "add_bookmark":
        bookmarks[message.id] = None
    else:
        bookmarks.pop(message.id, None)
    if before != (message.id in bookmarks):
        send_mark_event(call.account, "bookmark_removed" if before else "bookmark_added", user, message)


@operations.handles("GET", "/chat/messages/bookmarks")
def list_bookmarks(call: OperationCall) -> Payload:
    """Return a page of the owner's bookmarks, of one conversation or all, the newest message first."""
    user, chat = get_acting_user(call), call.account.store(Chat)
    conversation, is_visible = resolve_conversation(call, user, call.query), visibility_filter(call, user)
    bookmarked = [chat.messages[key] for key in call.account.store(Marks).bookmarks_of(user) if chat.has_message(key)]
    messages = sorted(
        (each for each in bookmarked if is_visible(each) and conversation in (None, each.conversation)),
        key=ChatMessage.sort_key,
    )
    return build_page(call, messages, ChatMessage.sort_key, lambda message: _serialize_bookmark(call, user, message))


@operations.handles("PATCH", "/chat/users/{userId}/messages/{messageId}/status")
def mark(call: OperationCall) -> None:
    """Mark a message as read or unread."""
    user = get_acting_user(call)
    if resolve_conversation(call, user, call.body) is None:
        raise api_error("chat.conversationMissing")
    message, unread = require_message(call, user, call.body), call.account.store(Marks).unread_of(user)
    if call.body.get("action") == "unread":
        unread.add(message.id)
    else:
        unread.discard(message.id)


@operations.handles("PATCH", "/chat/users/{userId}/events")
def star(call: OperationCall) -> None:
    """Star a channel or a contact, or remove the star."""
    user, target = get_acting_user(call), call.body["params"]
    kind, key = target["target_type"], target["target_id"]
    if kind == _CHANNEL:
        key = call.account.store(Chat).get_joined_channel(call, user, key).id
        item = {"type": kind, "channel_id": key}
    else:
        contact = get_user(call, key)
        key = contact.id
        fields = {"contact_email": contact.email, "contact_id": key, "contact_member_id": key}
        item = {"type": kind, **fields, "is_external_user": False}
    starred = call.account.store(Marks).stars_of(user)
    before = (kind, key) in starred
    if call.body["method"] == "star":
        starred[kind, key] = None
    else:
        starred.pop((kind, key), None)
    if before != ((kind, key) in starred):
        send_star_event(call.account, "unstarred" if before else "starred", user, item)


def _serialize_pin(pin: Pin, message: ChatMessage) -> Payload:
    return {
        "message_id": message.id,
        "message": message.text,
        "message_timestamp": message.sent_at,
        "pinner_user_id": pin.user_id,
        "pinner_member_id": pin.user_id,
        "pinned_time": format_time(pin.created_at // 1000),
        "currently_pinned": pin.is_current,
        "pinned_by_external_user": False,
    }


def _serialize_bookmark(call: OperationCall, user: User, message: ChatMessage) -> Payload:
    payload: Payload = {
        "message": message.text,
        "message_id": message.id,
        "message_timestamp": message.sent_at,
        "is_sent_by_user": message.sender == user.id,
        **(serialize_main_message(call, message) if message.main_id else {}),
    }
    users = call.account.store(Users)
    if isinstance(message.conversation, str):
        sender = users.find(message.sender)
        return {
            **payload,
            "channel_id": message.conversation,
            "channel_name": call.account.store(Chat).channels[message.conversation].name,
            "sender_user_id": message.sender,
            "sender_member_id": message.sender,
            "sender_display_name": sender.display_name if sender else message.email,
        }
    key = other_user_id(user.id, message.conversation)
    peer = users.find(key)
    name = peer.display_name if peer else key
    return {**payload, "peer_contact_name": name, "peer_contact_user_id": key, "peer_contact_member_id": key}
