"""What the assistant wrote about a meeting. https://developers.zoom.us/docs/api/meetings/#tag/summaries"""

from __future__ import annotations

from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.resources.gatherings import MEETING
from zoom_component.sandbox.resources.gatherings.store import missing
from zoom_component.sandbox.resources.past import Past
from zoom_component.sandbox.times import stamp


@plays("GET", "/meetings/{meetingId}/meeting_summary")
def get_summary(call: Call) -> Payload:
    """A meeting's summary; a meeting without one is as unknown as no meeting."""
    instance = call.world.part(Past).get(call, MEETING)
    summary = instance.source.get("summary")
    if summary is None:
        raise missing(call, MEETING, str(instance.id))
    written = stamp(instance.end + 120)
    return {
        "meeting_host_id": instance.host.id,
        "meeting_host_email": instance.host.email,
        "meeting_uuid": instance.uuid,
        "meeting_id": instance.id,
        "meeting_topic": instance.topic,
        "meeting_start_time": stamp(instance.start),
        "meeting_end_time": stamp(instance.end),
        "summary_start_time": stamp(instance.start),
        "summary_end_time": stamp(instance.end),
        "summary_created_time": written,
        "summary_last_modified_time": written,
        "summary_title": summary["title"],
        "summary_overview": summary["overview"],
        "summary_details": summary["details"],
        "next_steps": summary["next_steps"],
    }
