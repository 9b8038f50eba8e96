"""Which messages a list is asked for."""

from __future__ import annotations

from zoom_sandbox.plays import Call
from zoom_sandbox.resources.chat.state.conversations import Message
from zoom_sandbox.resources.chat.state.files import Files
from zoom_sandbox.spans import begins, ends
from zoom_sandbox.times import day_of


def wanted(call: Call, message: Message) -> bool:
    """Whether a message is of the kind and time that a list asks for."""
    query = call.query
    if message.status == "Deleted" and not query["include_deleted_and_edited_message"]:
        return False
    if message.main and query["exclude_child_message"]:
        return False
    if not _said(call, message):
        return False
    when = message.when // 1000
    if "date" in query:
        return bool(day_of(when).isoformat() == query["date"])
    begin, close = query.get("from"), query.get("to")
    return (not begin or begins("from", begin) <= when) and (not close or when <= ends("to", close))


def _said(call: Call, message: Message) -> bool:
    """Whether a message says what is searched for or, in a search for files, has a file whose name does."""
    needle = call.query.get("search_key", "").lower()
    if call.query.get("search_type") != "file":
        return needle in message.text.lower()
    return any(needle in file.name.lower() for file in call.world.part(Files).of(message))
