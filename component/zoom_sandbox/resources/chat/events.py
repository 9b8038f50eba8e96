"""Send the events of team chat. https://developers.zoom.us/docs/api/team-chat/events/

Zoom sends most events under an older and a newer name. The publisher drops what the schema of each does not have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from zoom_sandbox.account import Account
from zoom_sandbox.events import EventPublisher
from zoom_sandbox.resources.chat.state.conversations import Channel, Chat, ChatMessage, other_user_id, session_id
from zoom_sandbox.resources.chat.state.files import PICTURE_EXTENSIONS, ChatFile, ChatFiles
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.times import format_time

_NEWER_NAMES = {"sent": "posted", "replied": "posted", "updated": "updated", "deleted": "deleted"}


def send_channel_event(
    account: Account, action: str, user: User, channel: Channel, people: Iterable[User] = ()
) -> None:
    """Send that a channel was `created`, or that users were `member_invited`, `member_joined` and so on."""
    members = [{"id": each.id, "display_name": each.display_name} for each in people]
    _send(account, f"chat_channel.{action}", user, {**_serialize_channel(channel), "members": members})


def send_archive_event(account: Account, action: str, user: User, channel: Channel) -> None:
    """Send that a channel was `archived` or `unarchived`."""
    _send(account, f"team_chat.channel_{action}", user, _serialize_channel(channel))


def send_message_event(account: Account, action: str, user: User, message: ChatMessage) -> None:
    """Send that a message was `sent`, `replied`, `updated` or `deleted`."""
    scope = "channel" if isinstance(message.conversation, str) else "dm"
    for event in (f"chat_message.{action}", f"team_chat.{scope}_message_{_NEWER_NAMES[action]}"):
        if _has_subscriber(account, event):
            _send(
                account,
                event,
                user,
                {**_serialize_message(account, message), **_serialize_conversation(account, user, message)},
            )


def send_reaction_event(account: Account, action: str, user: User, message: ChatMessage, emoji: str) -> None:
    """Send that an emoji was `added` to a message or `removed`."""
    scope = "channel" if isinstance(message.conversation, str) else "dm"
    fields = {
        **_serialize_conversation(account, user, message),
        "msg_id": message.id,
        "msg_time": format_time(message.sent_at // 1000),
        "emoji_time": format_time(account.now()),
        "emoji": emoji,
    }
    _send(account, f"team_chat.{scope}_reaction_{action}", user, fields)


def send_mark_event(account: Account, event: str, user: User, message: ChatMessage) -> None:
    """Send an event such as `bookmark_added` or `channel_pin_removed`."""
    sender = account.store(Users).find(message.sender)
    fields = {
        **_serialize_message(account, message),
        **_serialize_conversation(account, user, message),
        "message_timestamp": message.sent_at,
        "sender": sender.display_name if sender else message.email,
        "sender_id": message.sender,
        "sender_member_id": message.sender,
        "by_external_user": False,
    }
    if isinstance(message.conversation, str):
        fields |= {"type": account.store(Chat).channels[message.conversation].type} if "pin" in event else {}
    _send(account, f"team_chat.{event}", user, fields)


def send_star_event(account: Account, action: str, user: User, item: Mapping[str, Any]) -> None:
    """Send that a channel or contact was `starred` or `unstarred`."""
    _send(account, f"team_chat.{action}", user, {"items": [item]})


def send_file_event(
    account: Account, action: str, user: User, files: Iterable[ChatFile], message: ChatMessage | None = None
) -> None:
    """Send that files were `uploaded`, `deleted`, or `shared` in a message."""
    location = {} if message is None else _serialize_conversation(account, user, message)
    _send(account, f"team_chat.file_{action}", user, {**location, "files": [_serialize_file(file) for file in files]})


def _send(account: Account, event: str, user: User, fields: Mapping[str, Any]) -> None:
    if not _has_subscriber(account, event):
        return
    operator = {
        "operator": user.email,
        "operator_id": user.id,
        "operator_member_id": user.id,
        "by_external_user": False,
    }
    times = {"date_time": format_time(account.now()), "timestamp": int(account.clock() * 1000)}
    account.store(EventPublisher).publish(event, {**operator, "object": {**times, **fields}})


def _has_subscriber(account: Account, event: str) -> bool:
    return account.store(EventPublisher).has_subscriber(event)


def _serialize_channel(channel: Channel) -> dict[str, Any]:
    return {"id": channel.id, "name": channel.name, "type": channel.type}


def _serialize_message(account: Account, message: ChatMessage) -> dict[str, Any]:
    """Return a message under all the names that events use for its parts."""
    fields: dict[str, Any] = {
        "id": message.id,
        "message_id": message.id,
        "message": message.text,
        "session_id": session_id(message.conversation),
        "files": [_serialize_file(file) for file in account.store(ChatFiles).files_of(message)],
    }
    return (
        {**fields, "parent_msg_id": message.main_id, "reply_main_message_id": message.main_id}
        if message.main_id
        else fields
    )


def _serialize_conversation(account: Account, user: User, message: ChatMessage) -> dict[str, Any]:
    """Return where a message is; fields without meaning there are empty, as in Zoom's older events."""
    conversation = message.conversation
    if isinstance(conversation, str):
        channel = {"channel_id": conversation, "channel_name": account.store(Chat).channels[conversation].name}
        owner = {"channel_owner_account_id": account.options.account_id}
        return {"type": "to_channel", "contact_email": "", "contact_id": "", **channel, **owner}
    key = other_user_id(user.id, conversation)
    contact = account.store(Users).find(key)
    return {
        "type": "to_contact",
        "contact_email": contact.email if contact else "",
        "contact_id": key,
        "contact_member_id": key,
        "contact_account_id": account.options.account_id,
        "channel_id": "",
        "channel_name": "",
    }


def _serialize_file(file: ChatFile) -> dict[str, Any]:
    return {
        "OS_file_type": file.extension,
        "file_id": file.id,
        "file_message_type": "image" if file.extension in PICTURE_EXTENSIONS else "file",
        "file_name": file.name,
        "file_size": file.size,
    }
