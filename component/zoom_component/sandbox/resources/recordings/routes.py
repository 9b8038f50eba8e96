"""Cloud recordings: listed, read, thrown away, recovered.

https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording
"""

from __future__ import annotations

from datetime import date

from zoom_component.sandbox.pages import page
from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.resources.recordings.settings import passcode
from zoom_component.sandbox.resources.recordings.state import TOKEN_LIFETIME, File, Recording, Recordings, absent
from zoom_component.sandbox.resources.recordings_announced import recording_told
from zoom_component.sandbox.resources.users import Users
from zoom_component.sandbox.times import DAY, day_ends, day_of, midnight, stamp

SPAN = 30 * DAY  # how far back a list reaches when no day is given


@plays("GET", "/meetings/{meetingId}/recordings")
def get_recordings(call: Call) -> Payload:
    """A meeting's recording with its files."""
    recordings = call.world.part(Recordings)
    recording = recordings.get(call)
    answer = _show(call, recording, recording.kept)
    if code := passcode(recording):
        answer["password"] = code
    if "download_access_token" in call.query.get("include_fields", ""):
        answer["download_access_token"] = recordings.issue(recording, call.query.get("ttl") or TOKEN_LIFETIME)
    return answer


@plays("DELETE", "/meetings/{meetingId}/recordings")
def delete_recordings(call: Call) -> None:
    """Throw a meeting's recording away: into the trash, or for good."""
    recordings = call.world.part(Recordings)
    recording = recordings.get(call)
    shown, action = _show(call, recording, recording.kept), call.query["action"]
    recordings.throw(recording, recording.kept, action)
    recording_told(call.world, "trashed" if action == "trash" else "deleted", recording.instance.host, shown)


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
    recording_told(call.world, "recovered", recording.instance.host, _show(call, recording, recording.kept))


@plays("PUT", "/meetings/{meetingId}/recordings/{recordingId}/status")
def recover_file(call: Call) -> None:
    """Take one file out of the trash."""
    recording = call.world.part(Recordings).get(call, trashed=True)
    _file_of(call, recording.trashed(call.world.now())).deleted = None


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
    answer = page(call, found, _order, lambda recording: _show(call, recording, _shown_files(call, recording)))
    return {"from": begin.isoformat(), "to": close.isoformat(), **answer}


def days(call: Call) -> tuple[date, date]:
    """The days from and to which a list reaches; the last month where the call does not say."""
    close = date.fromisoformat(call.query["to"]) if "to" in call.query else day_of(call.world.now())
    if "from" in call.query:
        return date.fromisoformat(call.query["from"]), close
    return day_of(midnight(close) - SPAN), close


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
    raise absent(call, key)


def _show(call: Call, recording: Recording, files: list[File]) -> Payload:
    instance = recording.instance
    shown: Payload = {
        "uuid": instance.uuid,
        "id": instance.id,
        "account_id": call.world.setup.account_id,
        "host_id": recording.host.id,
        "topic": recording.settings.get("topic", instance.topic),
        "type": str(instance.kind.default_type),
        "start_time": stamp(instance.start),
        "duration": instance.minutes,
        "total_size": sum(file.size for file in files),
        "recording_count": len(files),
        "recording_files": [_show_file(call, recording, file) for file in files],
    }
    if code := passcode(recording):
        shown["recording_play_passcode"] = code
    return shown


def _show_file(call: Call, recording: Recording, file: File) -> Payload:
    instance = recording.instance
    shown = {
        "id": file.id,
        "file_type": file.type,
        "file_extension": file.extension,
        "file_size": file.size,
        "recording_type": file.kind,
        "meeting_id": instance.uuid,
        "recording_start": stamp(instance.start),
        "recording_end": stamp(instance.end),
        "play_url": f"{call.base}/rec/play/{file.id}",
        "download_url": f"{call.base}/rec/download/{file.id}",
        "status": "completed",
    }
    return shown if file.deleted is None else {**shown, "deleted_time": stamp(file.deleted)}
