"""How Zoom refuses what is asked about recordings: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.plays import Call
from zoom_sandbox.refusal import Refusal, invalid
from zoom_sandbox.resources.gatherings.ids import as_read

_NONE = (404, 3301)


def absent(call: Call, key: str) -> Refusal:
    """A meeting has no recording, or a recording no such file."""
    return call.refuse(f"There is no recording for this meeting: {as_read(key)}.", _NONE)


def no_file() -> Refusal:
    """There is no file at the address."""
    return Refusal(*_NONE, "There is no such file.")


def no_transcript(call: Call) -> Refusal:
    """A meeting's recording has no transcript."""
    return call.refuse(f"The meeting has no transcript: {call.ids['meetingId']}.", (404, 3322))


def bad_passcode() -> Refusal:
    """A viewer's passcode is too short, too long or has spaces."""
    return invalid(("password", "8 to 10 characters without spaces are expected."))
