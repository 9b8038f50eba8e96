"""Resolve where a message goes, and deliver it."""

from __future__ import annotations

from zoom_sandbox.errors import api_error
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.chat.events import send_file_event, send_message_event
from zoom_sandbox.resources.chat.state.conversations import Chat, ChatMessage, ConversationKey, resolve_conversation
from zoom_sandbox.resources.chat.state.files import ChatFiles
from zoom_sandbox.resources.users.state import User


def resolve_destination(call: OperationCall, user: User) -> tuple[ConversationKey, str]:
    """Return the conversation of a body, and the id of the message that it replies to ("" for none)."""
    chat, conversation = call.account.store(Chat), resolve_conversation(call, user, call.body)
    if conversation is None:
        raise api_error("chat.recipientMissing")
    if isinstance(conversation, str) and chat.channels[conversation].is_archived:
        raise call.error("chat.channelArchived")
    main = call.body.get("reply_main_message_id", "")
    if main and (main not in chat.messages or chat.messages[main].conversation != conversation):
        raise api_error("chat.mainMessageNotFound")
    if main and chat.messages[main].main_id:
        raise call.error("chat.replyToReply")
    return conversation, main


def deliver_message(
    call: OperationCall, user: User, conversation: ConversationKey, text: str, main: str, files: list[str]
) -> ChatMessage:
    """Create a message with files, and send its events."""
    message = call.account.store(Chat).create_message(user, conversation, text, main, files)
    if files:
        send_file_event(call.account, "shared", user, call.account.store(ChatFiles).files_of(message), message)
    send_message_event(call.account, "replied" if main else "sent", user, message)
    return message
