"""What is to come of the account's meetings and webinars."""

from __future__ import annotations

from dataclasses import dataclass

from zoom_sandbox.resources.gatherings.record import Gathering
from zoom_sandbox.resources.gatherings.state import Gatherings
from zoom_sandbox.resources.meetings.state import Meetings
from zoom_sandbox.resources.meetings.upcoming import times
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.resources.webinars.state import Webinars
from zoom_sandbox.world import World


@dataclass(frozen=True, slots=True)
class Coming:
    """One time at which a meeting or webinar is to take place, in epoch seconds."""

    start: int
    gathering: Gathering
    host: User


def coming(world: World, begin: int, close: int) -> list[Coming]:
    """What begins between two moments, in its order."""
    stores: list[Gatherings] = [world.part(Meetings), world.part(Webinars)]
    users = world.part(Users)
    everyone = [user for status in ("active", "inactive", "pending") for user in users.listing(status, "")]
    found = [
        Coming(start, gathering, host)
        for store in stores
        for host in everyone
        for gathering in store.of_host(host)
        for start, _ in times(gathering)
        if begin <= start <= close
    ]
    return sorted(found, key=lambda each: (each.start, each.gathering.kind.word, each.gathering.number))
