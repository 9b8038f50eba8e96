"""How Zoom refuses what is asked about meetings alone: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.plays import Call
from zoom_sandbox.refusal import Refusal


def room_stays(call: Call) -> Refusal:
    """A personal room is there as long as its person."""
    return call.refuse("A personal meeting room cannot be deleted.", (400, 3000))
