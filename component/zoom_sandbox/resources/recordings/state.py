"""Recordings as the account keeps them; a file in the trash comes back for thirty days and is gone then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zoom_sandbox.ids import Ids
from zoom_sandbox.plays import Call
from zoom_sandbox.resources.gatherings.ids import second_decoding
from zoom_sandbox.resources.past.state import Instance, Past
from zoom_sandbox.resources.recordings import faults
from zoom_sandbox.resources.users.state import HAND_OVERS, User
from zoom_sandbox.times import DAY
from zoom_sandbox.world import World

# https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording (delete, recover)
IN_TRASH = 30 * DAY
TOKEN_LIFETIME = 86_400


@dataclass(slots=True)
class File:
    """One file of a recording; `deleted` is when it came into the trash, None while it is kept."""

    id: str
    type: str
    extension: str
    size: int
    kind: str
    deleted: int | None = None


@dataclass(slots=True)
class Recording:
    """What was recorded of one instance. `settings` are those that somebody chose, `downloads` moments."""

    instance: Instance
    host: User
    files: list[File]
    settings: dict[str, Any] = field(default_factory=dict)
    downloads: list[int] = field(default_factory=list)

    @property
    def kept(self) -> list[File]:
        """The files that are not in the trash."""
        return [file for file in self.files if file.deleted is None]

    @property
    def passcode(self) -> str:
        """What a viewer has to give; "" where nothing is asked."""
        code: str = self.settings.get("password", "")
        return code

    def trashed(self, now: int) -> list[File]:
        """The files that wait in the trash."""
        return [file for file in self.files if file.deleted is not None and now < file.deleted + IN_TRASH]

    @property
    def order(self) -> tuple[int, str]:
        """Its place in a list, the newest first."""
        return (-self.instance.start, self.instance.uuid)


class Recordings:
    """The account's recordings by the uuid of their instance, and the tokens to download with."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.by_uuid: dict[str, Recording] = {}
        self._tokens: dict[str, tuple[str, float]] = {}
        for instance in world.part(Past).instances:
            if "recording" in instance.source:
                self.add(instance)

    def add(self, instance: Instance) -> Recording:
        """Keep the recording of an instance whose source has one; once only."""
        if instance.uuid not in self.by_uuid:
            files = [file_of(row) for row in instance.source["recording"]["files"]]
            self.by_uuid[instance.uuid] = Recording(instance, instance.host, files)
        return self.by_uuid[instance.uuid]

    def find(self, key: str, trashed: bool = False) -> Recording | None:
        """The recording with a uuid, or the newest with a meeting's id, that has files kept (or in the trash)."""
        wanted, now = second_decoding(key), self._world.now()
        for recording in sorted(self.by_uuid.values(), key=lambda each: each.order):
            instance = recording.instance
            if wanted in (instance.uuid, str(instance.id)) and (recording.trashed(now) if trashed else recording.kept):
                return recording
        return None

    def get(self, call: Call, parameter: str = "meetingId", trashed: bool = False) -> Recording:
        """The recording that the path names. Refuses 404/3301."""
        found = self.find(call.ids[parameter], trashed)
        if found is None:
            raise faults.absent(call, call.ids[parameter])
        return found

    def file(self, key: str) -> tuple[Recording, File] | None:
        """The kept file with an id, with its recording."""
        for recording in self.by_uuid.values():
            for file in recording.kept:
                if file.id == key:
                    return recording, file
        return None

    def throw(self, recording: Recording, files: list[File], action: str) -> None:
        """Move files into the trash, or delete them for good."""
        if action == "trash":
            for file in files:
                file.deleted = self._world.now()
        else:
            recording.files = [file for file in recording.files if file not in files]

    def issue(self, recording: Recording, seconds: int = TOKEN_LIFETIME) -> str:
        """A token that downloads the files of one recording for so long."""
        token = self._world.ids.token()
        self._tokens[token] = (recording.instance.uuid, self._world.clock() + seconds)
        return token

    def opens(self, token: str, recording: Recording) -> bool:
        """Whether a token downloads the files of a recording now."""
        uuid, expires = self._tokens.get(token, ("", 0.0))
        return uuid == recording.instance.uuid and expires > self._world.clock()


def file_of(row: Mapping[str, Any]) -> File:
    """The file that a row of the seed tells of."""
    return File(row["id"], row["file_type"], row["file_extension"], row["file_size"], row["recording_type"])


def new_row(ids: Ids, type_: str, extension: str, size: int, kind: str) -> dict[str, Any]:
    """A row such as the seed has, for a file that was just made."""
    return {
        "id": ids.guid(),
        "file_type": type_,
        "file_extension": extension,
        "file_size": size,
        "recording_type": kind,
    }


def _hand_over(world: World, user: User, heirs: Mapping[str, User]) -> None:
    recordings = world.part(Recordings)
    for uuid, recording in list(recordings.by_uuid.items()):
        if recording.host is not user:
            continue
        if "recording" in heirs:
            recording.host = heirs["recording"]
        else:
            del recordings.by_uuid[uuid]


HAND_OVERS.append(_hand_over)
