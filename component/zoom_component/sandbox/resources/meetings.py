"""Meetings from plan to end. https://developers.zoom.us/docs/api/meetings/"""

from __future__ import annotations

from datetime import datetime

from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.resources.gatherings import Gathering, Meetings, acts, announced
from zoom_component.sandbox.resources.gatherings.answer import join_url
from zoom_component.sandbox.resources.gatherings.store import PERSONAL, missing
from zoom_component.sandbox.resources.live import end_if_live
from zoom_component.sandbox.resources.users import Users
from zoom_component.sandbox.times import known_zone


@plays("POST", "/users/{userId}/meetings")
def create_meeting(call: Call) -> Payload:
    """A new meeting: instant, scheduled, or recurring with or without fixed times."""
    return acts.create(call, call.world.part(Meetings), call.world.part(Users).get(call))


@plays("GET", "/users/{userId}/meetings")
def list_meetings(call: Call) -> Payload:
    """A host's meetings, by pages."""
    return acts.listing(call, call.world.part(Meetings))


@plays("GET", "/meetings/{meetingId}")
def get_meeting(call: Call) -> Payload:
    """One meeting in full."""
    return acts.get(call, call.world.part(Meetings))


@plays("PATCH", "/meetings/{meetingId}")
def update_meeting(call: Call) -> None:
    """Change what is given, and nothing else."""
    acts.update(call, call.world.part(Meetings))


@plays("DELETE", "/meetings/{meetingId}")
def delete_meeting(call: Call) -> None:
    """Delete a meeting or one occurrence. A personal room stays."""
    if call.world.part(Meetings).get(call).type == PERSONAL:
        raise call.refuse("A personal meeting room cannot be deleted.", (400, 3000))
    acts.delete(call, call.world.part(Meetings))


@plays("PUT", "/meetings/{meetingId}/status")
def set_status(call: Call) -> None:
    """End a meeting, or bring a deleted one back."""
    store = call.world.part(Meetings)
    if call.body.get("action") != "recover":
        gathering = store.get(call)
        if not end_if_live(call.world, gathering, call.base):
            acts.end(call, gathering)
    elif (meeting := store.recover(call.ids["meetingId"])) is None:
        raise missing(call, store.kind, call.ids["meetingId"])
    else:
        announced.recovered(call, meeting)


@plays("GET", "/meetings/{meetingId}/invitation")
def get_invitation(call: Call) -> Payload:
    """The text that invites people to a meeting."""
    meeting = call.world.part(Meetings).get(call)
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
