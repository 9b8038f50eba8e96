"""Archived files: listed and handed out. https://developers.zoom.us/docs/api/meetings/#tag/archiving"""

from __future__ import annotations

from zoom_sandbox.messages import Request, Response
from zoom_sandbox.pages import page
from zoom_sandbox.plays import Call, Payload, plays, serves
from zoom_sandbox.resources.archive import faults
from zoom_sandbox.resources.archive.shown import LATER, meeting
from zoom_sandbox.resources.past.state import Past, newest
from zoom_sandbox.resources.recordings.content import TYPES, content
from zoom_sandbox.resources.recordings.ranges import part
from zoom_sandbox.resources.recordings.state import file_of
from zoom_sandbox.spans import asked
from zoom_sandbox.times import stamp
from zoom_sandbox.world import World


@plays("GET", "/archive_files")
def list_archived_files(call: Call) -> Payload:
    """The archived meetings of a span of time, the newest first."""
    begin, close = asked(call)
    late = LATER if call.query["query_date_type"] == "archive_complete_time" else 0
    found = [
        instance
        for instance in call.world.part(Past).instances
        if "recording" in instance.source and begin <= (instance.end + late if late else instance.start) <= close
    ]
    answer = page(call, found, newest, lambda each: meeting(call, each))
    return {"from": stamp(begin), "to": stamp(close), **answer}


@serves("/rec/archive/download/")
def download_archived(world: World, request: Request, key: str) -> Response:
    """An archived file, which stays when the recording goes."""
    for instance in world.part(Past).instances:
        for row in instance.source.get("recording", {}).get("files", ()):
            if row["id"] == key:
                file = file_of(row)
                return part(request, content(instance, file), TYPES[file.extension], key)
    raise faults.unknown()
