"""Store channels and messages, and find those that a call names."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zoom_sandbox.account import Account
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.seed import read_seed, resolve_moment

OWNER, ADMIN, MEMBER = "owner", "admin", "member"
PUBLIC = (3, 5)  # the types of channels that every user can find
GROUP_CHAT = 4
# The id of a channel, or the ids of two users; of one user for notes.
ConversationKey = str | frozenset[str]


@dataclass(slots=True)
class Channel:
    """Hold a channel; `members` are the ids of users with their roles, in the order in which they joined."""

    number: int
    id: str
    name: str
    type: int
    members: dict[str, str]
    settings: dict[str, Any] = field(default_factory=lambda: {"posting_permissions": 1, "add_member_permissions": 1})
    is_archived: bool = False


@dataclass(slots=True)
class ChatMessage:
    """Hold a message.

    `conversation` is the id of a channel, or the ids of two users (of one, for notes); `sent_at` is epoch milliseconds;
    `reactions` are emoji with the ids of the users who added them; `files` are ids.
    """

    number: int
    id: str
    conversation: ConversationKey
    sender: str
    email: str
    sent_at: int
    text: str
    main_id: str = ""
    status: str = "Normal"
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    changed_at: int = 0

    def sort_key(self) -> tuple[int, int]:
        """Return the sort key of lists, the newest first."""
        return (-self.sent_at, -self.number)

    def edit(self, changed_at: int, text: str, status: str) -> None:
        """Change the text and the status, at a time in epoch milliseconds."""
        self.text, self.status, self.changed_at = text, status, changed_at


class Chat:
    """Store the account's channels and messages."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._number = 0
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, ChatMessage] = {}
        self._users = account.store(Users)
        for row in read_seed("chat")["channels"]:
            first, *others = (self._user_id(email) for email in row["members"])
            self.create_channel(row["id"], row["name"], row["type"], {first: OWNER, **dict.fromkeys(others, MEMBER)})
        for row in sorted(read_seed("chat")["messages"], key=lambda row: (-row["days_ago"], row["at"])):
            to = (
                row["to"]
                if row["to"] in self.channels
                else frozenset({self._user_id(row["from"]), self._user_id(row["to"])})
            )
            sent_at = resolve_moment(account.started_at, row["days_ago"], row["at"]) * 1000
            self._add_message(
                ChatMessage(0, row["id"], to, self._user_id(row["from"]), row["from"], sent_at, row["text"])
            )

    def create_channel(self, key: str, name: str, type_: int, members: dict[str, str]) -> Channel:
        """Add a channel and return it."""
        self._number += 1
        self.channels[key] = Channel(self._number, key, name, type_, members)
        return self.channels[key]

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with its messages."""
        del self.channels[channel.id]
        self.messages = {key: each for key, each in self.messages.items() if each.conversation != channel.id}

    def create_message(
        self, sender: User, conversation: ConversationKey, text: str, main: str, files: list[str]
    ) -> ChatMessage:
        """Add a message with files and return it; `main` is the id of the message that it replies to."""
        key, sent_at = self._account.ids.next_guid().upper(), int(self._account.clock() * 1000)
        return self._add_message(
            ChatMessage(0, key, conversation, sender.id, sender.email, sent_at, text, main, files=files)
        )

    def has_message(self, key: str) -> bool:
        """Return whether a message with an id exists and is not deleted."""
        return key in self.messages and self.messages[key].status != "Deleted"

    def channels_of(self, user: User) -> list[Channel]:
        """Return the channels of a user."""
        return [channel for channel in self.channels.values() if user.id in channel.members]

    def remove_user(self, user: User, heirs: Mapping[str, User]) -> None:
        """Remove a user from all channels."""
        for channel in self.channels.values():
            channel.members.pop(user.id, None)

    def get_visible_channel(self, call: OperationCall, user: User, key: str) -> Channel:
        """Return a channel that a user can see. Raises ApiError (404/4130 where listed) for any other."""
        channel = self.channels.get(key)
        if channel is None or (user.id not in channel.members and channel.type not in PUBLIC):
            raise call.error("chat.channelNotFound", channel_id=key)
        return channel

    def get_joined_channel(self, call: OperationCall, user: User, key: str) -> Channel:
        """Return a channel that a user is in. Raises ApiError for any other."""
        channel = self.get_visible_channel(call, user, key)
        if user.id not in channel.members:
            raise call.error("chat.notInChannel", channel_id=key)
        return channel

    def _add_message(self, message: ChatMessage) -> ChatMessage:
        self._number += 1
        message.number = self._number
        self.messages[message.id] = message
        return message

    def _user_id(self, email: str) -> str:
        user = self._users.find(email)
        return user.id if user else email


def get_acting_user(call: OperationCall) -> User:
    """Return the user of the path, or the owner of the account if the path has none."""
    users = call.account.store(Users)
    return users.get(call) if "userId" in call.path_params else users.owner


def get_user(call: OperationCall, key: str) -> User:
    """Return the user with an id or email. Raises ApiError (404/1001 where listed)."""
    user = call.account.store(Users).find(key)
    if user is None:
        raise call.error("users.otherUserNotFound", user=key)
    return user


def resolve_conversation(call: OperationCall, user: User, params: Mapping[str, Any]) -> ConversationKey | None:
    """Return the conversation of `to_channel` or `to_contact`; None without both."""
    if key := params.get("to_channel"):
        return call.account.store(Chat).get_joined_channel(call, user, key).id
    if key := params.get("to_contact"):
        return frozenset({user.id, get_user(call, key).id})
    return None


def session_id(conversation: ConversationKey) -> str:
    """Return the id of a conversation: the channel's, or a hash of the users' ids."""
    return (
        conversation
        if isinstance(conversation, str)
        else hashlib.sha256("".join(sorted(conversation)).encode()).hexdigest()
    )


def other_user_id(user_id: str, conversation: frozenset[str]) -> str:
    """Return the id of the other user of a conversation; the user's own in notes."""
    return next((key for key in sorted(conversation) if key != user_id), user_id)


