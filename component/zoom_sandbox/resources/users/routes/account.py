"""Handle the status, email, password, tokens and permissions of users.

https://developers.zoom.us/docs/api/users/#tag/users
"""

from __future__ import annotations

from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.resources.roles.state import Roles
from zoom_sandbox.resources.users import edit, events, rules
from zoom_sandbox.resources.users.state import BASIC, LICENSED, Users

operations = Operations()

_STATUS = {"activate": "active", "deactivate": "inactive"}
_ON_PREM, _NONE = 3, 99


@operations.handles("PUT", "/users/{userId}/status")
def set_status(call: OperationCall) -> None:
    """Activate a user, or deactivate one, who loses all licenses. Raises ApiError for administrators and pending users.

    https://developers.zoom.us/docs/api/users/#tag/users/put/users/{userId}/status (a deactivated user has no license)
    """
    users = call.account.store(Users)
    user, action = users.get(call), call.body["action"]
    if action not in _STATUS:
        raise call.error("users.clockingUnsupported")
    if rules.is_administrator(user):
        raise call.error("users.adminStatusFixed")
    if user.status == "pending":
        raise call.error("users.invitationPending")
    differs = user.status != _STATUS[action]
    user.status = _STATUS[action]
    if action == "deactivate":
        user.type = BASIC
    users.clear_lists()
    if differs:
        events.send_user_event(call, user, f"{action}d")


@operations.handles("PUT", "/users/{userId}/email")
def set_email(call: OperationCall) -> None:
    """Change a user's email to one of a managed domain that nobody in the account has."""
    users = call.account.store(Users)
    user, email = users.get(call), call.body["email"]
    other = users.find(email)
    if other is not None and other is not user:
        raise call.error("users.emailTaken", email=email)
    rules.check_domain(call, email)
    before = events.take_user_snapshot(call, user)
    users.change_email(user, email)
    events.send_user_updated(call, user, before)


@operations.handles("PUT", "/users/{userId}/password")
def set_password(call: OperationCall) -> None:
    """Check a new password. Nothing reads a password, so none is stored."""
    if rules.is_administrator(call.account.store(Users).get(call)):
        raise call.error("users.adminPasswordFixed")
    edit.check_password(call.body["password"])


@operations.handles("GET", "/users/{userId}/permissions")
def get_permissions(call: OperationCall) -> Payload:
    """Return the privileges of a user's role."""
    user = call.account.store(Users).get(call)
    return {"permissions": list(call.account.store(Roles).role_of(user).privileges)}


@operations.handles("GET", "/users/{userId}/token")
def get_token(call: OperationCall) -> Payload:
    """Return a token with which a user starts or joins a meeting."""
    call.account.store(Users).get(call)
    return {"token": call.account.ids.next_token()}


@operations.handles("DELETE", "/users/{userId}/token")
def revoke_token(call: OperationCall) -> None:
    """Check that the user exists. The sandbox has no sign-in sessions to end."""
    call.account.store(Users).get(call)


@operations.handles("GET", "/users/me/zak")
def get_zak(call: OperationCall) -> Payload:
    """Return the token with which the owner starts a meeting."""
    return {"token": call.account.ids.next_token()}


@operations.handles("GET", "/users/summary")
def get_summary(call: OperationCall) -> Payload:
    """Return the number of users by license and status."""
    users = call.account.store(Users)
    all_users = users.list_all()
    return {
        "licensed_users_count": sum(user.type == LICENSED for user in all_users),
        "basic_users_count": sum(user.type == BASIC for user in all_users),
        "on_prem_users_count": sum(user.type == _ON_PREM for user in all_users),
        "room_users_count": 0,
        "pending_users_count": len(users.list_users("pending", "")),
        "join_only_users_count": sum(user.type == _NONE for user in all_users),
        "total_users_count": len(all_users),
    }


@operations.handles("GET", "/users/email")
def check_email(call: OperationCall) -> Payload:
    """Return whether a user has an email."""
    return {"existed_email": call.account.store(Users).find(call.query["email"]) is not None}


@operations.handles("GET", "/users/vanity_name")
def check_vanity_name(call: OperationCall) -> Payload:
    """Return whether a user has a personal meeting name."""
    address = rules.build_vanity_url(call.query["vanity_name"])
    users = call.account.store(Users)
    all_users = users.list_all()
    return {"existed": any((user.extra_fields or {}).get("vanity_url") == address for user in all_users)}
