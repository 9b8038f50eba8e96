"""Meetings and webinars that took place, and who was there. https://developers.zoom.us/docs/api/meetings/"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zoom_component.sandbox.pages import by_number, page
from zoom_component.sandbox.plays import Call, Payload, plays, seeded
from zoom_component.sandbox.refusal import Refusal
from zoom_component.sandbox.resources.gatherings import (
    MEETING,
    WEBINAR,
    Gathering,
    Gatherings,
    Kind,
    Meetings,
    Webinars,
)
from zoom_component.sandbox.resources.gatherings.store import as_read, missing, second_decoding
from zoom_component.sandbox.resources.users import User, Users
from zoom_component.sandbox.seed import moment, read
from zoom_component.sandbox.times import stamp
from zoom_component.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Attendance:
    """One person's stay; times in epoch seconds."""

    number: int
    id: str
    name: str
    email: str
    joined: int
    left: int
    internal: bool
    registrant: str = ""


@dataclass(frozen=True, slots=True)
class Instance:
    """One time that a meeting or webinar took place. `source` is its row in the seed, or one made by playing.

    In `source`, `recording` lists the files that were recorded, and `summary` is there while there is one.
    """

    kind: Kind
    id: int
    uuid: str
    topic: str
    host: User
    start: int
    minutes: int
    people: tuple[Attendance, ...]
    source: dict[str, Any]

    @property
    def end(self) -> int:
        """When it ended, epoch seconds."""
        return self.start + self.minutes * 60


def newest(instance: Instance) -> tuple[int, str]:
    """The order of listings, the latest first; uuids settle the rest, so that pages neither skip nor repeat."""
    return (-instance.start, instance.uuid)


@seeded
class Past:
    """What took place, the latest instance of an id first."""

    def __init__(self, world: World) -> None:
        self._world = world
        history = read("history")
        self.instances = sorted(
            [self._instance(MEETING, row) for row in history["meetings"]]
            + [self._instance(WEBINAR, row) for row in history["webinars"]],
            key=newest,
        )
        for instance in self.instances:
            self._keep(instance)

    def add(self, instance: Instance) -> None:
        """Keep what just took place."""
        self.instances.append(instance)
        self.instances.sort(key=newest)

    def of(self, kind: Kind, number: int) -> list[Instance]:
        """Each time that a meeting or webinar took place, the latest first."""
        return [each for each in self.instances if each.kind is kind and each.id == number]

    def find(self, kind: Kind, key: str) -> Instance | None:
        """The instance with a uuid, or the latest with an id; the key as the router gives it."""
        wanted = second_decoding(key)
        for instance in self.instances:
            if instance.kind is kind and wanted in (instance.uuid, str(instance.id)):
                return instance
        return None

    def get(self, call: Call, kind: Kind, *codes: tuple[int, int]) -> Instance:
        """The instance that the call's path names. Refuses in the given codes, else 404/3001."""
        key = call.ids[kind.parameter]
        found = self.find(kind, key)
        if found is None:
            raise self._unknown(call, kind, key, codes)
        return found

    def _unknown(self, call: Call, kind: Kind, key: str, codes: tuple[tuple[int, int], ...]) -> Refusal:
        if codes:
            return call.refuse(f"There is no recording for this meeting: {as_read(key)}.", *codes)
        return missing(call, kind, key)

    def _instance(self, kind: Kind, row: Mapping[str, Any]) -> Instance:
        users = self._world.part(Users)
        start = moment(self._world.began, row["days_ago"], row["at"])
        people = tuple(self._attendance(users, number, start, person) for number, person in enumerate(row["people"], 1))
        host = users.find(row["host"]) or users.owner
        return Instance(kind, row["id"], row["uuid"], row["topic"], host, start, row["minutes"], people, dict(row))

    def _attendance(self, users: Users, number: int, start: int, row: Mapping[str, Any]) -> Attendance:
        user = users.find(row["email"])
        joined = start + row["joins"] * 60
        left = joined + row["minutes"] * 60
        name, email = row["name"], row["email"]
        return Attendance(number, user.id if user else "", name, email, joined, left, user is not None)

    def _keep(self, instance: Instance) -> None:
        """Let the gathering itself be found too, as Zoom does for a while after its end."""
        store: Gatherings = self._world.part(Meetings if instance.kind is MEETING else Webinars)
        kind = instance.kind
        store.put(
            Gathering(
                kind=kind,
                number=store.next_number(),
                id=instance.id,
                uuid=instance.uuid,
                host_id=instance.host.id,
                topic=instance.topic,
                type=kind.default_type,
                start=instance.start,
                duration=instance.minutes,
                timezone=instance.host.timezone,
                created=stamp(instance.start - 86_400),
                password="",
                settings=dict(read(kind.settings)),
                ended=True,
            )
        )


@plays("GET", "/past_meetings/{meetingId}/participants")
def meeting_participants(call: Call) -> Payload:
    """Who was in a meeting, by pages."""
    return _participants(call, MEETING)


@plays("GET", "/past_webinars/{webinarId}/participants")
def webinar_participants(call: Call) -> Payload:
    """Who was in a webinar, by pages."""
    return _participants(call, WEBINAR)


@plays("GET", "/past_meetings/{meetingId}")
def past_meeting(call: Call) -> Payload:
    """A meeting that took place."""
    instance = call.world.part(Past).get(call, MEETING)
    return {
        "id": instance.id,
        "uuid": instance.uuid,
        "duration": instance.minutes,
        "start_time": stamp(instance.start),
        "end_time": stamp(instance.end),
        "host_id": instance.host.id,
        "participants_count": len(instance.people),
        "topic": instance.topic,
        "total_minutes": sum((person.left - person.joined) // 60 for person in instance.people),
        "type": MEETING.default_type,
        "user_email": instance.host.email,
        "user_name": instance.host.display_name,
        "has_meeting_summary": "summary" in instance.source,
    }


def _participants(call: Call, kind: Kind) -> Payload:
    return page(call, call.world.part(Past).get(call, kind).people, by_number, _row)


def attended(person: Attendance) -> Payload:
    """Somebody who was there, as both the meeting and the report tell of them."""
    return {
        "id": person.id,
        "user_id": str(16_778_240 + person.number),
        "name": person.name,
        "user_email": person.email,
        "join_time": stamp(person.joined),
        "leave_time": stamp(person.left),
        "duration": person.left - person.joined,
        "failover": False,
        "status": "in_meeting",
    }


def _row(person: Attendance) -> Payload:
    return {
        **attended(person),
        "internal_user": person.internal,
        **({"registrant_id": person.registrant} if person.registrant else {}),
    }
