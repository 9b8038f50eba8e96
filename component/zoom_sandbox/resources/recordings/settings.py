"""Read and change the settings of a recording: who may see it, and its passcode."""

from __future__ import annotations

import re
from typing import Any

from zoom_sandbox.errors import api_error
from zoom_sandbox.operations import OperationCall, Payload
from zoom_sandbox.resources.recordings.state import CloudRecording
from zoom_sandbox.response_schemas import drop_unknown_fields, response_schema

PATH = "/meetings/{meetingId}/recordings/settings"
_PASSCODE = re.compile(r"[\x21-\x7e]{8,10}")
_DEFAULTS: dict[str, Any] = {
    "approval_type": 2,
    "auto_delete": False,
    "on_demand": False,
    "recording_authentication": False,
    "send_email_to_host": False,
    "share_recording": "publicly",
    "show_social_share_buttons": False,
    "viewer_download": True,
}


def get_recording_settings(recording: CloudRecording) -> Payload:
    """Return the settings of a recording, with defaults."""
    return {**_DEFAULTS, "topic": recording.instance.topic, **recording.settings}


def update_recording_settings(call: OperationCall, recording: CloudRecording) -> None:
    """Update the settings that the call's body has."""
    if "password" in call.body and not _PASSCODE.fullmatch(call.body["password"]):
        raise api_error("recordings.passcodeInvalid")
    recording.settings |= drop_unknown_fields(call.body, response_schema("GET", PATH))
