"""Where a message goes, and that it goes there."""

from __future__ import annotations

from zoom_sandbox.plays import Call
from zoom_sandbox.resources.chat import faults
from zoom_sandbox.resources.chat.announced import file_told, message_told
from zoom_sandbox.resources.chat.state.conversations import Chat, Message, place
from zoom_sandbox.resources.chat.state.files import Files
from zoom_sandbox.resources.users.state import User

Place = str | frozenset[str]


def destination(call: Call, user: User) -> tuple[Place, str]:
    """The conversation that a body names, and the id of the message that is answered there ("" where none is)."""
    chat, where = call.world.part(Chat), place(call, user, call.body)
    if where is None:
        raise faults.no_place()
    if isinstance(where, str) and chat.channels[where].archived:
        raise faults.archived(call)
    main = call.body.get("reply_main_message_id", "")
    if main and (main not in chat.messages or chat.messages[main].place != where):
        raise faults.bad_main()
    if main and chat.messages[main].main:
        raise faults.not_main(call)
    return where, main


def send(call: Call, user: User, where: Place, text: str, main: str, files: list[str]) -> Message:
    """Write a message with files."""
    message = call.world.part(Chat).send(user, where, text, main, files)
    if files:
        file_told(call.world, "shared", user, call.world.part(Files).of(message), message)
    message_told(call.world, "replied" if main else "sent", user, message)
    return message
