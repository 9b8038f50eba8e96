"""Store meetings, and each user's personal meeting room."""

from __future__ import annotations

import re
from collections.abc import Mapping

from zoom_sandbox.account import Account
from zoom_sandbox.resources.conferences.kinds import MEETING, PERSONAL_ROOM
from zoom_sandbox.resources.conferences.models import Conference
from zoom_sandbox.resources.conferences.state import ConferenceStore
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.seed import read_seed

_PMI = re.compile(r"[0-9]{10,11}")


class Meetings(ConferenceStore):
    """Store the account's meetings. A personal room is found by its number, but not listed.

    https://developers.zoom.us/docs/api/meetings/#tag/meetings/get/meetings/{meetingId} (type 4)
    """

    kind = MEETING

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._rooms: dict[str, Conference] = {}

    def put(self, conference: Conference) -> Conference:
        """Store a meeting or a personal room."""
        if conference.type != PERSONAL_ROOM:
            return super().put(conference)
        self._rooms[conference.host_id] = conference
        return conference

    def find(self, key: str) -> Conference | None:
        """Return the meeting with an id or uuid, or the personal room with a number."""
        meeting = super().find(key)
        if meeting is not None:
            return meeting
        if _PMI.fullmatch(key):
            host = self.account.store(Users).find_by_pmi(int(key))
            return None if host is None else self.get_room(host)
        return next((room for room in self._rooms.values() if room.uuid == key), None)

    def get_room(self, host: User) -> Conference:
        """Return a user's personal room, under the number that it has now."""
        room = self._rooms.get(host.id) or self.put(_build_room(self, host))
        room.id, room.extra_fields = host.pmi, {**room.extra_fields, "pmi": str(host.pmi)}
        return room

    def remove_user(self, user: User, heirs: Mapping[str, User]) -> None:
        """Delete a user's personal room; give the meetings to the heir, or delete them."""
        self._rooms.pop(user.id, None)
        super().remove_user(user, heirs)


def _build_room(store: ConferenceStore, host: User) -> Conference:
    ids = store.account.ids
    return Conference(
        kind=MEETING,
        number=0,
        id=host.pmi,
        uuid=ids.next_uuid(),
        host_id=host.id,
        topic=f"{host.display_name}'s Personal Meeting Room",
        type=PERSONAL_ROOM,
        start=None,
        duration=60,
        timezone=host.timezone,
        created_at=host.created_at,
        password=ids.next_passcode(6),
        settings={**read_seed(MEETING.settings_seed), "use_pmi": True},
        extra_fields={"pmi": str(host.pmi)},
    )
