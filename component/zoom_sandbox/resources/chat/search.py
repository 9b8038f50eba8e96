"""Filter messages by the query of a list."""

from __future__ import annotations

from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.chat.state.conversations import ChatMessage
from zoom_sandbox.resources.chat.state.files import ChatFiles
from zoom_sandbox.time_ranges import parse_end, parse_start
from zoom_sandbox.times import to_utc_day


def matches_query(call: OperationCall, message: ChatMessage) -> bool:
    """Return whether a message matches the options and the time of a list's query."""
    query = call.query
    if message.status == "Deleted" and not query["include_deleted_and_edited_message"]:
        return False
    if message.main_id and query["exclude_child_message"]:
        return False
    if not _contains_search_term(call, message):
        return False
    sent_at = message.sent_at // 1000
    if "date" in query:
        return bool(to_utc_day(sent_at).isoformat() == query["date"])
    start, end = query.get("from"), query.get("to")
    return (not start or parse_start("from", start) <= sent_at) and (not end or sent_at <= parse_end("to", end))


def _contains_search_term(call: OperationCall, message: ChatMessage) -> bool:
    """Return whether the text of a message, or in a search for files a file name, contains the term."""
    search_term = call.query.get("search_key", "").lower()
    if call.query.get("search_type") != "file":
        return search_term in message.text.lower()
    return any(search_term in file.name.lower() for file in call.account.store(ChatFiles).files_of(message))
