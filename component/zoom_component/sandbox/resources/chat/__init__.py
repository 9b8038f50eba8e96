"""Team chat: channels and who is in them, messages and what becomes of them, contacts."""

from zoom_component.sandbox.resources.chat import channels, contacts, edits, members, messages
from zoom_component.sandbox.resources.chat.state import Channel, Chat, Message

__all__ = ["Channel", "Chat", "Message", "channels", "contacts", "edits", "members", "messages"]
