"""Messages: sent, edited, deleted, reacted to. https://developers.zoom.us/docs/api/team-chat/#tag/chat-messages"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.refusal import invalid
from zoom_component.sandbox.resources.chat.state import Chat, Message, message_of, person, place

_ONE = "/chat/users/{userId}/messages/{messageId}"


@plays("POST", "/chat/users/{userId}/messages")
def send_message(call: Call) -> Payload:
    """Write to a contact or into a channel, as an answer to another message where the body names one."""
    user, body, chat = person(call), call.body, call.world.part(Chat)
    where = place(call, user, body)
    if where is None:
        raise invalid(("to_contact", "Give to_contact or to_channel."))
    if not body["message"].strip():
        raise invalid(("message", "This field is required."))
    if "scheduled_time" in body:
        raise invalid(("scheduled_time", "The embedded Zoom sends at once: leave it out."))
    main = body.get("reply_main_message_id", "")
    if main and (main not in chat.messages or chat.messages[main].place != where):
        raise invalid(("reply_main_message_id", "A message of this conversation is expected."))
    return {"id": chat.send(user, where, body["message"], main).id}


@plays("PUT", _ONE)
def edit_message(call: Call) -> None:
    """Change what a person wrote."""
    message = _own(call, call.body)
    if not call.body.get("message", "").strip():
        raise invalid(("message", "This field is required."))
    message.text, message.status = call.body["message"], "Edited"


@plays("DELETE", _ONE)
def delete_message(call: Call) -> None:
    """Take back what a person wrote; lists show that it was there when they are asked to."""
    message = _own(call, call.query)
    message.text, message.status = "", "Deleted"


@plays("PATCH", f"{_ONE}/emoji_reactions")
def react(call: Call) -> None:
    """Give an emoji to a message, or take it back."""
    user, body = person(call), call.body
    message = message_of(call, user, body)
    emoji = body.get("emoji") or body.get("custom_emoji_id")
    if not emoji or "action" not in body:
        raise invalid(("emoji", "An emoji and the action add or remove are expected."))
    given = [key for key in message.reactions.pop(emoji, []) if key != user.id]
    if body["action"] == "add":
        given.append(user.id)
    if given:
        message.reactions[emoji] = given


def _own(call: Call, named: Mapping[str, Any]) -> Message:
    """The message that the path names, which the person wrote. Refuses others'."""
    user = person(call)
    message = message_of(call, user, named)
    if message.sender != user.id:
        raise call.refuse("Only who wrote a message may change it.", (400, 200))
    return message
