"""Where meetings and webinars are kept, and how an id from a path finds one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import unquote

from zoom_component.sandbox.pages import by_number
from zoom_component.sandbox.plays import Call
from zoom_component.sandbox.refusal import Refusal
from zoom_component.sandbox.resources.gatherings.kinds import MEETING, WEBINAR, Kind
from zoom_component.sandbox.resources.gatherings.record import Gathering
from zoom_component.sandbox.resources.users.state import HAND_OVERS, User, Users
from zoom_component.sandbox.seed import read
from zoom_component.sandbox.world import World

PERSONAL = 4  # the type of a personal room
_PMI = re.compile(r"[0-9]{10,11}")
_NUMBER = re.compile(r"[0-9]{1,19}")


class Gatherings:
    """The gatherings of one kind, in the order in which they came; those deleted wait apart and can come back."""

    kind: ClassVar[Kind]

    def __init__(self, world: World) -> None:
        self.world = world
        self._by_id: dict[int, Gathering] = {}
        self._by_uuid: dict[str, Gathering] = {}
        self._by_host: dict[str, dict[int, Gathering]] = {}
        self._deleted: dict[int, Gathering] = {}
        self._number = 0

    def next_number(self) -> int:
        """The next place in the order."""
        self._number += 1
        return self._number

    def free_id(self) -> int:
        """An id that no gathering of this kind has or had."""
        while (found := self.world.ids.meeting()) in self._by_id or found in self._deleted:
            pass
        return found

    def put(self, gathering: Gathering) -> Gathering:
        """Keep a gathering."""
        self._by_id[gathering.id] = gathering
        self._by_uuid[gathering.uuid] = gathering
        self._by_host.setdefault(gathering.host_id, {})[gathering.number] = gathering
        return gathering

    def find(self, key: str) -> Gathering | None:
        """The gathering with this id or, already decoded, this uuid."""
        return self._by_id.get(int(key)) if _NUMBER.fullmatch(key) else self._by_uuid.get(key)

    def get(self, call: Call) -> Gathering:
        """The gathering that the call's path names. Refuses 404/3001."""
        raw = call.ids[self.kind.parameter]
        key = second_decoding(raw)
        gathering = None if key is None else self.find(key)
        if gathering is None:
            raise missing(call, self.kind, raw)
        return gathering

    def renew(self, gathering: Gathering) -> None:
        """Give a gathering the uuid of its next time."""
        self._by_uuid.pop(gathering.uuid, None)
        gathering.uuid = self.world.ids.uuid()
        self.put(gathering)

    def of_host(self, host: User) -> list[Gathering]:
        """A person's gatherings, the oldest first."""
        return sorted(self._by_host.get(host.id, {}).values(), key=by_number)

    def summary(self) -> dict[str, int]:
        """How many there are."""
        return {self.kind.items: len(self._by_id)}

    def remove(self, gathering: Gathering) -> None:
        """Delete a gathering; `recover` brings it back."""
        del self._by_id[gathering.id], self._by_uuid[gathering.uuid]
        del self._by_host[gathering.host_id][gathering.number]
        self._deleted[gathering.id] = gathering

    def recover(self, key: str) -> Gathering | None:
        """Bring a deleted gathering back; None where none with this id was deleted."""
        gathering = self._deleted.pop(int(key), None) if _NUMBER.fullmatch(key) else None
        return None if gathering is None else self.put(gathering)

    def move(self, gathering: Gathering, host: User) -> None:
        """Give a gathering to another host."""
        del self._by_host[gathering.host_id][gathering.number]
        gathering.host_id = host.id
        self.put(gathering)


class Meetings(Gatherings):
    """The account's meetings. Each person's personal room is there by its number, and stands in no list.

    https://developers.zoom.us/docs/api/meetings/#tag/meetings/get/meetings/{meetingId} (type 4)
    """

    kind = MEETING

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._rooms: dict[str, Gathering] = {}

    def put(self, gathering: Gathering) -> Gathering:
        """Keep a meeting, or a personal room as it is now."""
        if gathering.type != PERSONAL:
            return super().put(gathering)
        self._rooms[gathering.host_id] = gathering
        return gathering

    def find(self, key: str) -> Gathering | None:
        """The meeting with this id or uuid, or the room of the person whose number it is."""
        found = super().find(key)
        if found is not None:
            return found
        if _PMI.fullmatch(key):
            host = self.world.part(Users).of_pmi(int(key))
            return None if host is None else self.room(host)
        return next((room for room in self._rooms.values() if room.uuid == key), None)

    def room(self, host: User) -> Gathering:
        """A person's own room, under the number that it has now."""
        room = self._rooms.get(host.id) or self.put(_room(self, host))
        room.id, room.more = host.pmi, {**room.more, "pmi": str(host.pmi)}
        return room

    def close_room(self, host: User) -> None:
        """Forget a person's room."""
        self._rooms.pop(host.id, None)


class Webinars(Gatherings):
    """The account's webinars."""

    kind = WEBINAR


def _room(store: Gatherings, host: User) -> Gathering:
    ids = store.world.ids
    return Gathering(
        kind=MEETING,
        number=0,
        id=host.pmi,
        uuid=ids.uuid(),
        host_id=host.id,
        topic=f"{host.display_name}'s Personal Meeting Room",
        type=PERSONAL,
        start=None,
        duration=60,
        timezone=host.timezone,
        created=host.created,
        password=ids.digits(6),
        settings={**read(MEETING.settings), "use_pmi": True},
        more={"pmi": str(host.pmi)},
    )


def second_decoding(once: str) -> str | None:
    """The id that a path segment means after its one decoding by the router; None where Zoom would not see it.

    A UUID that begins with a slash or holds two in a row is taken only when it was encoded twice.
    https://developers.zoom.us/docs/api/using-zoom-apis/#meeting-id-and-uuid
    """
    if once.startswith("/") or "//" in once:
        return None
    return unquote(once)


def store_of(call: Call) -> Gatherings:
    """The store of the kind that the call's path names."""
    return call.world.part(Webinars if WEBINAR.parameter in call.ids else Meetings)


def missing(call: Call, kind: Kind, key: str) -> Refusal:
    """The 404 for an id, as the router gives it, that names nothing."""
    return call.refuse(f"{kind.word} does not exist: {as_read(key)}.", (404, 3001))


def as_read(once: str) -> str:
    """The id as Zoom speaks of it in an error: it eats a leading slash before it looks."""
    return second_decoding(once) or once.lstrip("/")


def _hand_over(world: World, user: User, heirs: Mapping[str, User]) -> None:
    world.part(Meetings).close_room(user)
    for store, thing in ((world.part(Meetings), "meeting"), (world.part(Webinars), "webinar")):
        for gathering in store.of_host(user):
            if thing in heirs:
                store.move(gathering, heirs[thing])
            else:
                store.remove(gathering)


HAND_OVERS.append(_hand_over)
