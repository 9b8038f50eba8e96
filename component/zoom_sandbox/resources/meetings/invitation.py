"""The text that invites people to a meeting."""

from __future__ import annotations

from datetime import datetime

from zoom_sandbox.plays import Call, Payload
from zoom_sandbox.resources.gatherings.record import Gathering
from zoom_sandbox.resources.gatherings.shown import join_url
from zoom_sandbox.resources.users.state import Users
from zoom_sandbox.times import known_zone


def invitation(call: Call, meeting: Gathering) -> Payload:
    """The text, and the address for room systems."""
    host = call.world.part(Users).find(meeting.host_id)
    lines = [
        f"{host.display_name if host else 'The host'} is inviting you to a scheduled Zoom meeting.",
        "",
        f"Topic: {meeting.topic}",
        *_when(meeting),
        "",
        "Join Zoom Meeting",
        join_url(meeting),
        "",
        f"Meeting ID: {_spaced(meeting.id)}",
        f"Passcode: {meeting.password}",
    ]
    return {"invitation": "\r\n".join(lines), "sip_links": [f"{meeting.id}@zoomcrc.com"]}


def _when(meeting: Gathering) -> list[str]:
    if meeting.start is None:
        return ["Time: This is a recurring meeting Meet anytime"]
    local = datetime.fromtimestamp(meeting.start, known_zone(meeting.timezone))
    return [f"Time: {local:%b %d, %Y %I:%M %p} {meeting.timezone}"]


def _spaced(number: int) -> str:
    text = str(number)
    return f"{text[:-8]} {text[-8:-4]} {text[-4:]}"
