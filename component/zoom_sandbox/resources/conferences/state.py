"""Store conferences, and find them by the ids of paths."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from zoom_sandbox.account import Account
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.paging import by_number
from zoom_sandbox.resources.conferences import events
from zoom_sandbox.resources.conferences.ids import decode_twice, display_id
from zoom_sandbox.resources.conferences.kinds import ConferenceKind
from zoom_sandbox.resources.conferences.models import Conference
from zoom_sandbox.resources.users.state import User, Users

_NUMBER = re.compile(r"[0-9]{1,19}")


class ConferenceStore:
    """Store the conferences of one kind, in the order of creation; deleted ones can be recovered."""

    kind: ClassVar[ConferenceKind]

    def __init__(self, account: Account) -> None:
        self.account = account
        self._by_id: dict[int, Conference] = {}
        self._by_uuid: dict[str, Conference] = {}
        self._by_host: dict[str, dict[int, Conference]] = {}
        self._deleted: dict[int, Conference] = {}
        self._number = 0

    def next_number(self) -> int:
        """Return the next number in the order of creation."""
        self._number += 1
        return self._number

    def free_id(self) -> int:
        """Return an id that no conference of this kind has or had."""
        while (new_id := self.account.ids.next_meeting_id()) in self._by_id or new_id in self._deleted:
            pass
        return new_id

    def save(self, conference: Conference) -> Conference:
        """Store a conference and return it."""
        self._by_id[conference.id] = conference
        self._by_uuid[conference.uuid] = conference
        self._by_host.setdefault(conference.host_id, {})[conference.number] = conference
        return conference

    def find(self, key: str) -> Conference | None:
        """Return the conference with an id or a decoded uuid."""
        return self._by_id.get(int(key)) if _NUMBER.fullmatch(key) else self._by_uuid.get(key)

    def get(self, call: OperationCall) -> Conference:
        """Return the conference of the call's path. Raises ApiError (404/3001)."""
        raw = call.path_params[self.kind.parameter]
        key = decode_twice(raw)
        conference = None if key is None else self.find(key)
        if conference is None:
            raise call.error("conferences.notFound", kind=self.kind.name, id=display_id(raw))
        return conference

    def renew_uuid(self, conference: Conference) -> None:
        """Give a conference the uuid of its next instance."""
        self._by_uuid.pop(conference.uuid, None)
        conference.uuid = self.account.ids.next_uuid()
        self.save(conference)

    def of_host(self, host: User) -> list[Conference]:
        """Return a user's conferences, the oldest first."""
        return sorted(self._by_host.get(host.id, {}).values(), key=by_number)

    def summary(self) -> dict[str, int]:
        """Return the number of conferences."""
        return {self.kind.list_key: len(self._by_id)}

    def remove(self, conference: Conference) -> None:
        """Delete a conference; `recover` restores it."""
        del self._by_id[conference.id], self._by_uuid[conference.uuid]
        del self._by_host[conference.host_id][conference.number]
        self._deleted[conference.id] = conference

    def recover(self, key: str) -> Conference | None:
        """Restore a deleted conference and return it; None for an unknown id, or if its host is gone."""
        conference = self._deleted.get(int(key)) if _NUMBER.fullmatch(key) else None
        if conference is None or self.account.store(Users).find(conference.host_id) is None:
            return None
        return self.save(self._deleted.pop(conference.id))

    def move(self, conference: Conference, host: User) -> None:
        """Give a conference to another host."""
        del self._by_host[conference.host_id][conference.number]
        conference.host_id = host.id
        self.save(conference)

    def remove_user(self, user: User, heirs: Mapping[str, User]) -> None:
        """Give a host's meetings or webinars to the heir of their kind, or delete them."""
        heir = heirs.get(self.kind.name.lower())
        for conference in self.of_host(user):
            if heir is not None:
                self.move(conference, heir)
                events.send_moved(self.account, conference, user.id)
            else:
                self.remove(conference)
                events.send_deleted(self.account, conference)
