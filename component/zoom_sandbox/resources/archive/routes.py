"""List and download archived files. https://developers.zoom.us/docs/api/meetings/#tag/archiving"""

from __future__ import annotations

from zoom_sandbox.account import Account
from zoom_sandbox.errors import api_error
from zoom_sandbox.messages import Request, Response
from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.paging import build_page
from zoom_sandbox.resources.archive.serializers import ARCHIVE_DELAY, serialize_archived_meeting
from zoom_sandbox.resources.past.state import PastInstances, newest_first
from zoom_sandbox.resources.recordings.content import CONTENT_TYPES, build_content
from zoom_sandbox.resources.recordings.ranges import build_range_response
from zoom_sandbox.resources.recordings.state import parse_file
from zoom_sandbox.time_ranges import parse_time_range
from zoom_sandbox.times import format_time

operations = Operations()


@operations.handles("GET", "/archive_files")
def list_archived_files(call: OperationCall) -> Payload:
    """Return the archived meetings of a time range, the newest first."""
    start, end = parse_time_range(call)
    delay = ARCHIVE_DELAY if call.query["query_date_type"] == "archive_complete_time" else 0
    instances = [
        instance
        for instance in call.account.store(PastInstances).instances
        if "recording" in instance.data and start <= (instance.end + delay if delay else instance.start) <= end
    ]
    page = build_page(call, instances, newest_first, lambda each: serialize_archived_meeting(call, each))
    return {"from": format_time(start), "to": format_time(end), **page}


@operations.handles_downloads("/rec/archive/download/")
def download_archived(account: Account, request: Request, key: str) -> Response:
    """Return an archived file, also after its recording was deleted."""
    for instance in account.store(PastInstances).instances:
        for row in instance.data.get("recording", {}).get("files", ()):
            if row["id"] == key:
                file = parse_file(row)
                return build_range_response(request, build_content(instance, file), CONTENT_TYPES[file.extension], key)
    raise api_error("archive.fileNotFound")
