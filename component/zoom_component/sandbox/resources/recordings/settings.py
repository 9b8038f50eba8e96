"""The settings of one recording: who may see it, and its passcode.

https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording/get/meetings/{meetingId}/recordings/settings
"""

from __future__ import annotations

import re
from typing import Any

from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.refusal import invalid
from zoom_component.sandbox.resources.recordings.state import Recording, Recordings
from zoom_component.sandbox.shapes import answer_schema, fitting

_PATH = "/meetings/{meetingId}/recordings/settings"
_PASSCODE = re.compile(r"[\x21-\x7e]{8,10}")
_NOBODY_CHOSE: dict[str, Any] = {
    "approval_type": 2,
    "auto_delete": False,
    "on_demand": False,
    "recording_authentication": False,
    "send_email_to_host": False,
    "share_recording": "publicly",
    "show_social_share_buttons": False,
    "viewer_download": True,
}


@plays("GET", _PATH)
def get_settings(call: Call) -> Payload:
    """A recording's settings."""
    recording = call.world.part(Recordings).get(call)
    return {**_NOBODY_CHOSE, "topic": recording.instance.topic, **recording.settings}


@plays("PATCH", _PATH)
def update_settings(call: Call) -> None:
    """Change what is given, and nothing else."""
    recording = call.world.part(Recordings).get(call)
    if "password" in call.body and not _PASSCODE.fullmatch(call.body["password"]):
        raise invalid(("password", "8 to 10 characters without spaces are expected."))
    recording.settings |= fitting(call.body, answer_schema("GET", _PATH))


def passcode(recording: Recording) -> str:
    """What a viewer has to give; "" where nothing is asked."""
    code: str = recording.settings.get("password", "")
    return code
