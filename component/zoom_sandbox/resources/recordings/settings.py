"""The settings of one recording: who may see it, and its passcode."""

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
    """A recording's settings, with those that nobody chose."""
    return {**_DEFAULTS, "topic": recording.instance.topic, **recording.settings}


def update_recording_settings(call: OperationCall, recording: CloudRecording) -> None:
    """Change what the call's body gives, and nothing else."""
    if "password" in call.body and not _PASSCODE.fullmatch(call.body["password"]):
        raise api_error("recordings.passcodeInvalid")
    recording.settings |= drop_unknown_fields(call.body, response_schema("GET", PATH))
