"""The settings of one recording: who may see it, and its passcode."""

from __future__ import annotations

import re
from typing import Any

from zoom_sandbox.plays import Call, Payload
from zoom_sandbox.resources.recordings import faults
from zoom_sandbox.resources.recordings.state import Recording
from zoom_sandbox.shapes import answer_schema, fitting

PATH = "/meetings/{meetingId}/recordings/settings"
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


def settings_of(recording: Recording) -> Payload:
    """A recording's settings, with those that nobody chose."""
    return {**_NOBODY_CHOSE, "topic": recording.instance.topic, **recording.settings}


def change(call: Call, recording: Recording) -> None:
    """Change what the call's body gives, and nothing else."""
    if "password" in call.body and not _PASSCODE.fullmatch(call.body["password"]):
        raise faults.bad_passcode()
    recording.settings |= fitting(call.body, answer_schema("GET", PATH))
