"""Messages: sent, edited, deleted, reacted to. https://developers.zoom.us/docs/api/team-chat/#tag/chat-messages"""

from __future__ import annotations

from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.chat import faults
from zoom_sandbox.resources.chat.announced import file_told, message_told, reaction_told
from zoom_sandbox.resources.chat.sending import destination, send
from zoom_sandbox.resources.chat.state.conversations import message_of, own_message, person
from zoom_sandbox.resources.chat.state.files import Files, within_limits

_ONE = "/chat/users/{userId}/messages/{messageId}"


@plays("POST", "/chat/users/{userId}/messages")
def send_message(call: Call) -> Payload:
    """Write to a contact or into a channel, as an answer to another message where the body names one."""
    user, body = person(call), call.body
    where, main = destination(call, user)
    files = call.world.part(Files).own(call, user)
    if not body["message"].strip() and not files:
        raise faults.no_text()
    if "scheduled_time" in body:
        raise faults.scheduled()
    return {"id": send(call, user, where, body["message"], main, files).id}


@plays("POST", "/chat/users/{userId}/messages/files")
def send_file(call: Call) -> Payload:
    """Send a file to a contact or into a channel, in a message that says nothing else."""
    user = person(call)
    where, main = destination(call, user)
    part = next((part for part in call.files if part.name == "files"), None)
    if part is None:
        raise faults.no_upload("files")
    within_limits(part)
    file = call.world.part(Files).keep(user, part)
    file_told(call.world, "uploaded", user, [file])
    return {"id": send(call, user, where, "", main, [file.id]).id}


@plays("PUT", _ONE)
def edit_message(call: Call) -> None:
    """Change what a person wrote, or which files are with it."""
    message = own_message(call, call.body)
    text, files = call.body.get("message", message.text), call.world.part(Files)
    keys = files.own(call, person(call)) if "file_ids" in call.body else message.files
    if keys and not message.files:
        raise faults.no_files_yet()
    if not ("message" in call.body or "file_ids" in call.body) or not (text.strip() or keys):
        raise faults.no_text()
    message.files = keys
    message.edit(_now(call), text, "Edited")
    message_told(call.world, "updated", person(call), message)


@plays("DELETE", _ONE)
def delete_message(call: Call) -> None:
    """Take back what a person wrote; lists show that it was there when they are asked to."""
    message = own_message(call, call.query)
    message_told(call.world, "deleted", person(call), message)
    message.files = []
    message.edit(_now(call), "", "Deleted")


@plays("PATCH", f"{_ONE}/emoji_reactions")
def react(call: Call) -> None:
    """Give an emoji to a message, or take it back."""
    user, body = person(call), call.body
    message = message_of(call, user, body)
    emoji = body.get("emoji") or body.get("custom_emoji_id")
    if not emoji or "action" not in body:
        raise faults.no_emoji()
    before = message.reactions.pop(emoji, [])
    given = [key for key in before if key != user.id]
    if body["action"] == "add":
        given.append(user.id)
    if given:
        message.reactions[emoji] = given
    if (user.id in before) != (user.id in given):
        reaction_told(call.world, "added" if user.id in given else "removed", user, message, emoji)


def _now(call: Call) -> int:
    return int(call.world.clock() * 1000)
