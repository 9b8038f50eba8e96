"""Messages: sent, edited, deleted, reacted to. https://developers.zoom.us/docs/api/team-chat/#tag/chat-messages"""

from __future__ import annotations

from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.resources.chat import faults
from zoom_component.sandbox.resources.chat.state import Chat, message_of, own_message, person, place

_ONE = "/chat/users/{userId}/messages/{messageId}"


@plays("POST", "/chat/users/{userId}/messages")
def send_message(call: Call) -> Payload:
    """Write to a contact or into a channel, as an answer to another message where the body names one."""
    user, body, chat = person(call), call.body, call.world.part(Chat)
    where = place(call, user, body)
    if where is None:
        raise faults.no_place()
    if not body["message"].strip():
        raise faults.no_text()
    if "scheduled_time" in body:
        raise faults.scheduled()
    main = body.get("reply_main_message_id", "")
    if main and (main not in chat.messages or chat.messages[main].place != where):
        raise faults.bad_main()
    return {"id": chat.send(user, where, body["message"], main).id}


@plays("PUT", _ONE)
def edit_message(call: Call) -> None:
    """Change what a person wrote."""
    message = own_message(call, call.body)
    if not call.body.get("message", "").strip():
        raise faults.no_text()
    message.text, message.status = call.body["message"], "Edited"


@plays("DELETE", _ONE)
def delete_message(call: Call) -> None:
    """Take back what a person wrote; lists show that it was there when they are asked to."""
    message = own_message(call, call.query)
    message.text, message.status = "", "Deleted"


@plays("PATCH", f"{_ONE}/emoji_reactions")
def react(call: Call) -> None:
    """Give an emoji to a message, or take it back."""
    user, body = person(call), call.body
    message = message_of(call, user, body)
    emoji = body.get("emoji") or body.get("custom_emoji_id")
    if not emoji or "action" not in body:
        raise faults.no_emoji()
    given = [key for key in message.reactions.pop(emoji, []) if key != user.id]
    if body["action"] == "add":
        given.append(user.id)
    if given:
        message.reactions[emoji] = given
