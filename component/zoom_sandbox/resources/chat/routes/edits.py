"""Send, edit and delete messages, and react to them. https://developers.zoom.us/docs/api/team-chat/#tag/chat-messages"""

from __future__ import annotations

from zoom_sandbox.errors import api_error
from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.resources.chat.delivery import deliver_message, resolve_destination
from zoom_sandbox.resources.chat.events import send_file_event, send_message_event, send_reaction_event
from zoom_sandbox.resources.chat.state.conversations import get_acting_user, require_message, require_own_message
from zoom_sandbox.resources.chat.state.files import ChatFiles, check_file_size

operations = Operations()

_ONE = "/chat/users/{userId}/messages/{messageId}"


@operations.handles("POST", "/chat/users/{userId}/messages")
def send_message(call: OperationCall) -> Payload:
    """Send a message to a contact or a channel, as a reply where the body names a main message."""
    user, body = get_acting_user(call), call.body
    conversation, main = resolve_destination(call, user)
    files = call.account.store(ChatFiles).get_own_ids(call, user)
    if not body["message"].strip() and not files:
        raise api_error("chat.messageMissing")
    if "scheduled_time" in body:
        raise api_error("chat.scheduledTimeUnsupported")
    return {"id": deliver_message(call, user, conversation, body["message"], main, files).id}


@operations.handles("POST", "/chat/users/{userId}/messages/files")
def send_file(call: OperationCall) -> Payload:
    """Send a file to a contact or a channel, in a message without text."""
    user = get_acting_user(call)
    conversation, main = resolve_destination(call, user)
    part = next((part for part in call.files if part.name == "files"), None)
    if part is None:
        raise api_error("chat.fileMissing", name="files")
    check_file_size(part)
    file = call.account.store(ChatFiles).add(user, part)
    send_file_event(call.account, "uploaded", user, [file])
    return {"id": deliver_message(call, user, conversation, "", main, [file.id]).id}


@operations.handles("PUT", _ONE)
def edit_message(call: OperationCall) -> None:
    """Change the text or the files of a user's own message."""
    message = require_own_message(call, call.body)
    text, files = call.body.get("message", message.text), call.account.store(ChatFiles)
    keys = files.get_own_ids(call, get_acting_user(call)) if "file_ids" in call.body else message.files
    if keys and not message.files:
        raise api_error("chat.filesNotAddable")
    if not ("message" in call.body or "file_ids" in call.body) or not (text.strip() or keys):
        raise api_error("chat.messageMissing")
    message.files = keys
    message.edit(_now(call), text, "Edited")
    send_message_event(call.account, "updated", get_acting_user(call), message)


@operations.handles("DELETE", _ONE)
def delete_message(call: OperationCall) -> None:
    """Delete a user's own message; lists show it on request."""
    message = require_own_message(call, call.query)
    send_message_event(call.account, "deleted", get_acting_user(call), message)
    message.files = []
    message.edit(_now(call), "", "Deleted")


@operations.handles("PATCH", f"{_ONE}/emoji_reactions")
def react(call: OperationCall) -> None:
    """Add an emoji to a message, or remove it."""
    user, body = get_acting_user(call), call.body
    message = require_message(call, user, body)
    emoji = body.get("emoji") or body.get("custom_emoji_id")
    if not emoji or "action" not in body:
        raise api_error("chat.emojiMissing")
    old_user_ids = message.reactions.pop(emoji, [])
    user_ids = [key for key in old_user_ids if key != user.id]
    if body["action"] == "add":
        user_ids.append(user.id)
    if user_ids:
        message.reactions[emoji] = user_ids
    if (user.id in old_user_ids) != (user.id in user_ids):
        send_reaction_event(call.account, "added" if user.id in user_ids else "removed", user, message, emoji)


def _now(call: OperationCall) -> int:
    return int(call.account.clock() * 1000)
