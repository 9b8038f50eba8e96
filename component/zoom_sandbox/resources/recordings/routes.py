"""Handle cloud recordings, their files, transcripts, settings and analytics.

https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from zoom_sandbox.account import Account
from zoom_sandbox.errors import api_error
from zoom_sandbox.messages import Request, Response
from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.paging import build_page
from zoom_sandbox.resources.conferences.ids import display_id
from zoom_sandbox.resources.recordings.content import CONTENT_TYPES, build_content
from zoom_sandbox.resources.recordings.events import send_recording_event, send_renamed
from zoom_sandbox.resources.recordings.ranges import build_range_response, starts_at_first_byte
from zoom_sandbox.resources.recordings.serializers import get_topic, serialize_recording, serialize_transcript
from zoom_sandbox.resources.recordings.settings import PATH, get_recording_settings, update_recording_settings
from zoom_sandbox.resources.recordings.state import TOKEN_LIFETIME, CloudRecording, CloudRecordings, RecordingFile
from zoom_sandbox.resources.users.state import Users
from zoom_sandbox.time_ranges import parse_day_range
from zoom_sandbox.times import end_of_day, format_time, start_of_day, to_utc_day

operations = Operations()


@operations.handles("GET", "/meetings/{meetingId}/recordings")
def get_recordings(call: OperationCall) -> Payload:
    """Return a meeting's recording with its files."""
    recordings = call.account.store(CloudRecordings)
    recording = recordings.get(call)
    payload = serialize_recording(call.account, call.base_url, recording, recording.available_files)
    if passcode := recording.passcode:
        payload["password"] = passcode
    if "download_access_token" in call.query.get("include_fields", ""):
        payload["download_access_token"] = recordings.issue_download_token(
            recording, call.query.get("ttl") or TOKEN_LIFETIME
        )
    return payload


@operations.handles("DELETE", "/meetings/{meetingId}/recordings")
def delete_recordings(call: OperationCall) -> None:
    """Move a meeting's recording into the trash, or delete it for good."""
    recordings = call.account.store(CloudRecordings)
    recording = recordings.get(call)
    action = call.query["action"]
    payload = serialize_recording(call.account, call.base_url, recording, recording.available_files)
    recordings.delete_files(recording, recording.available_files, action)
    send_recording_event(call.account, "trashed" if action == "trash" else "deleted", recording.host, payload)


@operations.handles("DELETE", "/meetings/{meetingId}/recordings/{recordingId}")
def delete_file(call: OperationCall) -> None:
    """Move one file of a recording into the trash, or delete it for good."""
    recordings = call.account.store(CloudRecordings)
    recording = recordings.get(call)
    file, action = _get_file(call, recording.available_files), call.query["action"]
    payload = serialize_recording(call.account, call.base_url, recording, [file])
    recordings.delete_files(recording, [file], action)
    send_recording_event(call.account, "trashed" if action == "trash" else "deleted", recording.host, payload)


@operations.handles("PUT", "/meetings/{meetingUUID}/recordings/status")
def recover_recordings(call: OperationCall) -> None:
    """Recover all files of a recording from the trash."""
    recording = call.account.store(CloudRecordings).get(call, "meetingUUID", in_trash=True)
    _recover_files(call, recording, recording.trashed_files(call.account.now()))


@operations.handles("PUT", "/meetings/{meetingId}/recordings/{recordingId}/status")
def recover_file(call: OperationCall) -> None:
    """Recover one file from the trash."""
    recording = call.account.store(CloudRecordings).get(call, in_trash=True)
    _recover_files(call, recording, [_get_file(call, recording.trashed_files(call.account.now()))])


@operations.handles("GET", "/users/{userId}/recordings")
def list_recordings(call: OperationCall) -> Payload:
    """Return a page of a host's recordings of some days, the newest first, or of those in the trash.

    The trash lists recordings without available files, or with `trash_type=recording_file` those that miss some.
    """
    host = call.account.store(Users).get(call)
    start, end = parse_day_range(call)
    meeting = call.query.get("meeting_id")
    matches = [
        recording
        for recording in call.account.store(CloudRecordings).by_uuid.values()
        if recording.host is host
        and start_of_day(start) <= recording.instance.start <= end_of_day(end)
        and meeting in (None, recording.instance.id)
        and _files_to_list(call, recording)
    ]
    matches.sort(key=CloudRecording.sort_key)
    page = build_page(
        call,
        matches,
        CloudRecording.sort_key,
        lambda recording: serialize_recording(call.account, call.base_url, recording, _files_to_list(call, recording)),
    )
    return {"from": start.isoformat(), "to": end.isoformat(), **page}


