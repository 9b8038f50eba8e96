"""Where meetings and webinars are kept, and how an id from a path finds one."""

from __future__ import annotations

import re
from typing import ClassVar

from zoom_sandbox.account import Account
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.paging import by_number
from zoom_sandbox.resources.conferences.ids import decode_twice, display_id
from zoom_sandbox.resources.conferences.kinds import ConferenceKind
from zoom_sandbox.resources.conferences.models import Conference
from zoom_sandbox.resources.users.state import User, Users

_NUMBER = re.compile(r"[0-9]{1,19}")


class ConferenceStore:
    """The gatherings of one kind, in the order in which they came; those deleted wait apart and can come back."""

    kind: ClassVar[ConferenceKind]

    def __init__(self, world: Account) -> None:
        self.world = world
        self._by_id: dict[int, Conference] = {}
        self._by_uuid: dict[str, Conference] = {}
        self._by_host: dict[str, dict[int, Conference]] = {}
        self._deleted: dict[int, Conference] = {}
        self._number = 0

    def next_number(self) -> int:
        """The next place in the order."""
        self._number += 1
        return self._number

    def free_id(self) -> int:
        """An id that no gathering of this kind has or had."""
        while (found := self.world.ids.next_meeting_id()) in self._by_id or found in self._deleted:
            pass
        return found

    def put(self, gathering: Conference) -> Conference:
        """Keep a gathering."""
        self._by_id[gathering.id] = gathering
        self._by_uuid[gathering.uuid] = gathering
        self._by_host.setdefault(gathering.host_id, {})[gathering.number] = gathering
        return gathering

    def find(self, key: str) -> Conference | None:
        """The gathering with this id or, already decoded, this uuid."""
        return self._by_id.get(int(key)) if _NUMBER.fullmatch(key) else self._by_uuid.get(key)

    def get(self, call: OperationCall) -> Conference:
        """The gathering that the call's path names. Refuses 404/3001."""
        raw = call.path_params[self.kind.parameter]
        key = decode_twice(raw)
        gathering = None if key is None else self.find(key)
        if gathering is None:
            raise call.error("conferences.notFound", kind=self.kind.name, id=display_id(raw))
        return gathering

    def renew_uuid(self, gathering: Conference) -> None:
        """Give a gathering the uuid of its next time."""
        self._by_uuid.pop(gathering.uuid, None)
        gathering.uuid = self.world.ids.next_uuid()
        self.put(gathering)

    def of_host(self, host: User) -> list[Conference]:
        """A person's gatherings, the oldest first."""
        return sorted(self._by_host.get(host.id, {}).values(), key=by_number)

    def summary(self) -> dict[str, int]:
        """How many there are."""
        return {self.kind.list_key: len(self._by_id)}

    def remove(self, gathering: Conference) -> None:
        """Delete a gathering; `recover` brings it back."""
        del self._by_id[gathering.id], self._by_uuid[gathering.uuid]
        del self._by_host[gathering.host_id][gathering.number]
        self._deleted[gathering.id] = gathering

    def recover(self, key: str) -> Conference | None:
        """Bring a deleted gathering back; None where none with this id was deleted, or its host is gone since."""
        gathering = self._deleted.get(int(key)) if _NUMBER.fullmatch(key) else None
        if gathering is None or self.world.store(Users).find(gathering.host_id) is None:
            return None
        return self.put(self._deleted.pop(gathering.id))

    def move(self, gathering: Conference, host: User) -> None:
        """Give a gathering to another host."""
        del self._by_host[gathering.host_id][gathering.number]
        gathering.host_id = host.id
        self.put(gathering)
