"""Store the instances of past meetings and webinars, with their participants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zoom_sandbox.account import Account
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.conferences.ids import decode_twice, display_id
from zoom_sandbox.resources.conferences.kinds import MEETING, WEBINAR, ConferenceKind
from zoom_sandbox.resources.conferences.models import Conference
from zoom_sandbox.resources.conferences.state import ConferenceStore
from zoom_sandbox.resources.meetings.state import Meetings
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.resources.webinars.state import Webinars
from zoom_sandbox.seed import read_seed, resolve_moment
from zoom_sandbox.times import format_time


@dataclass(frozen=True, slots=True)
class Attendance:
    """Hold one participation; times are epoch seconds."""

    number: int
    id: str
    name: str
    email: str
    join_time: int
    leave_time: int
    is_internal: bool
    registrant_id: str = ""


@dataclass(frozen=True, slots=True)
class PastInstance:
    """Hold one time that a meeting or webinar took place. `data` is its row in the seed, or one that was made like it.

    In `data`, `recording` lists the recorded files, and `summary` is present while there is one.
    """

    kind: ConferenceKind
    id: int
    uuid: str
    topic: str
    host: User
    start: int
    minutes: int
    participants: tuple[Attendance, ...]
    data: dict[str, Any]

    @property
    def end(self) -> int:
        """Return when it ended, in epoch seconds."""
        return self.start + self.minutes * 60


def newest_first(instance: PastInstance) -> tuple[int, str]:
    """Return the sort key of lists, the newest first; uuids break ties, so that pages neither skip nor repeat."""
    return (-instance.start, instance.uuid)


class PastInstances:
    """Store past instances, the newest first."""

    def __init__(self, account: Account) -> None:
        self._account = account
        history = read_seed("history")
        self.instances = sorted(
            [self._build_instance(MEETING, row) for row in history["meetings"]]
            + [self._build_instance(WEBINAR, row) for row in history["webinars"]],
            key=newest_first,
        )
        for instance in self.instances:
            self._add_conference(instance)

    def add(self, instance: PastInstance) -> None:
        """Add an instance."""
        self.instances.append(instance)
        self.instances.sort(key=newest_first)

    def instances_of(self, kind: ConferenceKind, number: int) -> list[PastInstance]:
        """Return the instances of a conference, the newest first."""
        return [each for each in self.instances if each.kind is kind and each.id == number]

    def find(self, kind: ConferenceKind, key: str) -> PastInstance | None:
        """Return the instance with a uuid, or the newest with an id; the key is as the router decoded it."""
        decoded = decode_twice(key)
        for instance in self.instances:
            if instance.kind is kind and decoded in (instance.uuid, str(instance.id)):
                return instance
        return None

    def get(self, call: OperationCall, kind: ConferenceKind) -> PastInstance:
        """Return the instance of the call's path. Raises ApiError (404/3001)."""
        key = call.path_params[kind.parameter]
        instance = self.find(kind, key)
        if instance is None:
            raise call.error("conferences.notFound", kind=kind.name, id=display_id(key))
        return instance

    def _build_instance(self, kind: ConferenceKind, row: Mapping[str, Any]) -> PastInstance:
        users = self._account.store(Users)
        start = resolve_moment(self._account.started_at, row["days_ago"], row["at"])
        participants = tuple(
            self._build_attendance(users, number, start, person) for number, person in enumerate(row["people"], 1)
        )
        host = users.find(row["host"]) or users.owner
        return PastInstance(
            kind, row["id"], row["uuid"], row["topic"], host, start, row["minutes"], participants, dict(row)
        )

    def _build_attendance(self, users: Users, number: int, start: int, row: Mapping[str, Any]) -> Attendance:
        user = users.find(row["email"])
        join_time = start + row["joins"] * 60
        leave_time = join_time + row["minutes"] * 60
        name, email = row["name"], row["email"]
        return Attendance(number, user.id if user else "", name, email, join_time, leave_time, user is not None)

    def _add_conference(self, instance: PastInstance) -> None:
        """Add the conference of an instance: Zoom still returns it for a while after its end."""
        store: ConferenceStore = self._account.store(Meetings if instance.kind == MEETING else Webinars)
        kind = instance.kind
        store.save(
            Conference(
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
                created_at=format_time(instance.start - 86_400),
                password="",
                settings=dict(read_seed(kind.settings_seed)),
                has_ended=True,
            )
        )
