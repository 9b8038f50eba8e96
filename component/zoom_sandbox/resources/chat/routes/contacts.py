"""Handle contacts: the other users of the account. https://developers.zoom.us/docs/api/team-chat/#tag/contacts"""

from __future__ import annotations

from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.paging import build_page, by_number
from zoom_sandbox.resources.chat.serializers import serialize_contact
from zoom_sandbox.resources.chat.state.conversations import get_acting_user, get_user
from zoom_sandbox.resources.users.state import Users

operations = Operations()


@operations.handles("GET", "/chat/users/me/contacts")
def list_contacts(call: OperationCall) -> Payload:
    """Return a page of the other active users of the account; there are no external contacts."""
    users, me = call.account.store(Users), get_acting_user(call)
    inside = call.query["type"] == "company"
    contacts = [user for user in users.list_users("active", "") if user is not me] if inside else []
    return build_page(call, sorted(contacts, key=by_number), by_number, serialize_contact)


@operations.handles("GET", "/chat/users/me/contacts/{identifier}")
def get_contact(call: OperationCall) -> Payload:
    """Return a contact."""
    payload = serialize_contact(get_user(call, call.path_params["identifier"]))
    return {**payload, "presence_status": "Available"} if call.query.get("query_presence_status") else payload
