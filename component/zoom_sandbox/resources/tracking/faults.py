"""How Zoom refuses what is asked about tracking fields: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.plays import Call
from zoom_sandbox.refusal import Refusal, invalid


def unknown(call: Call, key: str) -> Refusal:
    """There is no tracking field with the id."""
    return call.refuse(f"Tracking field does not exist: {key}.", (404, 5110))


def no_name() -> Refusal:
    """A tracking field is to have no name."""
    return invalid(("field", "This field is required."))
