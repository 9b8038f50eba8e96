"""Cloud recordings: listed, read, thrown away. https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording"""

from __future__ import annotations

from datetime import date
from typing import Any

from zoom_component.sandbox.pages import page
from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.resources.gatherings import MEETING
from zoom_component.sandbox.resources.past import Instance, Past
from zoom_component.sandbox.resources.recordings_announced import recording_told
from zoom_component.sandbox.resources.users import Users
from zoom_component.sandbox.times import DAY, day_ends, day_of, midnight, stamp
from zoom_component.sandbox.world import World

SPAN = 30 * DAY  # how far back a list reaches when no day is given
_NONE = (404, 3301)


class Recordings:
    """Where each recorded instance's recording is: kept, or in the trash with the time it got there."""

    def __init__(self, world: World) -> None:
        recorded = [each for each in world.part(Past).instances if "recording" in each.source]
        self.kept = {instance.uuid: instance for instance in recorded}
        self.trash: dict[str, tuple[Instance, int]] = {}

    def get(self, call: Call) -> Instance:
        """The recorded instance that the path names. Refuses 404/3301."""
        instance = call.world.part(Past).get(call, MEETING, _NONE)
        if instance.uuid not in self.kept:
            raise call.refuse("There is no recording for this meeting.", _NONE)
        return instance


@plays("GET", "/meetings/{meetingId}/recordings")
def get_recordings(call: Call) -> Payload:
    """A meeting's recording with its files."""
    instance = call.world.part(Recordings).get(call)
    answer = _show(call, instance)
    if "download_access_token" in call.query.get("include_fields", ""):
        answer["download_access_token"] = call.world.ids.token()
    return answer


@plays("DELETE", "/meetings/{meetingId}/recordings")
def delete_recordings(call: Call) -> None:
    """Throw a meeting's recording away: into the trash, or for ever."""
    recordings = call.world.part(Recordings)
    instance = recordings.get(call)
    del recordings.kept[instance.uuid]
    if call.query["action"] == "trash":
        recordings.trash[instance.uuid] = (instance, call.world.now())
    what = "trashed" if instance.uuid in recordings.trash else "deleted"
    recording_told(call.world, what, instance.host, _show(call, instance))


@plays("GET", "/users/{userId}/recordings")
def list_recordings(call: Call) -> Payload:
    """A host's recordings of some days, the newest first, or those in the trash."""
    host = call.world.part(Users).get(call)
    recordings = call.world.part(Recordings)
    trashed = {uuid: instance for uuid, (instance, _) in recordings.trash.items()}
    begin, close = days(call)
    meeting = call.query.get("meeting_id")
    found = [
        instance
        for instance in (trashed if call.query.get("trash") else recordings.kept).values()
        if instance.host is host
        and midnight(begin) <= instance.start <= day_ends(close)
        and meeting in (None, instance.id)
    ]
    found.sort(key=_newest)
    answer = page(call, found, _newest, lambda instance: _show(call, instance))
    return {"from": begin.isoformat(), "to": close.isoformat(), **answer}


def days(call: Call) -> tuple[date, date]:
    """The days from and to which a list reaches; the last month where the call does not say."""
    close = date.fromisoformat(call.query["to"]) if "to" in call.query else day_of(call.world.now())
    if "from" in call.query:
        return date.fromisoformat(call.query["from"]), close
    return day_of(midnight(close) - SPAN), close


def _newest(instance: Instance) -> tuple[int, str]:
    return (-instance.start, instance.uuid)


def _show(call: Call, instance: Instance) -> Payload:
    files = [_file(call, instance, row) for row in instance.source["recording"]["files"]]
    return {
        "uuid": instance.uuid,
        "id": instance.id,
        "account_id": call.world.setup.account_id,
        "host_id": instance.host.id,
        "topic": instance.topic,
        "type": "2",
        "start_time": stamp(instance.start),
        "duration": instance.minutes,
        "total_size": sum(file["file_size"] for file in files),
        "recording_count": len(files),
        "recording_files": files,
    }


def _file(call: Call, instance: Instance, row: dict[str, Any]) -> Payload:
    shown = {
        **row,
        "meeting_id": instance.uuid,
        "recording_start": stamp(instance.start),
        "recording_end": stamp(instance.end),
        "play_url": f"{call.base}/rec/play/{row['id']}",
        "download_url": f"{call.base}/rec/download/{row['id']}",
        "status": "completed",
    }
    thrown = call.world.part(Recordings).trash.get(instance.uuid)
    return {**shown, "deleted_time": stamp(thrown[1])} if thrown else shown
