"""How Zoom refuses what is asked about phones and calls: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.plays import Call
from zoom_sandbox.refusal import Refusal, invalid
from zoom_sandbox.resources.users.state import User


def unknown_call(key: str) -> Refusal:
    """Nobody made such a call."""
    return invalid(("callHistoryUuid", f"There is no such call: {key}."))


def no_phone(call: Call, user: User) -> Refusal:
    """The path's person has no phone."""
    return call.refuse(f"The user has no phone: {user.email}.", (404, 404))


def no_recording() -> Refusal:
    """There is no recorded call at the address.

    The page knows this one code, with this status.
    https://developers.zoom.us/docs/api/phone/#tag/recordings/get/phone/recording/download/{fileId}
    """
    return Refusal(400, 404, "There is no such recording.")
