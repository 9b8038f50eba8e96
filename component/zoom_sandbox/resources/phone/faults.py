"""How Zoom refuses what is asked about phones and calls: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.errors import ApiError, validation_error
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.users.state import User


def unknown_call(key: str) -> ApiError:
    """Nobody made such a call."""
    return validation_error(("callHistoryUuid", f"There is no such call: {key}."))


def no_phone(call: OperationCall, user: User) -> ApiError:
    """The path's person has no phone."""
    return call.error(f"The user has no phone: {user.email}.", (404, 404))


def no_recording() -> ApiError:
    """There is no recorded call at the address.

    The page knows this one code, with this status.
    https://developers.zoom.us/docs/api/phone/#tag/recordings/get/phone/recording/download/{fileId}
    """
    return ApiError(400, 404, "There is no such recording.")
