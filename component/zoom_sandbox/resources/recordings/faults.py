"""How Zoom refuses what is asked about recordings: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.errors import ApiError, validation_error
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.conferences.ids import display_id

_NONE = (404, 3301)


def absent(call: OperationCall, key: str) -> ApiError:
    """A meeting has no recording, or a recording no such file."""
    return call.error(f"There is no recording for this meeting: {display_id(key)}.", _NONE)


def no_file() -> ApiError:
    """There is no file at the address."""
    return ApiError(*_NONE, "There is no such file.")


def no_transcript(call: OperationCall) -> ApiError:
    """A meeting's recording has no transcript."""
    return call.error(f"The meeting has no transcript: {call.path_params['meetingId']}.", (404, 3322))


def bad_passcode() -> ApiError:
    """A viewer's passcode is too short, too long or has spaces."""
    return validation_error(("password", "8 to 10 characters without spaces are expected."))
