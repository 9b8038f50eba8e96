"""What is under way: it starts, people come and go, it ends and belongs to the past.

`sandbox.play` is the way in for callers; the operations of live meetings come here too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from zoom_sandbox.resources.gatherings import announced
from zoom_sandbox.resources.gatherings.kinds import PERSONAL
from zoom_sandbox.resources.gatherings.record import Gathering
from zoom_sandbox.resources.gatherings.state import Gatherings
from zoom_sandbox.resources.live.announced import tape_told
from zoom_sandbox.resources.past.state import Attendance, Instance, Past
from zoom_sandbox.resources.recordings.announced import recording_told
from zoom_sandbox.resources.recordings.content import written
from zoom_sandbox.resources.recordings.shown import shown
from zoom_sandbox.resources.recordings.state import Recordings, new_row
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.times import stamp
from zoom_sandbox.world import World

# What a recording consists of: its words, as (file_type, file_extension, recording_type).
FILES = {
    "video": ("MP4", "MP4", "shared_screen_with_speaker_view"),
    "gallery": ("MP4", "MP4", "shared_screen_with_gallery_view"),
    "audio": ("M4A", "M4A", "audio_only"),
    "transcript": ("TRANSCRIPT", "VTT", "audio_transcript"),
    "chat": ("CHAT", "TXT", "chat_file"),
}
USUAL = ("video", "audio", "transcript")
# From which state of the recording each action leads to which; the states are the names of their events.
_TAPING = {
    "start": (("", "stopped"), "started"),
    "stop": (("started", "resumed", "paused"), "stopped"),
    "pause": (("started", "resumed"), "paused"),
    "resume": (("paused",), "resumed"),
}
_BYTES_A_MINUTE = {"MP4": 4096, "M4A": 512}


@dataclass(slots=True)
class Guest:
    """Somebody's stay; `left` is None for who is still there. Times in epoch seconds."""

    number: int
    name: str
    email: str
    joined: int
    left: int | None = None
    registrant: str = ""


@dataclass(slots=True)
class Live:
    """What is known of a gathering while it is under way. `record` are words of `FILES`.

    `taping` is what the recording is doing (see `tape`), and `taped_from` when it began; `invited` are those asked in
    while it goes on, and `said` is what `answered` and `asked` keep.
    """

    start: int
    people: list[Guest] = field(default_factory=list)
    record: tuple[str, ...] = ()
    summary: dict[str, Any] | None = None
    taping: str = ""
    taped_from: int = 0
    invited: list[str] = field(default_factory=list)
    waiting_room: dict[str, str] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)