def split_ids(text: str) -> list[str]:
    """Return the ids of a comma-separated query parameter."""
    return list(dict.fromkeys(key.strip() for key in text.split(",") if key.strip()))


def get_managed_channel(call: OperationCall, user: User, key: str = "") -> Channel:
    """Return the channel with an id, or the path's, if the user is its owner or admin.

    Raises ApiError (403/200) for any other.
    """
    channel = call.account.store(Chat).get_visible_channel(call, user, key or call.path_params["channelId"])
    if channel.members.get(user.id) not in (OWNER, ADMIN):
        raise call.error("chat.notChannelAdmin")
    return channel


def visibility_filter(call: OperationCall, user: User) -> Callable[[ChatMessage], bool]:
    """Return a function that returns whether a user can see a message."""
    own_ids = {channel.id for channel in call.account.store(Chat).channels_of(user)}
    return lambda message: (
        message.conversation in own_ids if isinstance(message.conversation, str) else user.id in message.conversation
    )


def require_message(call: OperationCall, user: User, params: Mapping[str, Any], key: str = "") -> ChatMessage:
    """Return the message with an id, or the path's, in the conversation that `params` names, if any.

    Raises ApiError for any other.
    """
    key, conversation = key or call.path_params["messageId"], resolve_conversation(call, user, params)
    message = call.account.store(Chat).messages.get(key)
    if (
        message is None
        or message.status == "Deleted"
        or not visibility_filter(call, user)(message)
        or conversation not in (None, message.conversation)
    ):
        raise call.error("chat.messageNotFound", message_id=key)
    return message


def require_own_message(call: OperationCall, params: Mapping[str, Any]) -> ChatMessage:
    """Return the message of the path. Raises ApiError if another user sent it."""
    user = get_acting_user(call)
    message = require_message(call, user, params)
    if message.sender != user.id:
        raise call.error("chat.notOwnMessage")
    return message
