"""Handle meetings, their invitations and upcoming meetings.

https://developers.zoom.us/docs/api/meetings/
"""

from __future__ import annotations

from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.resources.conferences import events, handlers
from zoom_sandbox.resources.conferences.ids import display_id
from zoom_sandbox.resources.conferences.kinds import PERSONAL
from zoom_sandbox.resources.live.state import end_if_live
from zoom_sandbox.resources.meetings.invitation import build_invitation
from zoom_sandbox.resources.meetings.state import Meetings
from zoom_sandbox.resources.meetings.upcoming import list_upcoming_meetings
from zoom_sandbox.resources.users.state import Users

operations = Operations()


@operations.handles("POST", "/users/{userId}/meetings")
def create_meeting(call: OperationCall) -> Payload:
    """Create a meeting: instant, scheduled, or recurring with or without fixed times."""
    return handlers.create_conference(call, call.account.store(Meetings), call.account.store(Users).get(call))


@operations.handles("GET", "/users/{userId}/meetings")
def list_meetings(call: OperationCall) -> Payload:
    """Return a page of a host's meetings."""
    return handlers.list_conferences(call, call.account.store(Meetings))


@operations.handles("GET", "/meetings/{meetingId}")
def get_meeting(call: OperationCall) -> Payload:
    """Return a meeting."""
    return handlers.get_conference(call, call.account.store(Meetings))


@operations.handles("PATCH", "/meetings/{meetingId}")
def update_meeting(call: OperationCall) -> None:
    """Update the fields that the body has."""
    handlers.update_conference(call, call.account.store(Meetings))


@operations.handles("DELETE", "/meetings/{meetingId}")
def delete_meeting(call: OperationCall) -> None:
    """Delete a meeting or one occurrence. Raises ApiError for a personal meeting."""
    if call.account.store(Meetings).get(call).type == PERSONAL:
        raise call.error("meetings.personalRoomNotDeletable")
    handlers.delete_conference(call, call.account.store(Meetings))


@operations.handles("PUT", "/meetings/{meetingId}/status")
def set_status(call: OperationCall) -> None:
    """End a meeting, or recover a deleted one."""
    store = call.account.store(Meetings)
    if call.body.get("action") != "recover":
        conference = store.get(call)
        if not end_if_live(call.account, conference, call.base_url):
            handlers.end_conference(call, conference)
    elif (meeting := store.recover(call.path_params["meetingId"])) is None:
        raise call.error("conferences.notFound", kind=store.kind.name, id=display_id(call.path_params["meetingId"]))
    else:
        events.send_recovered(call, meeting)


@operations.handles("GET", "/meetings/{meetingId}/invitation")
def get_invitation(call: OperationCall) -> Payload:
    """Return the text that invites people to a meeting."""
    meeting = call.account.store(Meetings).get(call)
    return build_invitation(call, meeting)


@operations.handles("GET", "/users/{userId}/upcoming_meetings")
def list_upcoming(call: OperationCall) -> Payload:
    """Return a user's meetings of the next 24 hours, each occurrence as a row, in order of time."""
    rows = list_upcoming_meetings(
        call.account.store(Meetings).of_host(call.account.store(Users).get(call)), call.account.now()
    )
    return {"total_records": len(rows), "meetings": rows}
