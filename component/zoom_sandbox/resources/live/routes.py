"""Control meetings that are in progress.

https://developers.zoom.us/docs/api/meetings/#tag/in-meeting-features
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from zoom_sandbox.errors import ApiError, api_error, field_error, validation_error
from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.resources.conferences.ids import display_id
from zoom_sandbox.resources.conferences.kinds import MEETING
from zoom_sandbox.resources.conferences.models import Conference
from zoom_sandbox.resources.live.events import send_invitation
from zoom_sandbox.resources.live.state import LiveSession, LiveSessions
from zoom_sandbox.resources.meetings.state import Meetings
from zoom_sandbox.resources.summaries.content import build_summary
from zoom_sandbox.resources.users.state import Users

operations = Operations()

_WAITING_ROOM = ("waiting_room_title", "waiting_room_description")


@operations.handles("PATCH", "/live_meetings/{meetingId}/events")
def control_meeting(call: OperationCall) -> None:
    """Control the recording or the summary of a live meeting, change its waiting room, or invite people."""
    conference = call.account.store(Meetings).get(call)
    live = call.account.store(LiveSessions).find(conference)
    if live is None:
        raise call.error("conferences.notFound", kind=MEETING.name, id=display_id(call.path_params["meetingId"]))
    if "method" not in call.body:
        raise api_error("live.methodMissing")
    _METHODS[call.body["method"]](call, conference, live)


def _control_recording(call: OperationCall, conference: Conference, live: LiveSession) -> None:
    method = call.body["method"]
    if not call.account.store(LiveSessions).control_recording(conference, method.partition(".")[2], call.account.now()):
        raise api_error("live.methodNotPossible", method=method)


def _invite(call: OperationCall, conference: Conference, live: LiveSession) -> None:
    rows, users = _get_params(call).get("contacts", []), call.account.store(Users)
    if not rows:
        raise api_error("live.contactsMissing")
    invitees = [users.find(row.get("id") or row.get("email", "")) for row in rows]
    if unknown := [index for index, user in enumerate(invitees) if user is None]:
        raise validation_error(*(field_error("live.contactUnknown", index=index) for index in unknown))
    for user in invitees:
        if user is not None:
            live.invitees.append(user.id)
            send_invitation(call.account, conference, user)


def _invite_by_phone(call: OperationCall, conference: Conference, live: LiveSession) -> None:
    """Record the invitation. Nobody is called. Zoom, too, answers before the call does."""
    live.invitees.append(_get_required_params(call, "invitee_name", "phone_number")["phone_number"])


def _invite_room_system(call: OperationCall, conference: Conference, live: LiveSession) -> None:
    """Record the invitation. No device is called. Zoom, too, answers before the device does."""
    live.invitees.append(_get_required_params(call, "call_type", "device_ip")["device_ip"])


def _change_waiting_room(call: OperationCall, conference: Conference, live: LiveSession) -> None:
    changes = {name: value for name, value in _get_params(call).items() if name in _WAITING_ROOM}
    if not changes:
        raise _missing_params(_WAITING_ROOM)
    live.waiting_room |= changes


def _start_summary(call: OperationCall, conference: Conference, live: LiveSession) -> None:
    if _get_params(call).get("ai_companion_mode", "all") != "questions":
        live.summary = build_summary(conference.topic)


def _stop_summary(call: OperationCall, conference: Conference, live: LiveSession) -> None:
    if _get_params(call).get("delete_meeting_assets"):
        live.summary = None


def _get_required_params(call: OperationCall, *names: str) -> Payload:
    params = _get_params(call)
    if missing := [name for name in names if not params.get(name)]:
        raise _missing_params(missing)
    return params


def _missing_params(names: Iterable[str]) -> ApiError:
    return validation_error(*(field_error("live.parameterMissing", name=name) for name in names))


def _get_params(call: OperationCall) -> Payload:
    return dict(call.body.get("params", {}))


_METHODS: dict[str, Callable[[OperationCall, Conference, LiveSession], None]] = {
    "recording.start": _control_recording,
    "recording.stop": _control_recording,
    "recording.pause": _control_recording,
    "recording.resume": _control_recording,
    "participant.invite": _invite,
    "participant.invite.callout": _invite_by_phone,
    "participant.invite.room_system_callout": _invite_room_system,
    "waiting_room.update": _change_waiting_room,
    "ai_companion.start": _start_summary,
    "ai_companion.stop": _stop_summary,
    "ai_companion.disable": _stop_summary,
}
