"""Where meetings and webinars are kept, and how an id from a path finds one."""

from __future__ import annotations

import re
from typing import ClassVar

from zoom_sandbox.pages import by_number
from zoom_sandbox.plays import Call
from zoom_sandbox.resources.gatherings import faults
from zoom_sandbox.resources.gatherings.ids import second_decoding
from zoom_sandbox.resources.gatherings.kinds import Kind
from zoom_sandbox.resources.gatherings.record import Gathering
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.world import World

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
            raise faults.missing(call, self.kind, raw)
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
        """Bring a deleted gathering back; None where none with this id was deleted, or its host is gone since."""
        gathering = self._deleted.get(int(key)) if _NUMBER.fullmatch(key) else None
        if gathering is None or self.world.part(Users).find(gathering.host_id) is None:
            return None
        return self.put(self._deleted.pop(gathering.id))

    def move(self, gathering: Gathering, host: User) -> None:
        """Give a gathering to another host."""
        del self._by_host[gathering.host_id][gathering.number]
        gathering.host_id = host.id
        self.put(gathering)
