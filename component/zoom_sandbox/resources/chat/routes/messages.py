"""Messages, to be read: by conversation, by search, one by one, by thread.

https://developers.zoom.us/docs/api/team-chat/#tag/chat-messages
"""

from __future__ import annotations

from zoom_sandbox.pages import page
from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.chat import faults
from zoom_sandbox.resources.chat.search import wanted
from zoom_sandbox.resources.chat.shown import alone, in_thread, row
from zoom_sandbox.resources.chat.state.conversations import Chat, Message, message_of, person, place, sees
from zoom_sandbox.spans import begins, ends

_ONE = "/chat/users/{userId}/messages/{messageId}"


@plays("GET", "/chat/users/{userId}/messages")
def list_messages(call: Call) -> Payload:
    """The messages of a person with a contact or in a channel, the newest first; a search may leave both out."""
    user, query = person(call), call.query
    where, visible = place(call, user, query), sees(call, user)
    if where is None and "search_key" not in query:
        raise faults.nothing_searched()
    found = [
        message
        for message in call.world.part(Chat).messages.values()
        if (visible(message) if where is None else message.place == where) and wanted(call, message)
    ]
    found.sort(key=_order)
    answer = page(call, found, _order, lambda message: row(call, message))
    return {**{name: query[name] for name in ("date",) if name in query}, **answer}


@plays("GET", _ONE)
def get_message(call: Call) -> Payload:
    """One message."""
    message = message_of(call, person(call), call.query)
    return alone(call, message)


@plays("GET", f"{_ONE}/thread")
def get_thread(call: Call) -> Payload:
    """A message with those that answer it, within a time."""
    user, query = person(call), call.query
    main = message_of(call, user, query)
    begin = begins("from", query["from"])
    close = ends("to", query["to"]) if "to" in query else call.world.now()
    replies = [
        each
        for each in call.world.part(Chat).messages.values()
        if each.main == main.id and each.status != "Deleted" and begin <= each.when // 1000 <= close
    ]
    found = sorted([*([main] if query["need_main_message"] else []), *replies], key=_order)
    if query["sort"] == "asc":
        found.reverse()
    shown = found[: query["limit"]]
    return {"total": len(found), "messages": [in_thread(call, user, each) for each in shown]}


def _order(message: Message) -> tuple[int, int]:
    return message.order
