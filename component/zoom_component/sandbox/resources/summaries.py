"""What the assistant wrote about a meeting. https://developers.zoom.us/docs/api/meetings/#tag/summaries"""

from __future__ import annotations

from zoom_component.sandbox.pages import page
from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.resources.gatherings import MEETING
from zoom_component.sandbox.resources.gatherings.store import missing
from zoom_component.sandbox.resources.past import Instance, Past, newest
from zoom_component.sandbox.spans import asked
from zoom_component.sandbox.times import DAY, stamp

_SPAN = 30 * DAY
_LATER = 120  # a summary is written two minutes after the end


@plays("GET", "/meetings/{meetingId}/meeting_summary")
def get_summary(call: Call) -> Payload:
    """A meeting's summary; a meeting without one is as unknown as no meeting."""
    instance = _found(call)
    summary = instance.source["summary"]
    return {
        **_head(instance),
        "summary_title": summary["title"],
        "summary_overview": summary["overview"],
        "summary_details": summary["details"],
        "next_steps": summary["next_steps"],
    }


@plays("DELETE", "/meetings/{meetingId}/meeting_summary")
def delete_summary(call: Call) -> None:
    """Delete a meeting's summary."""
    del _found(call).source["summary"]


@plays("GET", "/meetings/meeting_summaries")
def list_summaries(call: Call) -> Payload:
    """The account's summaries of a span of time, the newest first: of the last month, unless told otherwise."""
    begin, close = asked(call, _SPAN)
    late = _LATER if call.query["time_filter_field"] == "summary_created_time" else 0
    found = [
        instance
        for instance in call.world.part(Past).instances
        if "summary" in instance.source and begin <= (instance.end + late if late else instance.start) <= close
    ]
    answer = page(call, found, newest, _head)
    return {"from": stamp(begin), "to": stamp(close), **answer}


def _found(call: Call) -> Instance:
    instance = call.world.part(Past).get(call, MEETING)
    if "summary" not in instance.source:
        raise missing(call, MEETING, str(instance.id))
    return instance


def _head(instance: Instance) -> Payload:
    """What a list shows of a summary."""
    written = stamp(instance.end + _LATER)
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
    }
