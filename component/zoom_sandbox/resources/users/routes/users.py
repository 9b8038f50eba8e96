"""Create, read, update, list and delete users. https://developers.zoom.us/docs/api/users/"""

from __future__ import annotations

from zoom_sandbox.errors import api_error
from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.paging import build_page, by_number
from zoom_sandbox.resources.users import edit, events, rules, serializers
from zoom_sandbox.resources.users.state import UserDataStore, Users

operations = Operations()


@operations.handles("GET", "/users")
def list_users(call: OperationCall) -> Payload:
    """Return a page of the users with a status."""
    matches = call.account.store(Users).list_users(call.query["status"], call.query.get("role_id", ""))
    extra_field = call.query.get("include_fields", "")
    return build_page(call, matches, by_number, lambda user: serializers.serialize_row(user, extra_field))


@operations.handles("POST", "/users")
def create_user(call: OperationCall) -> Payload:
    """Create a user: pending with `create`, active with the other actions."""
    info = call.body.get("user_info")
    if info is None:
        raise api_error("users.userInfoMissing")
    if "@" not in info["email"].strip("@"):
        raise api_error("users.emailInvalid")
    users = call.account.store(Users)
    if users.find(info["email"]) is not None:
        raise api_error("users.alreadyInAccount", email=info["email"])
    if call.body["action"] == "autoCreate":
        rules.check_domain(call, info["email"])
        if "password" in info:
            edit.check_initial_password(info["password"])
    own = {name: info[name] for name in ("first_name", "last_name", "type") if name in info}
    status = "pending" if call.body["action"] == "create" else "active"
    user = users.add(info["email"], status=status, extra_fields=edit.parse_stored_fields(info), **own)
    events.send_user_created(call, user, call.body["action"])
    return user.serialize_brief()


@operations.handles("GET", "/users/{userId}")
def get_user(call: OperationCall) -> Payload:
    """Return a user."""
    user = call.account.store(Users).get(call)
    return serializers.serialize_full(call, user)


@operations.handles("PATCH", "/users/{userId}")
def update_user(call: OperationCall) -> None:
    """Update the fields that the body has."""
    users, body = call.account.store(Users), call.body
    user = users.get(call)
    before = events.take_user_snapshot(call, user)
    edit.update_user_fields(users, user, body)
    events.send_user_updated(call, user, before)


@operations.handles("DELETE", "/users/{userId}")
def delete_user(call: OperationCall) -> None:
    """Delete a user, and transfer the data that the query names to the user of `transfer_email`."""
    users = call.account.store(Users)
    user = users.get(call)
    if user is users.owner:
        raise call.error("users.ownerNotDeletable")
    if call.query["action"] == "disassociate" and rules.is_administrator(user):
        raise call.error("users.adminNotDisassociable")
    heirs = edit.find_heirs(call, users, user)
    for store in list(call.account.stores.values()):
        if isinstance(store, UserDataStore):
            store.remove_user(user, heirs)
    users.remove(user)
    events.send_user_event(call, user, "deleted" if call.query["action"] == "delete" else "disassociated")
