"""What can be done with a meeting that is under way.

https://developers.zoom.us/docs/api/meetings/#tag/in-meeting-features
"""

from __future__ import annotations

from zoom_component.sandbox.plays import Call, plays
from zoom_component.sandbox.resources.gatherings import faults
from zoom_component.sandbox.resources.gatherings.kinds import MEETING
from zoom_component.sandbox.resources.live.state import USUAL, Lives
from zoom_component.sandbox.resources.meetings.state import Meetings
from zoom_component.sandbox.resources.summaries.content import summary_of


@plays("PATCH", "/live_meetings/{meetingId}/events")
def control(call: Call) -> None:
    """Record a meeting that is under way, have it summed up, or invite people to it."""
    gathering = call.world.part(Meetings).get(call)
    live = call.world.part(Lives).of(gathering)
    if live is None:
        raise faults.missing(call, MEETING, call.ids["meetingId"])
    method = call.body.get("method", "")
    if method == "recording.start":
        live.record = USUAL
    elif method == "ai_companion.start":
        live.summary = summary_of(gathering.topic)
    elif method.startswith("ai_companion.") and call.body.get("params", {}).get("delete_meeting_assets"):
        live.summary = None
