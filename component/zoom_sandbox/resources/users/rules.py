"""Check what an account allows: who may have which email, profile, role and setting."""

from __future__ import annotations

from typing import Any

from zoom_sandbox.errors import api_error
from zoom_sandbox.operations import OperationCall, Payload
from zoom_sandbox.resources.users.state import LICENSED, User, Users

_OWNER, _ADMIN = "0", "1"
# At most one of these may change at a time. https://developers.zoom.us/docs/api/users/#tag/users/patch/users/{userId}
_LICENSE_FIELDS = ("type", "plan_united_type", "zoom_one_type")
# The features that need a license, with the error for a user without one.
# https://developers.zoom.us/docs/api/users/#tag/users/patch/users/{userId}/settings (1108, 1122)
_LICENSED_FEATURES = {"webinar": "users.webinarNeedsLicense", "large_meeting": "users.largeMeetingNeedsLicense"}


def is_administrator(user: User) -> bool:
    """Return whether a user is the owner or an administrator of the account."""
    return user.role_id in (_OWNER, _ADMIN)


def check_domain(call: OperationCall, email: str) -> None:
    """Raise ApiError (400/1116) for an email outside the account's managed domain, which is that of its owner.

    https://developers.zoom.us/docs/api/users/#tag/users/post/users (autoCreate),
    https://developers.zoom.us/docs/api/users/#tag/users/put/users/{userId}/email (managed domains)
    """
    domain = call.account.store(Users).owner.email.rpartition("@")[2]
    if email.rpartition("@")[2].lower() != domain.lower():
        raise call.error("users.domainNotManaged", email=email, domain=domain)


def check_profile(users: Users, user: User, body: Payload) -> None:
    """Raise ApiError for two licenses at once, and for a personal link name of another user."""
    changed = [name for name in _LICENSE_FIELDS if name in body]
    if len(changed) > 1:
        raise api_error("users.twoLicenseFields", first=changed[0], second=changed[1])
    address = build_vanity_url(body.get("vanity_name", ""))
    if body.get("vanity_name") and any(
        (other.extra_fields or {}).get("vanity_url") == address for other in users.list_all() if other is not user
    ):
        raise api_error("users.vanityNameTaken", name=body["vanity_name"])


def check_settings_access(call: OperationCall, user: User) -> None:
    """Raise ApiError (400/1000) for the settings of a pending user.

    https://github.com/jrchamp/moodle-mod_zoom/issues/131 (code and message)
    """
    if user.status == "pending":
        raise call.error("users.pendingSettings")


def check_features(call: OperationCall, user: User, settings: dict[str, Any]) -> None:
    """Raise ApiError for a feature that only a licensed user can have."""
    feature = settings.get("feature", {})
    for name, error in _LICENSED_FEATURES.items():
        if feature.get(name) and user.type != LICENSED:
            raise call.error(error)


def build_vanity_url(name: str) -> str:
    """Return the address of a personal link name."""
    return f"https://zoom.us/my/{name}"
