"""How Zoom refuses what is asked about webinars alone: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.plays import Call
from zoom_sandbox.refusal import Refusal


def no_plan(call: Call) -> Refusal:
    """The host's licence has no webinars."""
    return call.refuse(
        "Webinar plan is missing. Subscribe to the webinar plan and enable webinars for this user.",
        (400, 200),
    )
