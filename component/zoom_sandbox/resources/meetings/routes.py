"""Meetings: made, listed, read, changed, deleted, ended, brought back; their invitations; what is to come.

https://developers.zoom.us/docs/api/meetings/
"""

from __future__ import annotations

from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.gatherings import acts, announced
from zoom_sandbox.resources.gatherings import faults as gathering_faults
from zoom_sandbox.resources.gatherings.kinds import PERSONAL
from zoom_sandbox.resources.live.state import end_if_live
from zoom_sandbox.resources.meetings import faults
from zoom_sandbox.resources.meetings.invitation import invitation
from zoom_sandbox.resources.meetings.state import Meetings
from zoom_sandbox.resources.meetings.upcoming import upcoming
from zoom_sandbox.resources.users.state import Users


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
        raise faults.room_stays(call)
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
        raise gathering_faults.missing(call, store.kind, call.ids["meetingId"])
    else:
        announced.recovered(call, meeting)


@plays("GET", "/meetings/{meetingId}/invitation")
def get_invitation(call: Call) -> Payload:
    """The text that invites people to a meeting."""
    meeting = call.world.part(Meetings).get(call)
    return invitation(call, meeting)


@plays("GET", "/users/{userId}/upcoming_meetings")
def list_upcoming(call: Call) -> Payload:
    """A person's meetings of the next 24 hours, each occurrence for itself, in their order."""
    rows = upcoming(call.world.part(Meetings).of_host(call.world.part(Users).get(call)), call.world.now())
    return {"total_records": len(rows), "meetings": rows}
