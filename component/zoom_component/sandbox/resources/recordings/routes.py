"""Cloud recordings: listed, read, thrown away, recovered; their transcripts, settings and files.

https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording
"""

from __future__ import annotations

from zoom_component.sandbox.messages import Request, Response
from zoom_component.sandbox.pages import page
from zoom_component.sandbox.plays import Call, Payload, plays, serves
from zoom_component.sandbox.resources.recordings import faults
from zoom_component.sandbox.resources.recordings.access import check
from zoom_component.sandbox.resources.recordings.announced import recording_told
from zoom_component.sandbox.resources.recordings.content import TYPES, content
from zoom_component.sandbox.resources.recordings.ranges import part
from zoom_component.sandbox.resources.recordings.settings import PATH, change, settings_of
from zoom_component.sandbox.resources.recordings.shown import shown, transcript
from zoom_component.sandbox.resources.recordings.state import TOKEN_LIFETIME, File, Recording, Recordings
from zoom_component.sandbox.resources.users.state import Users
from zoom_component.sandbox.spans import days
from zoom_component.sandbox.times import day_ends, midnight
from zoom_component.sandbox.world import World


@plays("GET", "/meetings/{meetingId}/recordings")
def get_recordings(call: Call) -> Payload:
    """A meeting's recording with its files."""
    recordings = call.world.part(Recordings)
    recording = recordings.get(call)
    answer = shown(call.world, call.base, recording, recording.kept)
    if code := recording.passcode:
        answer["password"] = code
    if "download_access_token" in call.query.get("include_fields", ""):
        answer["download_access_token"] = recordings.issue(recording, call.query.get("ttl") or TOKEN_LIFETIME)
    return answer


@plays("DELETE", "/meetings/{meetingId}/recordings")
def delete_recordings(call: Call) -> None:
    """Throw a meeting's recording away: into the trash, or for good."""
    recordings = call.world.part(Recordings)
    recording = recordings.get(call)
    gone, action = shown(call.world, call.base, recording, recording.kept), call.query["action"]
    recordings.throw(recording, recording.kept, action)
    recording_told(call.world, "trashed" if action == "trash" else "deleted", recording.host, gone)


@plays("DELETE", "/meetings/{meetingId}/recordings/{recordingId}")
def delete_file(call: Call) -> None:
    """Throw one file of a recording away: into the trash, or for good."""
    recordings = call.world.part(Recordings)
    recording = recordings.get(call)
    recordings.throw(recording, [_file_of(call, recording.kept)], call.query["action"])


@plays("PUT", "/meetings/{meetingUUID}/recordings/status")
def recover_recordings(call: Call) -> None:
    """Take all of a recording's files out of the trash."""
    recording = call.world.part(Recordings).get(call, "meetingUUID", trashed=True)
    for file in recording.trashed(call.world.now()):
        file.deleted = None
    recording_told(call.world, "recovered", recording.host, shown(call.world, call.base, recording, recording.kept))


@plays("PUT", "/meetings/{meetingId}/recordings/{recordingId}/status")
def recover_file(call: Call) -> None:
    """Take one file out of the trash."""
    recording = call.world.part(Recordings).get(call, trashed=True)
    _file_of(call, recording.trashed(call.world.now())).deleted = None
    recording_told(call.world, "recovered", recording.host, shown(call.world, call.base, recording, recording.kept))


@plays("GET", "/users/{userId}/recordings")
def list_recordings(call: Call) -> Payload:
    """A host's recordings of some days, the newest first, or what of them is in the trash.

    The trash lists recordings that are there as a whole, or with `trash_type=recording_file` those that miss files.
    """
    host = call.world.part(Users).get(call)
    begin, close = days(call)
    meeting = call.query.get("meeting_id")
    found = [
        recording
        for recording in call.world.part(Recordings).by_uuid.values()
        if recording.host is host
        and midnight(begin) <= recording.instance.start <= day_ends(close)
        and meeting in (None, recording.instance.id)
        and _shown_files(call, recording)
    ]
    found.sort(key=_order)
    answer = page(
        call, found, _order, lambda recording: shown(call.world, call.base, recording, _shown_files(call, recording))
    )
    return {"from": begin.isoformat(), "to": close.isoformat(), **answer}


@plays("GET", "/meetings/{meetingId}/transcript")
def get_transcript(call: Call) -> Payload:
    """Where a meeting's transcript is to be had."""
    return transcript(call, *_transcript_of(call))


@plays("DELETE", "/meetings/{meetingId}/transcript")
def delete_transcript(call: Call) -> None:
    """Throw a meeting's transcript away for good."""
    recording, file = _transcript_of(call)
    call.world.part(Recordings).throw(recording, [file], "delete")


@plays("GET", PATH)
def get_settings(call: Call) -> Payload:
    """A recording's settings."""
    return settings_of(call.world.part(Recordings).get(call))


@plays("PATCH", PATH)
def update_settings(call: Call) -> None:
    """Change what is given, and nothing else."""
    change(call, call.world.part(Recordings).get(call))


@serves("/rec/download/")
def download(world: World, request: Request, key: str) -> Response:
    """A recording's file."""
    found = world.part(Recordings).file(key)
    check(world, request, found[0] if found else None)
    if found is None:
        raise faults.no_file()
    recording, file = found
    return part(request, content(recording.instance, file), TYPES[file.extension], f"{key}.{file.extension.lower()}")


def _order(recording: Recording) -> tuple[int, str]:
    return recording.order


def _shown_files(call: Call, recording: Recording) -> list[File]:
    if not call.query.get("trash"):
        return recording.kept
    whole = call.query.get("trash_type") != "recording_file"
    return recording.trashed(call.world.now()) if whole == (not recording.kept) else []


def _file_of(call: Call, files: list[File]) -> File:
    key = call.ids["recordingId"]
    for file in files:
        if file.id == key:
            return file
    raise faults.absent(call, key)


def _transcript_of(call: Call) -> tuple[Recording, File]:
    recording = call.world.part(Recordings).find(call.ids["meetingId"])
    for file in recording.kept if recording else ():
        if recording is not None and file.type == "TRANSCRIPT":
            return recording, file
    raise faults.no_transcript(call)
