"""Cloud recordings: listed, read, thrown away, recovered.

https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording
"""

from __future__ import annotations

from datetime import date

from zoom_component.sandbox.pages import page
from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.resources.recordings.settings import passcode
from zoom_component.sandbox.resources.recordings.shown import shown
from zoom_component.sandbox.resources.recordings.state import TOKEN_LIFETIME, File, Recording, Recordings, absent
from zoom_component.sandbox.resources.recordings_announced import recording_told
from zoom_component.sandbox.resources.users import Users
from zoom_component.sandbox.times import DAY, day_ends, day_of, midnight

SPAN = 30 * DAY  # how far back a list reaches when no day is given


@plays("GET", "/meetings/{meetingId}/recordings")
def get_recordings(call: Call) -> Payload:
    """A meeting's recording with its files."""
    recordings = call.world.part(Recordings)
    recording = recordings.get(call)
    answer = shown(call.world, call.base, recording, recording.kept)
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
