"""Write the text that invites people to a meeting."""

from __future__ import annotations

from datetime import datetime

from zoom_sandbox.operations import OperationCall, Payload
from zoom_sandbox.resources.conferences.models import Conference
from zoom_sandbox.resources.conferences.serializers import build_join_url
from zoom_sandbox.resources.users.state import Users
from zoom_sandbox.times import find_time_zone


def build_invitation(call: OperationCall, meeting: Conference) -> Payload:
    """Return the text, and the address for room systems."""
    host = call.account.store(Users).find(meeting.host_id)
    lines = [
        f"{host.display_name if host else 'The host'} is inviting you to a scheduled Zoom meeting.",
        "",
        f"Topic: {meeting.topic}",
        *_describe_time(meeting),
        "",
        "Join Zoom Meeting",
        build_join_url(meeting),
        "",
        f"Meeting ID: {_format_id(meeting.id)}",
        f"Passcode: {meeting.password}",
    ]
    return {"invitation": "\r\n".join(lines), "sip_links": [f"{meeting.id}@zoomcrc.com"]}


def _describe_time(meeting: Conference) -> list[str]:
    if meeting.start is None:
        return ["Time: This is a recurring meeting Meet anytime"]
    local = datetime.fromtimestamp(meeting.start, find_time_zone(meeting.timezone))
    return [f"Time: {local:%b %d, %Y %I:%M %p} {meeting.timezone}"]


def _format_id(number: int) -> str:
    text = str(number)
    return f"{text[:-8]} {text[-8:-4]} {text[-4:]}"
