"""What took place as the account keeps it, with who was there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zoom_sandbox.plays import Call, seeded
from zoom_sandbox.resources.gatherings import faults
from zoom_sandbox.resources.gatherings.ids import second_decoding
from zoom_sandbox.resources.gatherings.kinds import MEETING, WEBINAR, Kind
from zoom_sandbox.resources.gatherings.record import Gathering
from zoom_sandbox.resources.gatherings.state import Gatherings
from zoom_sandbox.resources.meetings.state import Meetings
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.resources.webinars.state import Webinars
from zoom_sandbox.seed import moment, read
from zoom_sandbox.times import stamp
from zoom_sandbox.world import World


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

    def get(self, call: Call, kind: Kind) -> Instance:
        """The instance that the call's path names. Refuses 404/3001."""
        key = call.ids[kind.parameter]
        found = self.find(kind, key)
        if found is None:
            raise faults.missing(call, kind, key)
        return found

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
        store: Gatherings = self._world.part(Meetings if instance.kind == MEETING else Webinars)
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
