"""Serialize channels, members, contacts, messages and files."""

from __future__ import annotations

from typing import Any

from zoom_sandbox.operations import OperationCall, Payload
from zoom_sandbox.resources.chat.state.conversations import Channel, Chat, ChatMessage
from zoom_sandbox.resources.chat.state.files import PICTURE_EXTENSIONS, ChatFile, ChatFiles
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.times import format_time

_SOUNDS, _FILMS = ("mp3", "m4a", "wav", "aac"), ("mp4", "mov", "webm", "avi")


def serialize_channel(channel: Channel) -> Payload:
    """Return a channel with its settings."""
    return {
        "id": channel.id,
        "jid": f"{channel.id.lower()}@conference.xmpp.zoom.us",
        "name": channel.name,
        "type": channel.type,
        "channel_settings": channel.settings,
        "channel_url": f"https://zoom.us/launch/chat/v2/{channel.id}",
    }


def serialize_member(channel: Channel, user: User) -> Payload:
    """Return a member of a channel."""
    return {
        "id": user.id,
        "member_id": user.id,
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "name": user.display_name,
        "role": channel.members[user.id],
        "is_external": False,
    }


def serialize_contact(user: User) -> Payload:
    """Return a contact."""
    return {
        "id": user.id,
        "member_id": user.id,
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
    }


def serialize_message(call: OperationCall, message: ChatMessage) -> Payload:
    """Return a message as lists show it."""
    sender = call.account.store(Users).find(message.sender)
    files = call.account.store(ChatFiles).files_of(message)
    payload: dict[str, Any] = {
        "id": message.id,
        "message": message.text,
        "sender": sender.email if sender else message.email,
        "send_member_id": message.sender,
        "sender_display_name": sender.display_name if sender else message.email,
        "date_time": format_time(message.sent_at // 1000),
        "timestamp": message.sent_at,
        "message_type": _message_type(message, files),
        "status": message.status,
    }
    if message.main_id:
        payload |= serialize_main_message(call, message)
    if files:
        payload["files"] = [_serialize_file(call, file) for file in files]
    if len(files) == 1:
        payload |= payload["files"][0]
    if message.reactions:
        payload["reactions"] = [
            {"emoji": emoji, "total_count": len(ids), "senders": [{"user_id": key, "member_id": key} for key in ids]}
            for emoji, ids in message.reactions.items()
        ]
    return payload


def serialize_main_message(call: OperationCall, message: ChatMessage) -> Payload:
    """Return the id of the message that a reply belongs to, and its time while it exists."""
    main = call.account.store(Chat).messages.get(message.main_id)
    timestamp = {"reply_main_message_timestamp": main.sent_at} if main else {}
    return {"reply_main_message_id": message.main_id, **timestamp}


def _serialize_file(call: OperationCall, file: ChatFile) -> Payload:
    """Return a file of a message."""
    return {
        "file_id": file.id,
        "file_name": file.name,
        "file_size": file.size,
        "download_url": build_download_url(call, file),
    }


def build_download_url(call: OperationCall, file: ChatFile) -> str:
    """Return the URL of a file's bytes."""
    return f"{call.base_url}/file/download/{file.id}"


def _message_type(message: ChatMessage, files: list[ChatFile]) -> str:
    if not files:
        return "plain_text_message"
    if message.text or len(files) > 1:
        return "file_and_text"
    extension = files[0].extension
    if extension in PICTURE_EXTENSIONS:
        return {"png": "png_image_file", "gif": "gif_file"}.get(extension, "jpg_image_file")
    return "audio_file" if extension in _SOUNDS else "video_file" if extension in _FILMS else "others"


def serialize_single_message(call: OperationCall, message: ChatMessage) -> Payload:
    """Return a message by itself, with all reactions to it."""
    payload = serialize_message(call, message)
    del payload["status"]
    reactions = [
        {"emoji": emoji, "total_count": len(ids), "user_ids": ids, "member_ids": ids}
        for emoji, ids in message.reactions.items()
    ]
    return {**payload, "reactions": reactions}


def serialize_thread_message(call: OperationCall, user: User, message: ChatMessage) -> Payload:
    """Return a message of a thread, as a user sees it."""
    row = serialize_message(call, message)
    payload = {
        "msg_id": message.id,
        "message": message.text,
        "is_reply": bool(message.main_id),
        "timestamp": message.sent_at,
        "sender_user_id": message.sender,
        "sender_email": row["sender"],
        "sender_display_name": row["sender_display_name"],
        "message_type": row["message_type"],
    }
    if call.query["need_attachment"] and "files" in row:
        payload["files"] = row["files"]
    if call.query["need_emoji"]:
        payload["reactions"] = [
            {"emoji_id": emoji, "count": len(ids), "is_sender": user.id in ids}
            for emoji, ids in message.reactions.items()
        ]
    return payload
