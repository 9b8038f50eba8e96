"""Channels and messages as the account keeps them; people are kept by their ids."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zoom_sandbox.plays import Call, seeded
from zoom_sandbox.resources.chat import faults
from zoom_sandbox.resources.users import faults as user_faults
from zoom_sandbox.resources.users.state import HAND_OVERS, User, Users
from zoom_sandbox.seed import moment, read
from zoom_sandbox.world import World

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
class Message:
    """A message. `place` is a channel's id or the ids of two people (or of one, who writes notes); `when` is epoch
    milliseconds.

    `reactions` are emoji with the ids of those who gave them, `files` are ids.
    """

    number: int
    id: str
    place: str | frozenset[str]
    sender: str
    email: str
    when: int
    text: str
    main: str = ""
    status: str = "Normal"
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    changed: int = 0

    @property
    def order(self) -> tuple[int, int]:
        """Its place in a list, the newest first."""
        return (-self.when, -self.number)

    def edit(self, when: int, text: str, status: str) -> None:
        """Change what it says, at epoch milliseconds."""
        self.text, self.status, self.changed = text, status, when


@seeded
class Chat:
    """The account's channels and messages."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._number = 0
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, Message] = {}
        self._users = world.part(Users)
        for row in read("chat")["channels"]:
            first, *others = (self._id(email) for email in row["members"])
            self.open(row["id"], row["name"], row["type"], {first: OWNER, **dict.fromkeys(others, MEMBER)})
        for row in sorted(read("chat")["messages"], key=lambda row: (-row["days_ago"], row["at"])):
            to = row["to"] if row["to"] in self.channels else frozenset({self._id(row["from"]), self._id(row["to"])})
            when = moment(world.began, row["days_ago"], row["at"]) * 1000
            self._keep(Message(0, row["id"], to, self._id(row["from"]), row["from"], when, row["text"]))

    def open(self, key: str, name: str, type_: int, members: dict[str, str]) -> Channel:
        """Make a channel."""
        self._number += 1
        self.channels[key] = Channel(self._number, key, name, type_, members)
        return self.channels[key]

    def close(self, channel: Channel) -> None:
        """Delete a channel with what was written there."""
        del self.channels[channel.id]
        self.messages = {key: each for key, each in self.messages.items() if each.place != channel.id}

    def send(self, sender: User, place: str | frozenset[str], text: str, main: str, files: list[str]) -> Message:
        """Write a message with files, as an answer to another where `main` is its id."""
        key, when = self._world.ids.guid().upper(), int(self._world.clock() * 1000)
        return self._keep(Message(0, key, place, sender.id, sender.email, when, text, main, files=files))

    def is_there(self, key: str) -> bool:
        """Whether there is a message with an id that nobody took back."""
        return key in self.messages and self.messages[key].status != "Deleted"

    def of(self, user: User) -> list[Channel]:
        """The channels in which a person is."""
        return [channel for channel in self.channels.values() if user.id in channel.members]

    def channel(self, call: Call, user: User, key: str) -> Channel:
        """The channel with an id that a person can see. Refuses (404/4130 where listed) any other."""
        found = self.channels.get(key)
        if found is None or (user.id not in found.members and found.type not in PUBLIC):
            raise faults.no_channel(call, key)
        return found

    def visited(self, call: Call, user: User, key: str) -> Channel:
        """The channel with an id in which a person is. Refuses any other."""
        found = self.channel(call, user, key)
        if user.id not in found.members:
            raise faults.not_inside(call, key)
        return found

    def _keep(self, message: Message) -> Message:
        self._number += 1
        message.number = self._number
        self.messages[message.id] = message
        return message

    def _id(self, email: str) -> str:
        user = self._users.find(email)
        return user.id if user else email


def person(call: Call) -> User:
    """Who acts: the person of the path; the account's owner where the path has none."""
    users = call.world.part(Users)
    return users.get(call) if "userId" in call.ids else users.owner


def known(call: Call, key: str) -> User:
    """The person with an id or email. Refuses 404/1001 where it is listed."""
    found = call.world.part(Users).find(key)
    if found is None:
        raise user_faults.stranger(call, key)
    return found


def place(call: Call, user: User, named: Mapping[str, Any]) -> str | frozenset[str] | None:
    """The conversation that `to_channel` or `to_contact` names; None where neither is given."""
    if key := named.get("to_channel"):
        return call.world.part(Chat).visited(call, user, key).id
    if key := named.get("to_contact"):
        return frozenset({user.id, known(call, key).id})
    return None


def session_of(place: str | frozenset[str]) -> str:
    """The id of a conversation: its channel's, or one made of the people's."""
    return place if isinstance(place, str) else hashlib.sha256("".join(sorted(place)).encode()).hexdigest()


def other(user_id: str, place: frozenset[str]) -> str:
    """The id of the person whom somebody talks with; the own one in notes."""
    return next((key for key in sorted(place) if key != user_id), user_id)


def listed(text: str) -> list[str]:
    """The ids of a query that has them between commas."""
    return list(dict.fromkeys(key.strip() for key in text.split(",") if key.strip()))


def managed(call: Call, user: User, key: str = "") -> Channel:
    """The channel with an id, else the path's, of which the person is owner or admin. Refuses (403/200) any other."""
    channel = call.world.part(Chat).channel(call, user, key or call.ids["channelId"])
    if channel.members.get(user.id) not in (OWNER, ADMIN):
        raise faults.not_in_charge(call)
    return channel


def sees(call: Call, user: User) -> Callable[[Message], bool]:
    """Which messages a person can see."""
    mine = {channel.id for channel in call.world.part(Chat).of(user)}
    return lambda message: message.place in mine if isinstance(message.place, str) else user.id in message.place


def message_of(call: Call, user: User, named: Mapping[str, Any], key: str = "") -> Message:
    """The message with an id, else the path's, in the conversation that is named, where one is. Refuses any other."""
    key, where = key or call.ids["messageId"], place(call, user, named)
    found = call.world.part(Chat).messages.get(key)
    if found is None or found.status == "Deleted" or not sees(call, user)(found) or where not in (None, found.place):
        raise faults.no_message(call, key)
    return found


def own_message(call: Call, named: Mapping[str, Any]) -> Message:
    """The message that the path names, which the person wrote. Refuses others'."""
    user = person(call)
    message = message_of(call, user, named)
    if message.sender != user.id:
        raise faults.not_own(call)
    return message


def _forget(world: World, user: User, heirs: Mapping[str, User]) -> None:
    for channel in world.part(Chat).channels.values():
        channel.members.pop(user.id, None)


HAND_OVERS.append(_forget)
