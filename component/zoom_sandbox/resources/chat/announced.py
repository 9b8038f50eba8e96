"""The events of team chat. https://developers.zoom.us/docs/api/team-chat/events/

Most things are announced twice, as Zoom has older and newer names for them; `announce` keeps of a payload what the
schema of each has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from zoom_sandbox.announce import Announcer
from zoom_sandbox.resources.chat.state.conversations import Channel, Chat, Message, other, session_of
from zoom_sandbox.resources.chat.state.files import PICTURES, File, Files
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.times import stamp
from zoom_sandbox.world import World

_NEWER = {"sent": "posted", "replied": "posted", "updated": "updated", "deleted": "deleted"}


def channel_told(world: World, what: str, user: User, channel: Channel, people: Iterable[User] = ()) -> None:
    """A channel was `created`, `updated` or `deleted`, or people were `member_invited`, `member_joined` and so on."""
    members = [{"id": each.id, "display_name": each.display_name} for each in people]
    _tell(world, f"chat_channel.{what}", user, {**_channel(channel), "members": members})


def archive_told(world: World, what: str, user: User, channel: Channel) -> None:
    """A channel was `archived` or `unarchived`."""
    _tell(world, f"team_chat.channel_{what}", user, _channel(channel))


def message_told(world: World, what: str, user: User, message: Message) -> None:
    """A message was `sent`, `replied`, `updated` or `deleted`."""
    where = "channel" if isinstance(message.place, str) else "dm"
    for event in (f"chat_message.{what}", f"team_chat.{where}_message_{_NEWER[what]}"):
        if _hears(world, event):
            _tell(world, event, user, {**_message(world, message), **_place(world, user, message)})


def reaction_told(world: World, what: str, user: User, message: Message, emoji: str) -> None:
    """An emoji was `added` to a message or `removed`."""
    where = "channel" if isinstance(message.place, str) else "dm"
    about = {
        **_place(world, user, message),
        "msg_id": message.id,
        "msg_time": stamp(message.when // 1000),
        "emoji_time": stamp(world.now()),
        "emoji": emoji,
    }
    _tell(world, f"team_chat.{where}_reaction_{what}", user, about)


def mark_told(world: World, event: str, user: User, message: Message) -> None:
    """A message got a `bookmark_added` or `channel_pin_added`, or lost it."""
    sender = world.part(Users).find(message.sender)
    about = {
        **_message(world, message),
        **_place(world, user, message),
        "message_timestamp": message.when,
        "sender": sender.display_name if sender else message.email,
        "sender_id": message.sender,
        "sender_member_id": message.sender,
        "by_external_user": False,
    }
    if isinstance(message.place, str):
        about |= {"type": world.part(Chat).channels[message.place].type} if "pin" in event else {}
    _tell(world, f"team_chat.{event}", user, about)


def star_told(world: World, what: str, user: User, item: Mapping[str, Any]) -> None:
    """A channel or contact was `starred` or `unstarred`."""
    _tell(world, f"team_chat.{what}", user, {"items": [item]})


def file_told(world: World, what: str, user: User, files: Iterable[File], message: Message | None = None) -> None:
    """Files were `uploaded`, `deleted`, or `shared` in a message."""
    where = {} if message is None else _place(world, user, message)
    _tell(world, f"team_chat.file_{what}", user, {**where, "files": [_file(file) for file in files]})


def _tell(world: World, event: str, user: User, about: Mapping[str, Any]) -> None:
    if not _hears(world, event):
        return
    by = {"operator": user.email, "operator_id": user.id, "operator_member_id": user.id, "by_external_user": False}
    when = {"date_time": stamp(world.now()), "timestamp": int(world.clock() * 1000)}
    world.part(Announcer).tell(event, {**by, "object": {**when, **about}})


def _hears(world: World, event: str) -> bool:
    return world.part(Announcer).hears(event)


def _channel(channel: Channel) -> dict[str, Any]:
    return {"id": channel.id, "name": channel.name, "type": channel.type}


def _message(world: World, message: Message) -> dict[str, Any]:
    """A message under all the names that events have for its parts."""
    about: dict[str, Any] = {
        "id": message.id,
        "message_id": message.id,
        "message": message.text,
        "session_id": session_of(message.place),
        "files": [_file(file) for file in world.part(Files).of(message)],
    }
    return {**about, "parent_msg_id": message.main, "reply_main_message_id": message.main} if message.main else about


def _place(world: World, user: User, message: Message) -> dict[str, Any]:
    """Where a message is; what has no meaning there is empty, as the older events want it."""
    where = message.place
    if isinstance(where, str):
        channel = {"channel_id": where, "channel_name": world.part(Chat).channels[where].name}
        owner = {"channel_owner_account_id": world.setup.account_id}
        return {"type": "to_channel", "contact_email": "", "contact_id": "", **channel, **owner}
    key = other(user.id, where)
    contact = world.part(Users).find(key)
    return {
        "type": "to_contact",
        "contact_email": contact.email if contact else "",
        "contact_id": key,
        "contact_member_id": key,
        "contact_account_id": world.setup.account_id,
        "channel_id": "",
        "channel_name": "",
    }


def _file(file: File) -> dict[str, Any]:
    return {
        "OS_file_type": file.extension,
        "file_id": file.id,
        "file_message_type": "image" if file.extension in PICTURES else "file",
        "file_name": file.name,
        "file_size": file.size,
    }
