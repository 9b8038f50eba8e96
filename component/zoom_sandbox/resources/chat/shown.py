"""Channels, their people, contacts and messages as Zoom answers them."""

from __future__ import annotations

from typing import Any

from zoom_sandbox.plays import Call, Payload
from zoom_sandbox.resources.chat.state.conversations import Channel, Chat, Message
from zoom_sandbox.resources.chat.state.files import PICTURES, File, Files
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.times import stamp

_SOUNDS, _FILMS = ("mp3", "m4a", "wav", "aac"), ("mp4", "mov", "webm", "avi")


def channel_row(channel: Channel) -> Payload:
    """A channel with its settings."""
    return {
        "id": channel.id,
        "jid": f"{channel.id.lower()}@conference.xmpp.zoom.us",
        "name": channel.name,
        "type": channel.type,
        "channel_settings": channel.settings,
        "channel_url": f"https://zoom.us/launch/chat/v2/{channel.id}",
    }


def member(channel: Channel, user: User) -> Payload:
    """Somebody who is in a channel."""
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


def contact(user: User) -> Payload:
    """Somebody to whom one can write."""
    return {
        "id": user.id,
        "member_id": user.id,
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
    }


def row(call: Call, message: Message) -> Payload:
    """A message in the list of a conversation."""
    sender = call.world.part(Users).find(message.sender)
    files = call.world.part(Files).of(message)
    shown: dict[str, Any] = {
        "id": message.id,
        "message": message.text,
        "sender": sender.email if sender else message.email,
        "send_member_id": message.sender,
        "sender_display_name": sender.display_name if sender else message.email,
        "date_time": stamp(message.when // 1000),
        "timestamp": message.when,
        "message_type": _type(message, files),
        "status": message.status,
    }
    if message.main:
        shown |= main_of(call, message)
    if files:
        shown["files"] = [file_row(call, file) for file in files]
    if len(files) == 1:
        shown |= shown["files"][0]
    if message.reactions:
        shown["reactions"] = [
            {"emoji": emoji, "total_count": len(ids), "senders": [{"user_id": key, "member_id": key} for key in ids]}
            for emoji, ids in message.reactions.items()
        ]
    return shown


def main_of(call: Call, message: Message) -> Payload:
    """Which message another answers, and when that was written, where it is known."""
    main = call.world.part(Chat).messages.get(message.main)
    when = {"reply_main_message_timestamp": main.when} if main else {}
    return {"reply_main_message_id": message.main, **when}


def file_row(call: Call, file: File) -> Payload:
    """A file of a message."""
    return {
        "file_id": file.id,
        "file_name": file.name,
        "file_size": file.size,
        "download_url": download_url(call, file),
    }


def download_url(call: Call, file: File) -> str:
    """The address of a file's bytes."""
    return f"{call.base}/file/download/{file.id}"


def _type(message: Message, files: list[File]) -> str:
    if not files:
        return "plain_text_message"
    if message.text or len(files) > 1:
        return "file_and_text"
    extension = files[0].extension
    if extension in PICTURES:
        return {"png": "png_image_file", "gif": "gif_file"}.get(extension, "jpg_image_file")
    return "audio_file" if extension in _SOUNDS else "video_file" if extension in _FILMS else "others"


def alone(call: Call, message: Message) -> Payload:
    """A message by itself, with all reactions to it."""
    shown = row(call, message)
    del shown["status"]
    given = [
        {"emoji": emoji, "total_count": len(ids), "user_ids": ids, "member_ids": ids}
        for emoji, ids in message.reactions.items()
    ]
    return {**shown, "reactions": given}


def in_thread(call: Call, user: User, message: Message) -> Payload:
    """A message in its thread, as a person sees it."""
    listed = row(call, message)
    shown = {
        "msg_id": message.id,
        "message": message.text,
        "is_reply": bool(message.main),
        "timestamp": message.when,
        "sender_user_id": message.sender,
        "sender_email": listed["sender"],
        "sender_display_name": listed["sender_display_name"],
        "message_type": listed["message_type"],
    }
    if call.query["need_attachment"] and "files" in listed:
        shown["files"] = listed["files"]
    if call.query["need_emoji"]:
        shown["reactions"] = [
            {"emoji_id": emoji, "count": len(ids), "is_sender": user.id in ids}
            for emoji, ids in message.reactions.items()
        ]
    return shown