class Lives:
    """What is under way, by the gathering's uuid."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lives: dict[str, Live] = {}

    def of(self, gathering: Gathering) -> Live | None:
        """The gathering as it is under way; None while it is not."""
        return self._lives.get(gathering.uuid)

    def start(self, gathering: Gathering, store: Gatherings, when: int) -> None:
        """Begin. Each time that a gathering takes place has a uuid of its own."""
        held = self._world.part(Past).of(gathering.kind, gathering.id)
        if any(instance.uuid == gathering.uuid for instance in held):
            store.renew(gathering)
        live = Live(when)
        gathering.status, gathering.ended = "started", False
        self._lives[gathering.uuid] = live
        announced.started(self._world, gathering, when)
        if gathering.settings.get("auto_recording") == "cloud":
            self.tape(gathering, "start", when)

    def tape(self, gathering: Gathering, action: str, when: int, words: tuple[str, ...] = USUAL) -> bool:
        """Start, stop, pause or resume the recording; whether that could be. What was recorded is there at the end."""
        live = self._lives[gathering.uuid]
        before, after = _TAPING[action]
        if live.taping not in before:
            return False
        if action == "start":
            live.taped_from, live.record = when, words
        live.taping = after
        tape_told(self._world, after, gathering, live.start, live.taped_from)
        return True

    def join(self, gathering: Gathering, name: str, email: str, when: int) -> Guest:
        """Let somebody in; a registrant is known by the email."""
        people = self._lives[gathering.uuid].people
        registrant = gathering.registrants.get(email.lower()) if email else None
        guest = Guest(len(people) + 1, name, email, when, registrant=registrant.id if registrant else "")
        people.append(guest)
        person = {**_person(self._world, guest), "join_time": stamp(when)}
        announced.joined(self._world, gathering, person, self._lives[gathering.uuid].start)
        return guest

    def leave(self, gathering: Gathering, guest: Guest, when: int) -> None:
        """Let somebody go."""
        guest.left = max(when, guest.joined)
        person = {**_person(self._world, guest), "leave_time": stamp(guest.left), "leave_reason": "left the meeting"}
        announced.left(self._world, gathering, person, self._lives[gathering.uuid].start)

    def end(self, gathering: Gathering, when: int, base: str) -> Instance:
        """End: everybody leaves, and what took place, with its recording and summary, is there to be read.

        `base` is the address, without a path, that recorded files are fetched from.
        """
        for guest in self._lives[gathering.uuid].people:
            if guest.left is None:
                self.leave(gathering, guest, when)
        self.tape(gathering, "stop", when)
        live = self._lives.pop(gathering.uuid)
        announced.ended(self._world, gathering, live.start, when)
        kind = gathering.kind
        gathering.status = "waiting"
        gathering.ended = gathering.type not in (kind.recurring, kind.open_ended, PERSONAL)
        instance = self._instance(live, gathering, when)
        self._world.part(Past).add(instance)
        if live.record:
            self.record(instance, live.record, base)
        if live.summary is not None:
            instance.source["summary"] = live.summary
        instance.source.update(live.said)
        return instance

    def record(self, instance: Instance, words: tuple[str, ...], base: str) -> None:
        """Make the recording of what took place."""
        rows = []
        for word in words:
            type_, extension, kind = FILES[word]
            size = _BYTES_A_MINUTE.get(extension, 0) * instance.minutes or len(written(instance, extension))
            rows.append(new_row(self._world.ids, type_, extension, size, kind))
        recordings = self._world.part(Recordings)
        instance.source["recording"] = {"files": rows}
        recordings.by_uuid.pop(instance.uuid, None)
        made = recordings.add(instance)
        told = shown(self._world, base, made, made.kept)
        recording_told(self._world, "completed", made.host, told, recordings.issue(made))

    def _instance(self, live: Live, gathering: Gathering, when: int) -> Instance:
        users = self._world.part(Users)
        close = max([when, live.start, *(guest.left or guest.joined for guest in live.people)])
        return Instance(
            kind=gathering.kind,
            id=gathering.id,
            uuid=gathering.uuid,
            topic=gathering.topic,
            host=users.find(gathering.host_id) or users.owner,
            start=live.start,
            minutes=max(-(-(close - live.start) // 60), 1),
            people=tuple(_attendance(users, guest, close) for guest in live.people),
            source={},
        )


def _person(world: World, guest: Guest) -> dict[str, Any]:
    """Somebody as an event shows them: `id` is a user's, `user_id` that of this time."""
    user = world.part(Users).find(guest.email) if guest.email else None
    return {
        "id": user.id if user else "",
        "user_id": str(guest.number),
        "user_name": guest.name,
        "email": guest.email,
        "registrant_id": guest.registrant,
    }


def _attendance(users: Users, guest: Guest, close: int) -> Attendance:
    user: User | None = users.find(guest.email) if guest.email else None
    left = close if guest.left is None else guest.left
    return Attendance(
        guest.number, user.id if user else "", guest.name, guest.email, guest.joined, left, user is not None,
        guest.registrant,
    )  # fmt: skip


def answered(said: dict[str, Any], who: str, question: str, answer: str, when: int) -> None:
    """Keep what somebody answered to a poll, in a `source` or what will be part of one."""
    row = {"question": question, "answer": answer, "date_time": stamp(when)}
    said.setdefault("polled", {}).setdefault(who, []).append(row)


def asked(said: dict[str, Any], who: str, question: str, answer: str, when: int) -> None:
    """Keep what somebody asked, and what the host said to it ("" for nothing)."""
    rows = said.setdefault("asked", {}).setdefault(who, [])
    row: dict[str, Any] = {"question": question, "create_time": stamp(when), "question_status": "open"}
    if answer:
        told = {"content": answer, "create_time": stamp(when), "type": "host_answered_publicly"}
        row |= {"answer": answer, "question_status": "answered", "answer_details": [told]}
    rows.append({"question_id": f"{who}-{len(rows) + 1}", **row})


def end_if_live(world: World, gathering: Gathering, base: str) -> bool:
    """End a gathering that is under way by having been started; whether it was."""
    lives = world.part(Lives)
    if lives.of(gathering) is None:
        return False
    lives.end(gathering, world.now(), base)
    return True
