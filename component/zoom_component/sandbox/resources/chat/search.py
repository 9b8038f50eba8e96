"""Which messages a list is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoom_component.sandbox.resources.chat.state import Message
from zoom_component.sandbox.spans import begins, ends
from zoom_component.sandbox.times import day_of


def wanted(query: Mapping[str, Any], message: Message) -> bool:
    """Whether a message is of the kind and time that a list asks for."""
    if message.status == "Deleted" and not query["include_deleted_and_edited_message"]:
        return False
    if message.main and query["exclude_child_message"]:
        return False
    if query.get("search_type") == "file" or query.get("search_key", "").lower() not in message.text.lower():
        return False
    when = message.when // 1000
    if "date" in query:
        return bool(day_of(when).isoformat() == query["date"])
    begin, close = query.get("from"), query.get("to")
    return (not begin or begins("from", begin) <= when) and (not close or when <= ends("to", close))
