"""Whom one can write to: the people of the account. https://developers.zoom.us/docs/api/team-chat/#tag/contacts"""

from __future__ import annotations

from zoom_sandbox.pages import by_number, page
from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.chat.shown import contact
from zoom_sandbox.resources.chat.state.conversations import known, person
from zoom_sandbox.resources.users.state import Users


@plays("GET", "/chat/users/me/contacts")
def list_contacts(call: Call) -> Payload:
    """The other active people of the account, by pages; there are no contacts elsewhere."""
    users, me = call.world.part(Users), person(call)
    inside = call.query["type"] == "company"
    found = [user for user in users.listing("active", "") if user is not me] if inside else []
    return page(call, sorted(found, key=by_number), by_number, contact)


@plays("GET", "/chat/users/me/contacts/{identifier}")
def get_contact(call: Call) -> Payload:
    """One person."""
    shown = contact(known(call, call.ids["identifier"]))
    return {**shown, "presence_status": "Available"} if call.query.get("query_presence_status") else shown
