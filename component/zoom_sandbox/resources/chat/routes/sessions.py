"""Handle chat sessions, and their reports.

https://developers.zoom.us/docs/api/team-chat/#tag/chat-sessions, https://developers.zoom.us/docs/api/team-chat/#tag/reports
"""

from __future__ import annotations

from datetime import date

from zoom_sandbox.errors import api_error
from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.paging import build_page
from zoom_sandbox.resources.chat.sessions import (
    ChatSession,
    find_session_messages,
    find_sessions,
    find_starred_sessions,
    serialize_changed_message,
    serialize_peer,
    serialize_reported_message,
    session_order,
)
from zoom_sandbox.resources.chat.state.conversations import ChatMessage, get_acting_user
from zoom_sandbox.time_ranges import parse_end, parse_start
from zoom_sandbox.times import end_of_day, format_time, start_of_day, to_utc_day

operations = Operations()

_ONE_TO_ONE = "1:1"


@operations.handles("GET", "/chat/users/{userId}/sessions")
def list_sessions(call: OperationCall) -> Payload:
    """Return a user's sessions with messages of today or a time range, or the starred ones."""
    user, query = get_acting_user(call), call.query
    times: Payload = {}
    if query.get("search_star"):
        if "from" in query or "to" in query:
            raise api_error("chat.starWithDays")
        sessions = find_starred_sessions(call, user)
    else:
        today = to_utc_day(call.account.now())
        start = parse_start("from", query["from"]) if "from" in query else start_of_day(today)
        end = parse_end("to", query["to"]) if "to" in query else end_of_day(today)
        sessions = [each for each in find_sessions(call.account, start, end) if each.has_user(user)]
        times = {"from": format_time(start), "to": format_time(end)}
    type_ = query.get("type")
    sessions = [each for each in sessions if type_ is None or (type_ == _ONE_TO_ONE) == (each.channel is None)]
    return {
        **times,
        **build_page(
            call, sessions, session_order, lambda each: _serialize_session(call, each), items_field="sessions"
        ),
    }


@operations.handles("GET", "/report/chat/sessions")
def report_sessions(call: OperationCall) -> Payload:
    """Return a page of the account's sessions with messages of some days."""
    start, end = _parse_days(call)
    sessions = find_sessions(call.account, start_of_day(start), end_of_day(end))
    page = build_page(call, sessions, session_order, lambda each: _serialize_reported_session(call, each))
    return {"from": start.isoformat(), "to": end.isoformat(), **page}


@operations.handles("GET", "/report/chat/sessions/{sessionId}")
def report_messages(call: OperationCall) -> Payload:
    """Return a session's messages of some days, the newest first; on request with edited and deleted ones."""
    start, end = _parse_days(call)
    first, last = start_of_day(start) * 1000, end_of_day(end) * 1000 + 999
    messages = find_session_messages(call, call.path_params["sessionId"])
    now = [each for each in messages if each.status != "Deleted" and first <= each.sent_at <= last]
    page = build_page(call, now, ChatMessage.sort_key, lambda each: serialize_reported_message(call, each))
    fields = call.query.get("include_fields", "")
    for status, name in (("Edited", "edited_messages"), ("Deleted", "deleted_messages")):
        if name in fields:
            some = [each for each in messages if each.status == status and first <= each.changed_at <= last]
            page[name] = [serialize_changed_message(call, each) for each in some]
    return {"from": start.isoformat(), "to": end.isoformat(), **page}


def _serialize_session(call: OperationCall, session: ChatSession) -> Payload:
    last = {"last_message_sent_time": format_time(session.last_sent // 1000)} if session.last_sent else {}
    if session.channel is not None:
        return {**last, "channel_id": session.channel.id, "name": session.channel.name, "type": "groupchat"}
    return {**last, "type": _ONE_TO_ONE, **serialize_peer(call, get_acting_user(call), session)}


def _serialize_reported_session(call: OperationCall, session: ChatSession) -> Payload:
    channel_fields = {"channel_id": session.channel.id} if session.channel else {}
    return {
        "id": session.id,
        "last_message_sent_time": format_time(session.last_sent // 1000),
        "name": session.get_name(call),
        "type": "Group" if session.channel else _ONE_TO_ONE,
        "member_emails": session.get_emails(call),
        "status": "active",
        "has_external_member": False,
        **channel_fields,
    }


def _parse_days(call: OperationCall) -> tuple[date, date]:
    return date.fromisoformat(call.query["from"]), date.fromisoformat(call.query["to"])
