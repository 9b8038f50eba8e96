"""Derive chat sessions from messages: nothing is stored for them."""

from __future__ import annotations

from dataclasses import dataclass

from zoom_sandbox.account import Account
from zoom_sandbox.errors import api_error
from zoom_sandbox.operations import OperationCall, Payload
from zoom_sandbox.resources.chat.serializers import serialize_single_message
from zoom_sandbox.resources.chat.state.conversations import (
    Channel,
    Chat,
    ChatMessage,
    ConversationKey,
    other_user_id,
    session_id,
)
from zoom_sandbox.resources.chat.state.marks import Marks
from zoom_sandbox.resources.users.state import User, Users

_NOT_REPORTED = ("message_type", "send_member_id", "file_id", "file_name", "file_size", "download_url")


@dataclass(frozen=True, slots=True)
class ChatSession:
    """Hold one session: in a channel, or between users. `last_sent` is epoch milliseconds."""

    id: str
    channel: Channel | None
    user_ids: tuple[str, ...]
    last_sent: int

    def has_user(self, user: User) -> bool:
        """Return whether a user takes part."""
        return user.id in self.user_ids

    def get_emails(self, call: OperationCall) -> list[str]:
        """Return the emails of the users of the account who take part."""
        users = [call.account.store(Users).find(key) for key in self.user_ids]
        return [user.email for user in users if user is not None]

    def get_name(self, call: OperationCall) -> str:
        """Return the name of the channel, or the names of the users."""
        if self.channel is not None:
            return self.channel.name
        users = [call.account.store(Users).find(key) for key in self.user_ids]
        return ", ".join(user.display_name for user in users if user is not None)


def session_order(session: ChatSession) -> tuple[int, str]:
    """Return the sort key of lists, the newest first."""
    return (-session.last_sent, session.id)


def find_sessions(account: Account, start: int, end: int) -> list[ChatSession]:
    """Return the sessions with messages between two moments, the newest first."""
    chat, last_sent = account.store(Chat), dict[ConversationKey, int]()
    for message in chat.messages.values():
        if start <= message.sent_at // 1000 <= end:
            last_sent[message.conversation] = max(last_sent.get(message.conversation, 0), message.sent_at)
    return sorted(
        (_build_session(chat, conversation, sent_at) for conversation, sent_at in last_sent.items()), key=session_order
    )


def find_starred_sessions(call: OperationCall, user: User) -> list[ChatSession]:
    """Return the sessions that a user starred."""
    chat, sessions = call.account.store(Chat), []
    for kind, key in call.account.store(Marks).stars_of(user):
        if kind == "contact":
            sessions.append(_build_session(chat, frozenset({user.id, key}), 0))
        elif key in chat.channels:
            sessions.append(_build_session(chat, key, 0))
    return sorted(sessions, key=session_order)


def find_session_messages(call: OperationCall, session_key: str) -> list[ChatMessage]:
    """Return the messages of a session, the newest first. Raises ApiError for an unknown one."""
    chat = call.account.store(Chat)
    messages = [each for each in chat.messages.values() if session_id(each.conversation) == session_key]
    if not messages and session_key not in chat.channels:
        raise api_error("chat.sessionNotFound", session_id=session_key)
    return sorted(messages, key=ChatMessage.sort_key)


def serialize_reported_message(call: OperationCall, message: ChatMessage) -> Payload:
    """Return a message as reports show it."""
    payload = serialize_single_message(call, message)
    omitted = _NOT_REPORTED if call.query["include_reactions"] else (*_NOT_REPORTED, "reactions")
    fields = {
        "receiver": _receiver_name(call, message),
        "sender_member_id": message.sender,
        "is_sender_external": False,
    }
    return {**{name: value for name, value in payload.items() if name not in omitted}, **fields}


def serialize_changed_message(call: OperationCall, message: ChatMessage) -> Payload:
    """Return an edited or deleted message with the time of the change."""
    payload = {name: value for name, value in serialize_reported_message(call, message).items() if name != "reactions"}
    return {**payload, "action_timestamp": message.changed_at}


def serialize_peer(call: OperationCall, user: User, session: ChatSession) -> Payload:
    """Return the other user of a session of two."""
    key = other_user_id(user.id, frozenset(session.user_ids))
    peer = call.account.store(Users).find(key)
    ids = {"peer_contact_user_id": key, "peer_contact_member_id": key}
    return {"name": peer.display_name, "peer_contact_email": peer.email, **ids} if peer else {"name": key, **ids}


def _receiver_name(call: OperationCall, message: ChatMessage) -> str:
    if isinstance(message.conversation, str):
        return call.account.store(Chat).channels[message.conversation].name
    peer = call.account.store(Users).find(other_user_id(message.sender, message.conversation))
    return peer.email if peer else ""


def _build_session(chat: Chat, conversation: ConversationKey, last_sent: int) -> ChatSession:
    if isinstance(conversation, str):
        channel = chat.channels[conversation]
        return ChatSession(conversation, channel, tuple(channel.members), last_sent)
    return ChatSession(session_id(conversation), None, tuple(sorted(conversation)), last_sent)
