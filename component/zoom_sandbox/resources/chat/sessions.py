"""Conversations as lists and reports tell of them; none is kept: each follows from what was said."""

from __future__ import annotations

from dataclasses import dataclass

from zoom_sandbox.plays import Call, Payload
from zoom_sandbox.resources.chat import faults
from zoom_sandbox.resources.chat.shown import alone
from zoom_sandbox.resources.chat.state.conversations import Channel, Chat, Message, other, session_of
from zoom_sandbox.resources.chat.state.marks import Marks
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.world import World

_NOT_REPORTED = ("message_type", "send_member_id", "file_id", "file_name", "file_size", "download_url")


@dataclass(frozen=True, slots=True)
class Session:
    """One conversation: in a channel, or between `people`, by id. `last` is when somebody spoke, epoch milliseconds."""

    id: str
    channel: Channel | None
    people: tuple[str, ...]
    last: int

    def has(self, user: User) -> bool:
        """Whether a person takes part."""
        return user.id in self.people

    def emails(self, call: Call) -> list[str]:
        """The addresses of those who take part and are in the account."""
        found = [call.world.part(Users).find(key) for key in self.people]
        return [user.email for user in found if user is not None]

    def name(self, call: Call) -> str:
        """The channel's name, or those of the people."""
        if self.channel is not None:
            return self.channel.name
        found = [call.world.part(Users).find(key) for key in self.people]
        return ", ".join(user.display_name for user in found if user is not None)


def order(session: Session) -> tuple[int, str]:
    """Its place in a list, the newest first."""
    return (-session.last, session.id)


def sessions(world: World, begin: int, close: int) -> list[Session]:
    """The conversations in which something was said between two moments, the newest first."""
    chat, last = world.part(Chat), dict[str | frozenset[str], int]()
    for message in chat.messages.values():
        if begin <= message.when // 1000 <= close:
            last[message.place] = max(last.get(message.place, 0), message.when)
    return sorted((_session(chat, place, when) for place, when in last.items()), key=order)


def starred(call: Call, user: User) -> list[Session]:
    """The conversations that a person starred."""
    chat, found = call.world.part(Chat), []
    for kind, key in call.world.part(Marks).starred(user):
        if kind == "contact":
            found.append(_session(chat, frozenset({user.id, key}), 0))
        elif key in chat.channels:
            found.append(_session(chat, key, 0))
    return sorted(found, key=order)


def said(call: Call, key: str) -> list[Message]:
    """The messages of the conversation with an id, the newest first. Refuses an unknown one."""
    chat = call.world.part(Chat)
    found = [each for each in chat.messages.values() if session_of(each.place) == key]
    if not found and key not in chat.channels:
        raise faults.no_session(key)
    return sorted(found, key=lambda message: message.order)


def told(call: Call, message: Message) -> Payload:
    """A message as a report tells of it."""
    shown = alone(call, message)
    left_out = _NOT_REPORTED if call.query["include_reactions"] else (*_NOT_REPORTED, "reactions")
    about = {"receiver": _receiver(call, message), "sender_member_id": message.sender, "is_sender_external": False}
    return {**{name: value for name, value in shown.items() if name not in left_out}, **about}


def changed(call: Call, message: Message) -> Payload:
    """A message that was edited or taken back, with the moment at which it was."""
    shown = {name: value for name, value in told(call, message).items() if name != "reactions"}
    return {**shown, "action_timestamp": message.changed}


def peer_of(call: Call, user: User, session: Session) -> Payload:
    """Whom a person talks with."""
    key = other(user.id, frozenset(session.people))
    peer = call.world.part(Users).find(key)
    ids = {"peer_contact_user_id": key, "peer_contact_member_id": key}
    return {"name": peer.display_name, "peer_contact_email": peer.email, **ids} if peer else {"name": key, **ids}


def _receiver(call: Call, message: Message) -> str:
    if isinstance(message.place, str):
        return call.world.part(Chat).channels[message.place].name
    peer = call.world.part(Users).find(other(message.sender, message.place))
    return peer.email if peer else ""


def _session(chat: Chat, place: str | frozenset[str], last: int) -> Session:
    if isinstance(place, str):
        channel = chat.channels[place]
        return Session(place, channel, tuple(channel.members), last)
    return Session(session_of(place), None, tuple(sorted(place)), last)
