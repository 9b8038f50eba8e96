"""Summaries: read, deleted, listed. https://developers.zoom.us/docs/api/meetings/#tag/summaries"""

from __future__ import annotations

from zoom_sandbox.pages import page
from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.gatherings import faults
from zoom_sandbox.resources.gatherings.kinds import MEETING
from zoom_sandbox.resources.past.state import Instance, Past, newest
from zoom_sandbox.resources.summaries.shown import LATER, full, row
from zoom_sandbox.spans import asked
from zoom_sandbox.times import stamp


@plays("GET", "/meetings/{meetingId}/meeting_summary")
def get_summary(call: Call) -> Payload:
    """A meeting's summary; a meeting without one is as unknown as no meeting."""
    return full(_found(call))


@plays("DELETE", "/meetings/{meetingId}/meeting_summary")
def delete_summary(call: Call) -> None:
    """Delete a meeting's summary."""
    del _found(call).source["summary"]


@plays("GET", "/meetings/meeting_summaries")
def list_summaries(call: Call) -> Payload:
    """The account's summaries of a span of time, the newest first: of the last month, unless told otherwise."""
    begin, close = asked(call)
    late = LATER if call.query["time_filter_field"] == "summary_created_time" else 0
    found = [
        instance
        for instance in call.world.part(Past).instances
        if "summary" in instance.source and begin <= (instance.end + late if late else instance.start) <= close
    ]
    answer = page(call, found, newest, row)
    return {"from": stamp(begin), "to": stamp(close), **answer}


def _found(call: Call) -> Instance:
    instance = call.world.part(Past).get(call, MEETING)
    if "summary" not in instance.source:
        raise faults.missing(call, MEETING, str(instance.id))
    return instance
