"""Store meetings, and each user's personal meeting."""

from __future__ import annotations

import re
from collections.abc import Mapping

from zoom_sandbox.account import Account
from zoom_sandbox.resources.conferences.kinds import MEETING, PERSONAL
from zoom_sandbox.resources.conferences.models import Conference
from zoom_sandbox.resources.conferences.state import ConferenceStore
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.seed import read_seed

_PMI = re.compile(r"[0-9]{10,11}")


class Meetings(ConferenceStore):
    """Store the account's meetings. A personal meeting is found by its number, but not listed.

    https://developers.zoom.us/docs/api/meetings/#tag/meetings/get/meetings/{meetingId} (type 4)
    """

    kind = MEETING

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._personal_meetings: dict[str, Conference] = {}

    def save(self, conference: Conference) -> Conference:
        """Store a meeting or a personal meeting."""
        if conference.type != PERSONAL:
            return super().save(conference)
        self._personal_meetings[conference.host_id] = conference
        return conference

    def find(self, key: str) -> Conference | None:
        """Return the meeting with an id or uuid, or the personal meeting with a number."""
        meeting = super().find(key)
        if meeting is not None:
            return meeting
        if _PMI.fullmatch(key):
            host = self.account.store(Users).find_by_pmi(int(key))
            return None if host is None else self.get_personal_meeting(host)
        return next((meeting for meeting in self._personal_meetings.values() if meeting.uuid == key), None)

    def get_personal_meeting(self, host: User) -> Conference:
        """Return a user's personal meeting, under the number that it has now."""
        meeting = self._personal_meetings.get(host.id) or self.save(_build_personal_meeting(self, host))
        meeting.id, meeting.extra_fields = host.pmi, {**meeting.extra_fields, "pmi": str(host.pmi)}
        return meeting

    def remove_user(self, user: User, heirs: Mapping[str, User]) -> None:
        """Delete a user's personal meeting; give the meetings to the heir, or delete them."""
        self._personal_meetings.pop(user.id, None)
        super().remove_user(user, heirs)


def _build_personal_meeting(store: ConferenceStore, host: User) -> Conference:
    ids = store.account.ids
    return Conference(
        kind=MEETING,
        number=0,
        id=host.pmi,
        uuid=ids.next_uuid(),
        host_id=host.id,
        topic=f"{host.display_name}'s Personal Meeting Room",
        type=PERSONAL,
        start=None,
        duration=60,
        timezone=host.timezone,
        created_at=host.created_at,
        password=ids.next_passcode(6),
        settings={**read_seed(MEETING.settings_seed), "use_pmi": True},
        extra_fields={"pmi": str(host.pmi)},
    )