@operations.handles("GET", "/meetings/{meetingId}/transcript")
def get_transcript(call: OperationCall) -> Payload:
    """Return where a meeting's transcript can be downloaded."""
    return serialize_transcript(call, *_get_transcript_file(call))


@operations.handles("DELETE", "/meetings/{meetingId}/transcript")
def delete_transcript(call: OperationCall) -> None:
    """Delete a meeting's transcript for good."""
    recording, file = _get_transcript_file(call)
    call.account.store(CloudRecordings).delete_files(recording, [file], "delete")


@operations.handles("GET", PATH)
def get_settings(call: OperationCall) -> Payload:
    """Return the settings of a recording."""
    return get_recording_settings(call.account.store(CloudRecordings).get(call))


@operations.handles("PATCH", PATH)
def update_settings(call: OperationCall) -> None:
    """Update the fields that the body has."""
    recording = call.account.store(CloudRecordings).get(call)
    before = get_topic(recording)
    update_recording_settings(call, recording)
    send_renamed(call.account, recording, before)


def _token_opens_file(account: Account, key: str, token: str) -> bool:
    """Return whether a token was issued to download the recording of a file."""
    match = account.store(CloudRecordings).find_file(key)
    return match is not None and account.store(CloudRecordings).accepts_token(token, match[0])


@operations.handles_downloads("/rec/download/", accepts_token=_token_opens_file)
def download(account: Account, request: Request, key: str) -> Response:
    """Return the bytes of a recorded file."""
    match = account.store(CloudRecordings).find_file(key)
    if match is None:
        raise api_error("recordings.fileNotFound")
    recording, file = match
    if starts_at_first_byte(request):
        recording.downloads.append(account.now())
    return build_range_response(
        request,
        build_content(recording.instance, file),
        CONTENT_TYPES[file.extension],
        f"{key}.{file.extension.lower()}",
    )


@operations.handles("GET", "/meetings/{meetingId}/recordings/analytics_summary")
def get_analytics_summary(call: OperationCall) -> Payload:
    """Return the number of downloads of each day. Views are always 0: nobody can watch a recording of the sandbox."""
    start, end, downloads = _list_downloads(call)
    counts = Counter(to_utc_day(moment) for moment in downloads)
    rows = [
        {"date": day.isoformat(), "views_total_count": 0, "downloads_total_count": counts[day]}
        for day in sorted(counts)
    ]
    return {"from": start.isoformat(), "to": end.isoformat(), "analytics_summary": rows}


@operations.handles("GET", "/meetings/{meetingId}/recordings/analytics_details")
def get_analytics_details(call: OperationCall) -> Payload:
    """Return a page of the times of downloads, the newest first. The sandbox does not know who downloaded."""
    start, end, downloads = _list_downloads(call)
    times = list(enumerate(reversed(downloads))) if call.query.get("type") != "by_view" else []
    page = build_page(call, times, _position, lambda each: {"date_time": format_time(each[1])})
    return {"from": start.isoformat(), "to": end.isoformat(), **page}


def _list_downloads(call: OperationCall) -> tuple[date, date, list[int]]:
    recording = call.account.store(CloudRecordings).get(call)
    start, end = parse_day_range(call)
    return start, end, [each for each in recording.downloads if start_of_day(start) <= each <= end_of_day(end)]


def _position(each: tuple[int, int]) -> int:
    return each[0]


def _recover_files(call: OperationCall, recording: CloudRecording, files: list[RecordingFile]) -> None:
    for file in files:
        file.deleted_at = None
    send_recording_event(
        call.account, "recovered", recording.host, serialize_recording(call.account, call.base_url, recording, files)
    )


def _files_to_list(call: OperationCall, recording: CloudRecording) -> list[RecordingFile]:
    if not call.query.get("trash"):
        return recording.available_files
    whole = call.query.get("trash_type") != "recording_file"
    return recording.trashed_files(call.account.now()) if whole == (not recording.available_files) else []


def _get_file(call: OperationCall, files: list[RecordingFile]) -> RecordingFile:
    key = call.path_params["recordingId"]
    for file in files:
        if file.id == key:
            return file
    raise call.error("recordings.recordingNotFound", meeting_id=display_id(key))


def _get_transcript_file(call: OperationCall) -> tuple[CloudRecording, RecordingFile]:
    recording = call.account.store(CloudRecordings).find(call.path_params["meetingId"])
    for file in recording.available_files if recording else ():
        if recording is not None and file.type == "TRANSCRIPT":
            return recording, file
    raise call.error("recordings.transcriptNotFound", meeting_id=call.path_params["meetingId"])
