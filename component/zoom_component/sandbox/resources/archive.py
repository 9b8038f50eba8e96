"""Archived files of what took place. https://developers.zoom.us/docs/api/meetings/#tag/archiving"""

from __future__ import annotations

import hashlib
from typing import Any

from zoom_component.sandbox.pages import page
from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.resources.past import Instance, Past, newest
from zoom_component.sandbox.spans import asked
from zoom_component.sandbox.times import DAY, stamp

_SPAN = 30 * DAY  # how far back the list reaches when no time is given
_LATER = 3600  # an archive is complete an hour after the end


@plays("GET", "/archive_files")
def list_archived_files(call: Call) -> Payload:
    """The archived meetings of a span of time, the newest first."""
    begin, close = asked(call, _SPAN)
    late = _LATER if call.query["query_date_type"] == "archive_complete_time" else 0
    found = [
        instance
        for instance in call.world.part(Past).instances
        if "recording" in instance.source and begin <= (instance.end + late if late else instance.start) <= close
    ]
    answer = page(call, found, newest, lambda each: _meeting(call, each))
    return {"from": stamp(begin), "to": stamp(close), **answer}


def _meeting(call: Call, instance: Instance) -> Payload:
    rows = instance.source["recording"]["files"]
    files = [_file(call, instance, row) for row in rows]
    return {
        "uuid": instance.uuid,
        "id": instance.id,
        "account_name": "Sandbox",
        "host_id": instance.host.id,
        "topic": instance.topic,
        "type": 2,
        "meeting_type": "external" if any(not each.internal for each in instance.people) else "internal",
        "start_time": stamp(instance.start),
        "timezone": instance.host.timezone,
        "duration": instance.minutes,
        "duration_in_second": instance.minutes * 60,
        "complete_time": stamp(instance.end + _LATER),
        "is_breakout_room": False,
        "recording_count": len(files),
        "total_size": sum(row["file_size"] for row in rows),
        "status": "completed",
        "archive_files": files,
    }


def _file(call: Call, instance: Instance, row: dict[str, Any]) -> Payload:
    return {
        "id": row["id"],
        "file_type": row["file_type"],
        "file_extension": row["file_extension"],
        "file_size": row["file_size"],
        "recording_type": _TYPES.get(row["recording_type"], row["recording_type"]),
        "download_url": f"{call.base}/rec/archive/download/{row['id']}",
        "encryption_fingerprint": hashlib.sha256(row["id"].encode()).hexdigest(),
        "individual": False,
        "participant_join_time": stamp(instance.start),
        "participant_leave_time": stamp(instance.end),
        "status": "completed",
        "storage_location": "US",
    }


# An archive knows one view only.
_TYPES = {"shared_screen_with_gallery_view": "shared_screen_with_speaker_view"}
