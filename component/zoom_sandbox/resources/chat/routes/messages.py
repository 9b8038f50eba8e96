"""Read messages: lists, searches, single messages and threads.

https://developers.zoom.us/docs/api/team-chat/#tag/chat-messages
"""

from __future__ import annotations

from zoom_sandbox.errors import api_error
from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.paging import build_page
from zoom_sandbox.resources.chat.search import matches_query
from zoom_sandbox.resources.chat.serializers import (
    serialize_message,
    serialize_single_message,
    serialize_thread_message,
)
from zoom_sandbox.resources.chat.state.conversations import (
    Chat,
    ChatMessage,
    get_acting_user,
    require_message,
    resolve_conversation,
    visibility_filter,
)
from zoom_sandbox.time_ranges import parse_end, parse_start

operations = Operations()

_ONE = "/chat/users/{userId}/messages/{messageId}"


@operations.handles("GET", "/chat/users/{userId}/messages")
def list_messages(call: OperationCall) -> Payload:
    """Return a page of the messages with a contact or in a channel, the newest first; a search may leave both out."""
    user, query = get_acting_user(call), call.query
    conversation, is_visible = resolve_conversation(call, user, query), visibility_filter(call, user)
    if conversation is None and "search_key" not in query:
        raise api_error("chat.searchScopeMissing")
    messages = [
        message
        for message in call.account.store(Chat).messages.values()
        if (is_visible(message) if conversation is None else message.conversation == conversation)
        and matches_query(call, message)
    ]
    messages.sort(key=ChatMessage.sort_key)
    page = build_page(call, messages, ChatMessage.sort_key, lambda message: serialize_message(call, message))
    return {**{name: query[name] for name in ("date",) if name in query}, **page}


@operations.handles("GET", _ONE)
def get_message(call: OperationCall) -> Payload:
    """Return a message."""
    message = require_message(call, get_acting_user(call), call.query)
    return serialize_single_message(call, message)


@operations.handles("GET", f"{_ONE}/thread")
def get_thread(call: OperationCall) -> Payload:
    """Return a message with its replies of a time range."""
    user, query = get_acting_user(call), call.query
    main = require_message(call, user, query)
    start = parse_start("from", query["from"])
    end = parse_end("to", query["to"]) if "to" in query else call.account.now()
    replies = [
        each
        for each in call.account.store(Chat).messages.values()
        if each.main_id == main.id and each.status != "Deleted" and start <= each.sent_at // 1000 <= end
    ]
    messages = sorted([*([main] if query["need_main_message"] else []), *replies], key=ChatMessage.sort_key)
    if query["sort"] == "asc":
        messages.reverse()
    page = messages[: query["limit"]]
    return {"total": len(messages), "messages": [serialize_thread_message(call, user, each) for each in page]}
