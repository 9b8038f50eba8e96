"""Cloud recordings: listed, read, thrown away, recovered; their transcripts, settings and files.

https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from zoom_sandbox.messages import Request, Response
from zoom_sandbox.pages import page
from zoom_sandbox.plays import Call, Payload, plays, serves
from zoom_sandbox.resources.recordings import faults
from zoom_sandbox.resources.recordings.announced import recording_told, renamed
from zoom_sandbox.resources.recordings.content import TYPES, content
from zoom_sandbox.resources.recordings.ranges import begins_at_first, part
from zoom_sandbox.resources.recordings.settings import PATH, change, settings_of
from zoom_sandbox.resources.recordings.shown import shown, topic_of, transcript
from zoom_sandbox.resources.recordings.state import TOKEN_LIFETIME, File, Recording, Recordings
from zoom_sandbox.resources.users.state import Users
from zoom_sandbox.spans import days
from zoom_sandbox.times import day_ends, day_of, midnight, stamp
from zoom_sandbox.world import World


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
    file, action = _file_of(call, recording.kept), call.query["action"]
    gone = shown(call.world, call.base, recording, [file])
    recordings.throw(recording, [file], action)
    recording_told(call.world, "trashed" if action == "trash" else "deleted", recording.host, gone)


@plays("PUT", "/meetings/{meetingUUID}/recordings/status")
def recover_recordings(call: Call) -> None:
    """Take all of a recording's files out of the trash."""
    recording = call.world.part(Recordings).get(call, "meetingUUID", trashed=True)
    _recover(call, recording, recording.trashed(call.world.now()))


@plays("PUT", "/meetings/{meetingId}/recordings/{recordingId}/status")
def recover_file(call: Call) -> None:
    """Take one file out of the trash."""
    recording = call.world.part(Recordings).get(call, trashed=True)
    _recover(call, recording, [_file_of(call, recording.trashed(call.world.now()))])


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
    recording = call.world.part(Recordings).get(call)
    before = topic_of(recording)
    change(call, recording)
    renamed(call.world, recording, before)


def _opens(world: World, key: str, token: str) -> bool:
    """Whether a token was made to download the recording of a file."""
    found = world.part(Recordings).file(key)
    return found is not None and world.part(Recordings).opens(token, found[0])


@serves("/rec/download/", opens=_opens)
def download(world: World, request: Request, key: str) -> Response:
    """A recording's file."""
    found = world.part(Recordings).file(key)
    if found is None:
        raise faults.no_file()
    recording, file = found
    if begins_at_first(request):
        recording.downloads.append(world.now())
    return part(request, content(recording.instance, file), TYPES[file.extension], f"{key}.{file.extension.lower()}")


@plays("GET", "/meetings/{meetingId}/recordings/analytics_summary")
def analytics_summary(call: Call) -> Payload:
    """How often a recording was downloaded on each of some days; nobody can look at one here."""
    begin, close, downloads = _downloads(call)
    counts = Counter(day_of(moment) for moment in downloads)
    rows = [
        {"date": day.isoformat(), "views_total_count": 0, "downloads_total_count": counts[day]}
        for day in sorted(counts)
    ]
    return {"from": begin.isoformat(), "to": close.isoformat(), "analytics_summary": rows}


@plays("GET", "/meetings/{meetingId}/recordings/analytics_details")
def analytics_details(call: Call) -> Payload:
    """When a recording was downloaded, the newest first; who did is not known here."""
    begin, close, downloads = _downloads(call)
    found = list(enumerate(reversed(downloads))) if call.query.get("type") != "by_view" else []
    answer = page(call, found, _place, lambda each: {"date_time": stamp(each[1])})
    return {"from": begin.isoformat(), "to": close.isoformat(), **answer}


def _downloads(call: Call) -> tuple[date, date, list[int]]:
    recording = call.world.part(Recordings).get(call)
    begin, close = days(call)
    return begin, close, [each for each in recording.downloads if midnight(begin) <= each <= day_ends(close)]


def _place(each: tuple[int, int]) -> int:
    return each[0]


def _recover(call: Call, recording: Recording, files: list[File]) -> None:
    for file in files:
        file.deleted = None
    recording_told(call.world, "recovered", recording.host, shown(call.world, call.base, recording, files))


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
