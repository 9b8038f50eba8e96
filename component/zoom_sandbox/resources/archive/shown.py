"""What was archived as Zoom lists it."""

from __future__ import annotations

import hashlib
from typing import Any

from zoom_sandbox.plays import Call, Payload
from zoom_sandbox.resources.past.state import Instance
from zoom_sandbox.times import stamp

LATER = 3600  # an archive is complete an hour after the end
# An archive knows one view only.
_TYPES = {"shared_screen_with_gallery_view": "shared_screen_with_speaker_view"}


def meeting(call: Call, instance: Instance) -> Payload:
    """What took place, with its files."""
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
        "complete_time": stamp(instance.end + LATER),
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
