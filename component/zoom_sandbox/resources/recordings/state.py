"""Store recordings. A file in the trash can be recovered for 30 days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zoom_sandbox.account import Account
from zoom_sandbox.ids import IdGenerator
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.conferences.ids import decode_twice, display_id
from zoom_sandbox.resources.past.state import PastInstance, PastInstances
from zoom_sandbox.resources.users.state import User
from zoom_sandbox.times import DAY

# https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording (delete, recover)
TRASH_LIFETIME = 30 * DAY
TOKEN_LIFETIME = 86_400


@dataclass(slots=True)
class RecordingFile:
    """Hold one file of a recording; `deleted_at` is when it was moved into the trash (epoch seconds), None before."""

    id: str
    type: str
    extension: str
    size: int
    kind: str
    deleted_at: int | None = None


@dataclass(slots=True)
class CloudRecording:
    """Hold the recording of one instance. `settings` are those that were changed, `downloads` are epoch seconds."""

    instance: PastInstance
    host: User
    files: list[RecordingFile]
    settings: dict[str, Any] = field(default_factory=dict)
    downloads: list[int] = field(default_factory=list)

    @property
    def available_files(self) -> list[RecordingFile]:
        """Return the files that are not in the trash."""
        return [file for file in self.files if file.deleted_at is None]

    @property
    def passcode(self) -> str:
        """Return the passcode for viewers; "" without one."""
        code: str = self.settings.get("password", "")
        return code

    def trashed_files(self, now: int) -> list[RecordingFile]:
        """Return the files in the trash; `now` is epoch seconds."""
        return [file for file in self.files if file.deleted_at is not None and now < file.deleted_at + TRASH_LIFETIME]

    def sort_key(self) -> tuple[int, str]:
        """Return the sort key of lists, the newest first."""
        return (-self.instance.start, self.instance.uuid)


class CloudRecordings:
    """Store the account's recordings by the uuid of their instance, and the tokens for downloads."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self.by_uuid: dict[str, CloudRecording] = {}
        self._tokens: dict[str, tuple[str, float]] = {}
        for instance in account.store(PastInstances).instances:
            if "recording" in instance.data:
                self.add(instance)

    def add(self, instance: PastInstance) -> CloudRecording:
        """Add the recording of an instance, once, and return it."""
        if instance.uuid not in self.by_uuid:
            files = [parse_file(row) for row in instance.data["recording"]["files"]]
            self.by_uuid[instance.uuid] = CloudRecording(instance, instance.host, files)
        return self.by_uuid[instance.uuid]

    def find(self, key: str, in_trash: bool = False) -> CloudRecording | None:
        """Return the recording with a uuid, or the newest of a meeting id, that has available (or trashed) files."""
        decoded, now = decode_twice(key), self._account.now()
        for recording in sorted(self.by_uuid.values(), key=CloudRecording.sort_key):
            instance = recording.instance
            if decoded in (instance.uuid, str(instance.id)) and (
                recording.trashed_files(now) if in_trash else recording.available_files
            ):
                return recording
        return None

    def get(self, call: OperationCall, parameter: str = "meetingId", in_trash: bool = False) -> CloudRecording:
        """Return the recording of the path. Raises ApiError (404/3301)."""
        recording = self.find(call.path_params[parameter], in_trash)
        if recording is None:
            raise call.error("recordings.recordingNotFound", meeting_id=display_id(call.path_params[parameter]))
        return recording

    def find_file(self, key: str) -> tuple[CloudRecording, RecordingFile] | None:
        """Return the available file with an id, with its recording."""
        for recording in self.by_uuid.values():
            for file in recording.available_files:
                if file.id == key:
                    return recording, file
        return None

    def delete_files(self, recording: CloudRecording, files: list[RecordingFile], action: str) -> None:
        """Move files into the trash, or delete them for good."""
        if action == "trash":
            for file in files:
                file.deleted_at = self._account.now()
        else:
            recording.files = [file for file in recording.files if file not in files]

    def remove_user(self, user: User, heirs: Mapping[str, User]) -> None:
        """Give a host's recordings to the heir of recordings, or delete them."""
        for uuid, recording in list(self.by_uuid.items()):
            if recording.host is not user:
                continue
            if "recording" in heirs:
                recording.host = heirs["recording"]
            else:
                del self.by_uuid[uuid]

    def issue_download_token(self, recording: CloudRecording, seconds: int = TOKEN_LIFETIME) -> str:
        """Return a token that downloads the files of one recording for a number of seconds."""
        token = self._account.ids.next_token()
        self._tokens[token] = (recording.instance.uuid, self._account.clock() + seconds)
        return token

    def accepts_token(self, token: str, recording: CloudRecording) -> bool:
        """Return whether a token downloads the files of a recording now."""
        uuid, expires = self._tokens.get(token, ("", 0.0))
        return uuid == recording.instance.uuid and expires > self._account.clock()


def parse_file(row: Mapping[str, Any]) -> RecordingFile:
    """Return the file of a row of the seed."""
    return RecordingFile(row["id"], row["file_type"], row["file_extension"], row["file_size"], row["recording_type"])


def build_file_row(ids: IdGenerator, type_: str, extension: str, size: int, kind: str) -> dict[str, Any]:
    """Return a row, as the seed has them, for a new file."""
    return {
        "id": ids.next_guid(),
        "file_type": type_,
        "file_extension": extension,
        "file_size": size,
        "recording_type": kind,
    }
