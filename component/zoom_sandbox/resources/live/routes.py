"""What can be done with a meeting that is under way.

https://developers.zoom.us/docs/api/meetings/#tag/in-meeting-features
"""

from __future__ import annotations

from collections.abc import Callable

from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.gatherings import faults as gathering_faults
from zoom_sandbox.resources.gatherings.kinds import MEETING
from zoom_sandbox.resources.gatherings.record import Gathering
from zoom_sandbox.resources.live import faults
from zoom_sandbox.resources.live.announced import invited
from zoom_sandbox.resources.live.state import Live, Lives
from zoom_sandbox.resources.meetings.state import Meetings
from zoom_sandbox.resources.summaries.content import summary_of
from zoom_sandbox.resources.users.state import Users

_WAITING_ROOM = ("waiting_room_title", "waiting_room_description")


@plays("PATCH", "/live_meetings/{meetingId}/events")
def control(call: Call) -> None:
    """Record a meeting that is under way, have it summed up, or ask people in."""
    gathering = call.world.part(Meetings).get(call)
    live = call.world.part(Lives).of(gathering)
    if live is None:
        raise gathering_faults.missing(call, MEETING, call.ids["meetingId"])
    if "method" not in call.body:
        raise faults.no_method()
    _ACTS[call.body["method"]](call, gathering, live)


def _tape(call: Call, gathering: Gathering, live: Live) -> None:
    method = call.body["method"]
    if not call.world.part(Lives).tape(gathering, method.partition(".")[2], call.world.now()):
        raise faults.out_of_turn(method)


def _invite(call: Call, gathering: Gathering, live: Live) -> None:
    rows, users = _params(call).get("contacts", []), call.world.part(Users)
    if not rows:
        raise faults.nobody()
    found = [users.find(row.get("id") or row.get("email", "")) for row in rows]
    if strangers := [place for place, user in enumerate(found) if user is None]:
        raise faults.strangers(strangers)
    for user in found:
        if user is not None:
            live.invited.append(user.id)
            invited(call.world, gathering, user)


def _call_phone(call: Call, gathering: Gathering, live: Live) -> None:
    """Nobody is called: there is no line. Zoom answers before anybody picks up, too."""
    live.invited.append(_needed(call, "invitee_name", "phone_number")["phone_number"])


def _call_room(call: Call, gathering: Gathering, live: Live) -> None:
    """No device is called: there is no line. Zoom answers before a device picks up, too."""
    live.invited.append(_needed(call, "call_type", "device_ip")["device_ip"])


def _change_waiting_room(call: Call, gathering: Gathering, live: Live) -> None:
    given = {name: value for name, value in _params(call).items() if name in _WAITING_ROOM}
    if not given:
        raise faults.missing(list(_WAITING_ROOM))
    live.waiting_room |= given


def _sum_up(call: Call, gathering: Gathering, live: Live) -> None:
    if _params(call).get("ai_companion_mode", "all") != "questions":
        live.summary = summary_of(gathering.topic)


def _stop_summing_up(call: Call, gathering: Gathering, live: Live) -> None:
    if _params(call).get("delete_meeting_assets"):
        live.summary = None


def _needed(call: Call, *names: str) -> Payload:
    params = _params(call)
    if missing := [name for name in names if not params.get(name)]:
        raise faults.missing(missing)
    return params


def _params(call: Call) -> Payload:
    return dict(call.body.get("params", {}))


_ACTS: dict[str, Callable[[Call, Gathering, Live], None]] = {
    "recording.start": _tape,
    "recording.stop": _tape,
    "recording.pause": _tape,
    "recording.resume": _tape,
    "participant.invite": _invite,
    "participant.invite.callout": _call_phone,
    "participant.invite.room_system_callout": _call_room,
    "waiting_room.update": _change_waiting_room,
    "ai_companion.start": _sum_up,
    "ai_companion.stop": _stop_summing_up,
    "ai_companion.disable": _stop_summing_up,
}
