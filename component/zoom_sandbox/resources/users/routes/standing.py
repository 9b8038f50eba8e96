"""How a person stands in the account: status, email, passcode, tokens, permissions, and what is taken.

https://developers.zoom.us/docs/api/users/#tag/users
"""

from __future__ import annotations

from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.roles.state import Roles
from zoom_sandbox.resources.users import announced, edit, faults
from zoom_sandbox.resources.users.state import BASIC, LICENSED, Users

_STATUS = {"activate": "active", "deactivate": "inactive"}
_ON_PREM, _NONE = 3, 99


@plays("PUT", "/users/{userId}/status")
def set_status(call: Call) -> None:
    """Activate or deactivate a person; the owner, and who has not accepted yet, stay as they are."""
    users = call.world.part(Users)
    user, action = users.get(call), call.body["action"]
    if action not in _STATUS:
        raise faults.no_workforce(call)
    if user is users.owner:
        raise faults.owner_status(call)
    if user.status == "pending":
        raise faults.not_accepted(call)
    differs = user.status != _STATUS[action]
    user.status = _STATUS[action]
    users.changed()
    if differs:
        announced.user_told(call, user, f"{action}d")


@plays("PUT", "/users/{userId}/email")
def set_email(call: Call) -> None:
    """Give a person another email, which nobody in the account has."""
    users = call.world.part(Users)
    user, email = users.get(call), call.body["email"]
    other = users.find(email)
    if other is not None and other is not user:
        raise faults.taken_email(call, email)
    before = announced.user_snapshot(call, user)
    users.rename(user, email)
    announced.user_updated(call, user, before)


@plays("PUT", "/users/{userId}/password")
def set_password(call: Call) -> None:
    """Give a person another passcode to sign in with. Nothing reads it back, so nothing is kept."""
    call.world.part(Users).get(call)
    edit.check_password(call.body["password"])


@plays("GET", "/users/{userId}/permissions")
def get_permissions(call: Call) -> Payload:
    """What a person may do: the privileges of the role."""
    user = call.world.part(Users).get(call)
    return {"permissions": list(call.world.part(Roles).of(user).privileges)}


@plays("GET", "/users/{userId}/token")
def get_token(call: Call) -> Payload:
    """A token with which a meeting is started or joined as this person."""
    call.world.part(Users).get(call)
    return {"token": call.world.ids.token()}


@plays("DELETE", "/users/{userId}/token")
def revoke_token(call: Call) -> None:
    """Sign a person out everywhere. The sandbox keeps no sessions, so that nothing more is to be done."""
    call.world.part(Users).get(call)


@plays("GET", "/users/me/zak")
def get_zak(call: Call) -> Payload:
    """The token with which the owner starts a meeting."""
    return {"token": call.world.ids.token()}


@plays("GET", "/users/summary")
def get_summary(call: Call) -> Payload:
    """How many people of which sort the account has."""
    users = call.world.part(Users)
    everyone = [user for status in ("active", "inactive", "pending") for user in users.listing(status, "")]
    return {
        "licensed_users_count": sum(user.type == LICENSED for user in everyone),
        "basic_users_count": sum(user.type == BASIC for user in everyone),
        "on_prem_users_count": sum(user.type == _ON_PREM for user in everyone),
        "room_users_count": 0,
        "pending_users_count": len(users.listing("pending", "")),
        "join_only_users_count": sum(user.type == _NONE for user in everyone),
        "total_users_count": len(everyone),
    }


@plays("GET", "/users/email")
def is_email_taken(call: Call) -> Payload:
    """Whether somebody has an email."""
    return {"existed_email": call.world.part(Users).find(call.query["email"]) is not None}


@plays("GET", "/users/vanity_name")
def is_vanity_taken(call: Call) -> Payload:
    """Whether somebody has a personal meeting name."""
    address = f"https://zoom.us/my/{call.query['vanity_name']}"
    users = call.world.part(Users)
    everyone = (user for status in ("active", "inactive", "pending") for user in users.listing(status, ""))
    return {"existed": any((user.more or {}).get("vanity_url") == address for user in everyone)}
