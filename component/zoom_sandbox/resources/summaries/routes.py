"""Read, list and delete meeting summaries. https://developers.zoom.us/docs/api/meetings/#tag/summaries"""

from __future__ import annotations

from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.paging import build_page
from zoom_sandbox.resources.conferences.ids import display_id
from zoom_sandbox.resources.conferences.kinds import MEETING
from zoom_sandbox.resources.past.state import PastInstance, PastInstances, newest_first
from zoom_sandbox.resources.summaries.serializers import SUMMARY_DELAY, serialize_full, serialize_row
from zoom_sandbox.time_ranges import parse_time_range
from zoom_sandbox.times import format_time

operations = Operations()


@operations.handles("GET", "/meetings/{meetingId}/meeting_summary")
def get_summary(call: OperationCall) -> Payload:
    """Return the summary of a meeting. Raises ApiError (404/3001) for a meeting without one."""
    return serialize_full(_get_summarized_instance(call))


@operations.handles("DELETE", "/meetings/{meetingId}/meeting_summary")
def delete_summary(call: OperationCall) -> None:
    """Delete the summary of a meeting."""
    del _get_summarized_instance(call).data["summary"]


@operations.handles("GET", "/meetings/meeting_summaries")
def list_summaries(call: OperationCall) -> Payload:
    """Return a page of the summaries of a time range, by default the last month, the newest first."""
    start, end = parse_time_range(call)
    delay = SUMMARY_DELAY if call.query["time_filter_field"] == "summary_created_time" else 0
    instances = [
        instance
        for instance in call.account.store(PastInstances).instances
        if "summary" in instance.data and start <= (instance.end + delay if delay else instance.start) <= end
    ]
    page = build_page(call, instances, newest_first, serialize_row)
    return {"from": format_time(start), "to": format_time(end), **page}


def _get_summarized_instance(call: OperationCall) -> PastInstance:
    instance = call.account.store(PastInstances).get(call, MEETING)
    if "summary" not in instance.data:
        raise call.error("conferences.notFound", kind=MEETING.name, id=display_id(str(instance.id)))
    return instance
