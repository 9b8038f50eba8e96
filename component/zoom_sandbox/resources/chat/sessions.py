"""Conversations as lists and reports tell of them; none is kept: each follows from what was said."""

from __future__ import annotations

from dataclasses import dataclass

from zoom_sandbox.account import Account
from zoom_sandbox.errors import api_error
from zoom_sandbox.operations import OperationCall, Payload
from zoom_sandbox.resources.chat.serializers import serialize_single_message
from zoom_sandbox.resources.chat.state.conversations import Channel, Chat, ChatMessage, other_user_id, session_id
from zoom_sandbox.resources.chat.state.marks import Marks
from zoom_sandbox.resources.users.state import User, Users

_NOT_REPORTED = ("message_type", "send_member_id", "file_id", "file_name", "file_size", "download_url")


@dataclass(frozen=True, slots=True)
class ChatSession:
    """One conversation: in a channel, or between `people`, by id. `last` is when somebody spoke, epoch milliseconds."""

    id: str
    channel: Channel | None
    user_ids: tuple[str, ...]
    last_sent: int

    def has_user(self, user: User) -> bool:
        """Whether a person takes part."""
        return user.id in self.user_ids

    def get_emails(self, call: OperationCall) -> list[str]:
        """The addresses of those who take part and are in the account."""
        found = [call.account.store(Users).find(key) for key in self.user_ids]
        return [user.email for user in found if user is not None]

    def get_name(self, call: OperationCall) -> str:
        """The channel's name, or those of the people."""
        if self.channel is not None:
            return self.channel.name
        found = [call.account.store(Users).find(key) for key in self.user_ids]
        return ", ".join(user.display_name for user in found if user is not None)


def session_order(session: ChatSession) -> tuple[int, str]:
    """Its place in a list, the newest first."""
    return (-session.last_sent, session.id)


def find_sessions(account: Account, begin: int, close: int) -> list[ChatSession]:
    """The conversations in which something was said between two moments, the newest first."""
    chat, last = account.store(Chat), dict[str | frozenset[str], int]()
    for message in chat.messages.values():
        if begin <= message.sent_at // 1000 <= close:
            last[message.conversation] = max(last.get(message.conversation, 0), message.sent_at)
    return sorted((_build_session(chat, place, when) for place, when in last.items()), key=session_order)


def find_starred_sessions(call: OperationCall, user: User) -> list[ChatSession]:
    """The conversations that a person starred."""
    chat, found = call.account.store(Chat), []
    for kind, key in call.account.store(Marks).stars_of(user):
        if kind == "contact":
            found.append(_build_session(chat, frozenset({user.id, key}), 0))
        elif key in chat.channels:
            found.append(_build_session(chat, key, 0))
    return sorted(found, key=session_order)


def find_session_messages(call: OperationCall, key: str) -> list[ChatMessage]:
    """The messages of the conversation with an id, the newest first. Refuses an unknown one."""
    chat = call.account.store(Chat)
    found = [each for each in chat.messages.values() if session_id(each.conversation) == key]
    if not found and key not in chat.channels:
        raise api_error("chat.sessionNotFound", session_id=key)
    return sorted(found, key=lambda message: message.sort_key)


def serialize_reported_message(call: OperationCall, message: ChatMessage) -> Payload:
    """A message as a report tells of it."""
    shown = serialize_single_message(call, message)
    left_out = _NOT_REPORTED if call.query["include_reactions"] else (*_NOT_REPORTED, "reactions")
    about = {"receiver": _receiver_name(call, message), "sender_member_id": message.sender, "is_sender_external": False}
    return {**{name: value for name, value in shown.items() if name not in left_out}, **about}


def serialize_changed_message(call: OperationCall, message: ChatMessage) -> Payload:
    """A message that was edited or taken back, with the moment at which it was."""
    shown = {name: value for name, value in serialize_reported_message(call, message).items() if name != "reactions"}
    return {**shown, "action_timestamp": message.changed_at}


def serialize_peer(call: OperationCall, user: User, session: ChatSession) -> Payload:
    """Whom a person talks with."""
    key = other_user_id(user.id, frozenset(session.user_ids))
    peer = call.account.store(Users).find(key)
    ids = {"peer_contact_user_id": key, "peer_contact_member_id": key}
    return {"name": peer.display_name, "peer_contact_email": peer.email, **ids} if peer else {"name": key, **ids}


def _receiver_name(call: OperationCall, message: ChatMessage) -> str:
    if isinstance(message.conversation, str):
        return call.account.store(Chat).channels[message.conversation].name
    peer = call.account.store(Users).find(other_user_id(message.sender, message.conversation))
    return peer.email if peer else ""


def _build_session(chat: Chat, place: str | frozenset[str], last: int) -> ChatSession:
    if isinstance(place, str):
        channel = chat.channels[place]
        return ChatSession(place, channel, tuple(channel.members), last)
    return ChatSession(session_id(place), None, tuple(sorted(place)), last)
