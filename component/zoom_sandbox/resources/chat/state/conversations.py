"""Channels and messages as the account keeps them; people are kept by their ids."""

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
PUBLIC = (3, 5)  # the types of channels that anybody finds
GROUP_CHAT = 4


@dataclass(slots=True)
class Channel:
    """A channel; `members` are ids of people with their roles, in the order in which they came."""

    number: int
    id: str
    name: str
    type: int
    members: dict[str, str]
    settings: dict[str, Any] = field(default_factory=lambda: {"posting_permissions": 1, "add_member_permissions": 1})
    archived: bool = False


@dataclass(slots=True)
class ChatMessage:
    """A message. `place` is a channel's id or the ids of two people (or of one, who writes notes); `when` is epoch
    milliseconds.

    `reactions` are emoji with the ids of those who gave them, `files` are ids.
    """

    number: int
    id: str
    conversation: str | frozenset[str]
    sender: str
    email: str
    sent_at: int
    text: str
    main_id: str = ""
    status: str = "Normal"
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    changed_at: int = 0

    @property
    def sort_key(self) -> tuple[int, int]:
        """Its place in a list, the newest first."""
        return (-self.sent_at, -self.number)

    def edit(self, when: int, text: str, status: str) -> None:
        """Change what it says, at epoch milliseconds."""
        self.text, self.status, self.changed_at = text, status, when


class Chat:
    """The account's channels and messages."""

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
            when = resolve_moment(account.started_at, row["days_ago"], row["at"]) * 1000
            self._add_message(ChatMessage(0, row["id"], to, self._user_id(row["from"]), row["from"], when, row["text"]))

    def create_channel(self, key: str, name: str, type_: int, members: dict[str, str]) -> Channel:
        """Make a channel."""
        self._number += 1
        self.channels[key] = Channel(self._number, key, name, type_, members)
        return self.channels[key]

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with what was written there."""
        del self.channels[channel.id]
        self.messages = {key: each for key, each in self.messages.items() if each.conversation != channel.id}

    def create_message(
        self, sender: User, place: str | frozenset[str], text: str, main: str, files: list[str]
    ) -> ChatMessage:
        """Write a message with files, as an answer to another where `main` is its id."""
        key, when = self._account.ids.next_guid().upper(), int(self._account.clock() * 1000)
        return self._add_message(ChatMessage(0, key, place, sender.id, sender.email, when, text, main, files=files))

    def has_message(self, key: str) -> bool:
        """Whether there is a message with an id that nobody took back."""
        return key in self.messages and self.messages[key].status != "Deleted"

    def channels_of(self, user: User) -> list[Channel]:
        """The channels in which a person is."""
        return [channel for channel in self.channels.values() if user.id in channel.members]

    def remove_user(self, user: User, heirs: Mapping[str, User]) -> None:
        """Remove a user from all channels."""
        for channel in self.channels.values():
            channel.members.pop(user.id, None)

    def get_visible_channel(self, call: OperationCall, user: User, key: str) -> Channel:
        """The channel with an id that a person can see. Refuses (404/4130 where listed) any other."""
        found = self.channels.get(key)
        if found is None or (user.id not in found.members and found.type not in PUBLIC):
            raise call.error("chat.channelNotFound", channel_id=key)
        return found

    def get_joined_channel(self, call: OperationCall, user: User, key: str) -> Channel:
        """The channel with an id in which a person is. Refuses any other."""
        found = self.get_visible_channel(call, user, key)
        if user.id not in found.members:
            raise call.error("chat.notInChannel", channel_id=key)
        return found

    def _add_message(self, message: ChatMessage) -> ChatMessage:
        self._number += 1
        message.number = self._number
        self.messages[message.id] = message
        return message

    def _user_id(self, email: str) -> str:
        user = self._users.find(email)
        return user.id if user else email


def get_acting_user(call: OperationCall) -> User:
    """Who acts: the person of the path; the account's owner where the path has none."""
    users = call.account.store(Users)
    return users.get(call) if "userId" in call.path_params else users.owner


def get_user(call: OperationCall, key: str) -> User:
    """The person with an id or email. Refuses 404/1001 where it is listed."""
    found = call.account.store(Users).find(key)
    if found is None:
        raise call.error("users.otherUserNotFound", user=key)
    return found


def resolve_conversation(call: OperationCall, user: User, params: Mapping[str, Any]) -> str | frozenset[str] | None:
    """The conversation that `to_channel` or `to_contact` names; None where neither is given."""
    if key := params.get("to_channel"):
        return call.account.store(Chat).get_joined_channel(call, user, key).id
    if key := params.get("to_contact"):
        return frozenset({user.id, get_user(call, key).id})
    return None


def session_id(conversation: str | frozenset[str]) -> str:
    """The id of a conversation: its channel's, or one made of the people's."""
    return (
        conversation
        if isinstance(conversation, str)
        else hashlib.sha256("".join(sorted(conversation)).encode()).hexdigest()
    )


def other_user_id(user_id: str, conversation: frozenset[str]) -> str:
    """The id of the person whom somebody talks with; the own one in notes."""
    return next((key for key in sorted(conversation) if key != user_id), user_id)


def split_ids(text: str) -> list[str]:
    """The ids of a query that has them between commas."""
    return list(dict.fromkeys(key.strip() for key in text.split(",") if key.strip()))


def get_managed_channel(call: OperationCall, user: User, key: str = "") -> Channel:
    """The channel with an id, else the path's, of which the person is owner or admin. Refuses (403/200) any other."""
    channel = call.account.store(Chat).get_visible_channel(call, user, key or call.path_params["channelId"])
    if channel.members.get(user.id) not in (OWNER, ADMIN):
        raise call.error("chat.notChannelAdmin")
    return channel


def visibility_filter(call: OperationCall, user: User) -> Callable[[ChatMessage], bool]:
    """Which messages a person can see."""
    mine = {channel.id for channel in call.account.store(Chat).channels_of(user)}
    return lambda message: (
        message.conversation in mine if isinstance(message.conversation, str) else user.id in message.conversation
    )


def require_message(call: OperationCall, user: User, params: Mapping[str, Any], key: str = "") -> ChatMessage:
    """The message with an id, else the path's, in the conversation that is named, where one is. Refuses any other."""
    key, where = key or call.path_params["messageId"], resolve_conversation(call, user, params)
    found = call.account.store(Chat).messages.get(key)
    if (
        found is None
        or found.status == "Deleted"
        or not visibility_filter(call, user)(found)
        or where not in (None, found.conversation)
    ):
        raise call.error("chat.messageNotFound", message_id=key)
    return found


def require_own_message(call: OperationCall, params: Mapping[str, Any]) -> ChatMessage:
    """The message that the path names, which the person wrote. Refuses others'."""
    user = get_acting_user(call)
    message = require_message(call, user, params)
    if message.sender != user.id:
        raise call.error("chat.notOwnMessage")
    return message
