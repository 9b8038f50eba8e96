"""Meetings as the account keeps them, and each person's own room."""

from __future__ import annotations

import re

from zoom_sandbox.resources.gatherings.kinds import MEETING, PERSONAL
from zoom_sandbox.resources.gatherings.record import Gathering
from zoom_sandbox.resources.gatherings.state import Gatherings
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.seed import read
from zoom_sandbox.world import World

_PMI = re.compile(r"[0-9]{10,11}")


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
