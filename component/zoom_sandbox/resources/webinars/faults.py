"""How Zoom refuses what is asked about webinars alone: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.errors import ApiError
from zoom_sandbox.operations import OperationCall


def no_plan(call: OperationCall) -> ApiError:
    """The host's licence has no webinars."""
    return call.error(
        "Webinar plan is missing. Subscribe to the webinar plan and enable webinars for this user.",
        (400, 200),
    )
