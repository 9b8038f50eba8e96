"""How a recording is shown, in answers and in events alike."""

from __future__ import annotations

from zoom_sandbox.plays import Call, Payload
from zoom_sandbox.resources.recordings.state import File, Recording
from zoom_sandbox.times import stamp
from zoom_sandbox.world import World


def shown(world: World, base: str, recording: Recording, files: list[File]) -> Payload:
    """A recording with some of its files; `base` is the address, without a path, that they are fetched from."""
    instance = recording.instance
    answer: Payload = {
        "uuid": instance.uuid,
        "id": instance.id,
        "account_id": world.setup.account_id,
        "host_id": recording.host.id,
        "topic": topic_of(recording),
        "type": str(instance.kind.default_type),
        "start_time": stamp(instance.start),
        "duration": instance.minutes,
        "total_size": sum(file.size for file in files),
        "recording_count": len(files),
        "recording_files": [_file(base, recording, file) for file in files],
    }
    if code := recording.passcode:
        answer["recording_play_passcode"] = code
    return answer


def topic_of(recording: Recording) -> str:
    """What a recording is called."""
    return str(recording.settings.get("topic", recording.instance.topic))


def transcript(call: Call, recording: Recording, file: File) -> Payload:
    """Where a meeting's transcript is to be had."""
    instance = recording.instance
    return {
        "meeting_id": instance.uuid,
        "account_id": call.world.setup.account_id,
        "meeting_topic": instance.topic,
        "host_id": recording.host.id,
        "transcript_created_time": stamp(instance.end),
        "can_download": True,
        "auto_delete": False,
        "download_url": f"{call.base}/rec/download/{file.id}",
    }


def _file(base: str, recording: Recording, file: File) -> Payload:
    instance = recording.instance
    answer = {
        "id": file.id,
        "file_type": file.type,
        "file_extension": file.extension,
        "file_size": file.size,
        "recording_type": file.kind,
        "meeting_id": instance.uuid,
        "recording_start": stamp(instance.start),
        "recording_end": stamp(instance.end),
        "play_url": f"{base}/rec/play/{file.id}",
        "download_url": f"{base}/rec/download/{file.id}",
        "status": "completed",
    }
    return answer if file.deleted is None else {**answer, "deleted_time": stamp(file.deleted)}
