"""Serialize archived meetings and their files."""

from __future__ import annotations

import hashlib
from typing import Any

from zoom_sandbox.operations import OperationCall, Payload
from zoom_sandbox.resources.past.state import PastInstance
from zoom_sandbox.times import format_time

ARCHIVE_DELAY = 3600  # an archive is complete an hour after the end
# Archives have one view only.
_TYPES = {"shared_screen_with_gallery_view": "shared_screen_with_speaker_view"}


def serialize_archived_meeting(call: OperationCall, instance: PastInstance) -> Payload:
    """Return a past meeting or webinar with its archived files."""
    rows = instance.data["recording"]["files"]
    files = [_serialize_file(call, instance, row) for row in rows]
    return {
        "uuid": instance.uuid,
        "id": instance.id,
        "account_name": "Sandbox",
        "host_id": instance.host.id,
        "topic": instance.topic,
        "type": 2,
        "meeting_type": "external" if any(not each.is_internal for each in instance.participants) else "internal",
        "start_time": format_time(instance.start),
        "timezone": instance.host.timezone,
        "duration": instance.minutes,
        "duration_in_second": instance.minutes * 60,
        "complete_time": format_time(instance.end + ARCHIVE_DELAY),
        "is_breakout_room": False,
        "recording_count": len(files),
        "total_size": sum(row["file_size"] for row in rows),
        "status": "completed",
        "archive_files": files,
    }


def _serialize_file(call: OperationCall, instance: PastInstance, row: dict[str, Any]) -> Payload:
    return {
        "id": row["id"],
        "file_type": row["file_type"],
        "file_extension": row["file_extension"],
        "file_size": row["file_size"],
        "recording_type": _TYPES.get(row["recording_type"], row["recording_type"]),
        "download_url": f"{call.base_url}/rec/archive/download/{row['id']}",
        "encryption_fingerprint": hashlib.sha256(row["id"].encode()).hexdigest(),
        "individual": False,
        "participant_join_time": format_time(instance.start),
        "participant_leave_time": format_time(instance.end),
        "status": "completed",
        "storage_location": "US",
    }
