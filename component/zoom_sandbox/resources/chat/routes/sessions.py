"""Conversations: those of a person, and those of the account with what was said in them.

https://developers.zoom.us/docs/api/team-chat/#tag/chat-sessions, https://developers.zoom.us/docs/api/team-chat/#tag/reports
"""

from __future__ import annotations

from datetime import date

from zoom_sandbox.pages import page
from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.chat import faults
from zoom_sandbox.resources.chat.sessions import (
    Session,
    changed,
    order,
    peer_of,
    said,
    sessions,
    starred,
    told,
)
from zoom_sandbox.resources.chat.state.conversations import Message, person
from zoom_sandbox.spans import begins, ends
from zoom_sandbox.times import day_ends, day_of, midnight, stamp

_ONE_TO_ONE = "1:1"


@plays("GET", "/chat/users/{userId}/sessions")
def list_sessions(call: Call) -> Payload:
    """The conversations of a person in which something was said today, or in a span of time; or what is starred."""
    user, query = person(call), call.query
    times: Payload = {}
    if query.get("search_star"):
        if "from" in query or "to" in query:
            raise faults.star_and_days()
        found = starred(call, user)
    else:
        today = day_of(call.world.now())
        begin = begins("from", query["from"]) if "from" in query else midnight(today)
        close = ends("to", query["to"]) if "to" in query else day_ends(today)
        found = [each for each in sessions(call.world, begin, close) if each.has(user)]
        times = {"from": stamp(begin), "to": stamp(close)}
    wanted = query.get("type")
    found = [each for each in found if wanted is None or (wanted == _ONE_TO_ONE) == (each.channel is None)]
    return {**times, **page(call, found, order, lambda each: _own(call, each), under="sessions")}


@plays("GET", "/report/chat/sessions")
def report_sessions(call: Call) -> Payload:
    """The account's conversations in which something was said on some days, by pages."""
    begin, close = _days(call)
    found = sessions(call.world, midnight(begin), day_ends(close))
    answer = page(call, found, order, lambda each: _reported(call, each))
    return {"from": begin.isoformat(), "to": close.isoformat(), **answer}


@plays("GET", "/report/chat/sessions/{sessionId}")
def report_messages(call: Call) -> Payload:
    """What was said in a conversation on some days, the newest first; what was changed or taken back when asked for."""
    begin, close = _days(call)
    first, last = midnight(begin) * 1000, day_ends(close) * 1000 + 999
    messages = said(call, call.ids["sessionId"])
    now = [each for each in messages if each.status != "Deleted" and first <= each.when <= last]
    answer = page(call, now, _order, lambda each: told(call, each))
    fields = call.query.get("include_fields", "")
    for status, name in (("Edited", "edited_messages"), ("Deleted", "deleted_messages")):
        if name in fields:
            some = [each for each in messages if each.status == status and first <= each.changed <= last]
            answer[name] = [changed(call, each) for each in some]
    return {"from": begin.isoformat(), "to": close.isoformat(), **answer}


def _own(call: Call, session: Session) -> Payload:
    last = {"last_message_sent_time": stamp(session.last // 1000)} if session.last else {}
    if session.channel is not None:
        return {**last, "channel_id": session.channel.id, "name": session.channel.name, "type": "groupchat"}
    return {**last, "type": _ONE_TO_ONE, **peer_of(call, person(call), session)}


def _reported(call: Call, session: Session) -> Payload:
    where = {"channel_id": session.channel.id} if session.channel else {}
    return {
        "id": session.id,
        "last_message_sent_time": stamp(session.last // 1000),
        "name": session.name(call),
        "type": "Group" if session.channel else _ONE_TO_ONE,
        "member_emails": session.emails(call),
        "status": "active",
        "has_external_member": False,
        **where,
    }


def _days(call: Call) -> tuple[date, date]:
    return date.fromisoformat(call.query["from"]), date.fromisoformat(call.query["to"])


def _order(message: Message) -> tuple[int, int]:
    return message.order
