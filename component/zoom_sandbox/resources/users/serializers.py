"""Serialize users."""

from __future__ import annotations

from zoom_sandbox.operations import OperationCall, Payload
from zoom_sandbox.resources.roles.state import Roles
from zoom_sandbox.resources.users.state import User
from zoom_sandbox.times import format_time

_LIST_FIELDS = ("dept", "division_ids", "group_ids", "license_info_list", "plan_united_type")


def serialize_full(call: OperationCall, user: User) -> Payload:
    """Return a user with all fields."""
    extra = {name: value for name, value in (user.extra_fields or {}).items() if name != "host_key"}
    # A pending user was always created just now: https://developers.zoom.us/docs/api/users/#tag/users/get/users/{userId}
    created_at = format_time(call.account.now()) if user.status == "pending" else user.created_at
    return {
        "id": user.id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "display_name": user.display_name,
        "email": user.email,
        "type": user.type,
        "role_id": user.role_id,
        "role_name": call.account.store(Roles).role_of(user).name,
        "pmi": user.pmi,
        "use_pmi": False,
        "personal_meeting_url": f"https://zoom.us/j/{user.pmi}",
        "timezone": user.timezone,
        "verified": int(user.status == "active"),
        "dept": "",
        "created_at": created_at,
        "user_created_at": user.created_at,
        "group_ids": [],
        "im_group_ids": [],
        "jid": f"{user.id.lower()}@xmpp.zoom.us",
        "account_id": call.account.options.account_id,
        "language": "en-US",
        "status": user.status,
        "login_types": [100],
        **extra,
    }


def serialize_row(user: User, include: str) -> Payload:
    """Return a user as lists show them."""
    extra = user.extra_fields or {}
    row: Payload = {
        "id": user.id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "display_name": user.display_name,
        "email": user.email,
        "type": user.type,
        "pmi": user.pmi,
        "timezone": user.timezone,
        "verified": int(user.status == "active"),
        "created_at": user.created_at,
        "user_created_at": user.created_at,
        "status": user.status,
        "role_id": user.role_id,
    }
    for name in (*_LIST_FIELDS, include):
        if name in extra:
            row[name] = extra[name]
    return row
