"""The two stores together: which of them a call is about, and what becomes of a person's gatherings in both."""

from __future__ import annotations

from collections.abc import Mapping

from zoom_sandbox.plays import Call
from zoom_sandbox.resources.gatherings import announced
from zoom_sandbox.resources.gatherings.kinds import WEBINAR
from zoom_sandbox.resources.gatherings.state import Gatherings
from zoom_sandbox.resources.meetings.state import Meetings
from zoom_sandbox.resources.users.state import HAND_OVERS, User
from zoom_sandbox.resources.webinars.state import Webinars
from zoom_sandbox.world import World


def store_of(call: Call) -> Gatherings:
    """The store of the kind that the call's path names."""
    return call.world.part(Webinars if WEBINAR.parameter in call.ids else Meetings)


def _hand_over(world: World, user: User, heirs: Mapping[str, User]) -> None:
    world.part(Meetings).close_room(user)
    for store, thing in ((world.part(Meetings), "meeting"), (world.part(Webinars), "webinar")):
        for gathering in store.of_host(user):
            if thing in heirs:
                store.move(gathering, heirs[thing])
                announced.moved(world, gathering, user.id)
            else:
                store.remove(gathering)
                announced.deleted(world, gathering)


HAND_OVERS.append(_hand_over)
