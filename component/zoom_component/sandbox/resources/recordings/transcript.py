"""What was said, as text: the transcript of a recorded meeting.

https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording/get/meetings/{meetingId}/transcript
"""

from __future__ import annotations

from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.resources.recordings.state import File, Recording, Recordings
from zoom_component.sandbox.times import stamp

_NONE = (404, 3322)


@plays("GET", "/meetings/{meetingId}/transcript")
def get_transcript(call: Call) -> Payload:
    """Where a meeting's transcript is to be had."""
    recording, file = _found(call)
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


@plays("DELETE", "/meetings/{meetingId}/transcript")
def delete_transcript(call: Call) -> None:
    """Throw a meeting's transcript away for good."""
    recording, file = _found(call)
    call.world.part(Recordings).throw(recording, [file], "delete")


def _found(call: Call) -> tuple[Recording, File]:
    recording = call.world.part(Recordings).find(call.ids["meetingId"])
    for file in recording.kept if recording else ():
        if recording is not None and file.type == "TRANSCRIPT":
            return recording, file
    raise call.refuse(f"The meeting has no transcript: {call.ids['meetingId']}.", _NONE)
