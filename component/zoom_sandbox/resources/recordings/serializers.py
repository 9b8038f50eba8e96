"""Serialize recordings, for responses and events alike."""

from __future__ import annotations

from zoom_sandbox.account import Account
from zoom_sandbox.operations import OperationCall, Payload
from zoom_sandbox.resources.recordings.state import CloudRecording, RecordingFile
from zoom_sandbox.times import format_time


def serialize_recording(
    account: Account, base_url: str, recording: CloudRecording, files: list[RecordingFile]
) -> Payload:
    """Return a recording with some of its files; `base_url` is the address, without a path, of the downloads."""
    instance = recording.instance
    payload: Payload = {
        "uuid": instance.uuid,
        "id": instance.id,
        "account_id": account.options.account_id,
        "host_id": recording.host.id,
        "topic": get_topic(recording),
        "type": str(instance.kind.default_type),
        "start_time": format_time(instance.start),
        "duration": instance.minutes,
        "total_size": sum(file.size for file in files),
        "recording_count": len(files),
        "recording_files": [_serialize_file(base_url, recording, file) for file in files],
    }
    if passcode := recording.passcode:
        payload["recording_play_passcode"] = passcode
    return payload


def get_topic(recording: CloudRecording) -> str:
    """Return the topic of a recording."""
    return str(recording.settings.get("topic", recording.instance.topic))


def serialize_transcript(call: OperationCall, recording: CloudRecording, file: RecordingFile) -> Payload:
    """Return where a meeting's transcript can be downloaded."""
    instance = recording.instance
    return {
        "meeting_id": instance.uuid,
        "account_id": call.account.options.account_id,
        "meeting_topic": instance.topic,
        "host_id": recording.host.id,
        "transcript_created_time": format_time(instance.end),
        "can_download": True,
        "auto_delete": False,
        "download_url": f"{call.base_url}/rec/download/{file.id}",
    }


def _serialize_file(base_url: str, recording: CloudRecording, file: RecordingFile) -> Payload:
    instance = recording.instance
    payload = {
        "id": file.id,
        "file_type": file.type,
        "file_extension": file.extension,
        "file_size": file.size,
        "recording_type": file.kind,
        "meeting_id": instance.uuid,
        "recording_start": format_time(instance.start),
        "recording_end": format_time(instance.end),
        "play_url": f"{base_url}/rec/play/{file.id}",
        "download_url": f"{base_url}/rec/download/{file.id}",
        "status": "completed",
    }
    return payload if file.deleted_at is None else {**payload, "deleted_time": format_time(file.deleted_at)}
