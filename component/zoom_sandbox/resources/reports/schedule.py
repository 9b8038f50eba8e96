"""Find the upcoming meetings and webinars of the account."""

from __future__ import annotations

from dataclasses import dataclass

from zoom_sandbox.account import Account
from zoom_sandbox.resources.conferences.models import Conference
from zoom_sandbox.resources.conferences.state import ConferenceStore
from zoom_sandbox.resources.meetings.state import Meetings
from zoom_sandbox.resources.meetings.upcoming import list_times
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.resources.webinars.state import Webinars


@dataclass(frozen=True, slots=True)
class UpcomingEvent:
    """Hold one upcoming time of a meeting or webinar, in epoch seconds."""

    start: int
    conference: Conference
    host: User


def find_upcoming_events(account: Account, earliest: int, latest: int) -> list[UpcomingEvent]:
    """Return what starts between two moments, in order of time."""
    stores: list[ConferenceStore] = [account.store(Meetings), account.store(Webinars)]
    users = account.store(Users)
    all_users = users.list_all()
    events = [
        UpcomingEvent(start, conference, host)
        for store in stores
        for host in all_users
        for conference in store.of_host(host)
        for start, _ in list_times(conference)
        if earliest <= start <= latest
    ]
    return sorted(events, key=lambda each: (each.start, each.conference.kind.name, each.conference.number))
