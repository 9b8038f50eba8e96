"""Very many meetings or webinars at once, for load work: spread over the hosts, an hour each, one after the other."""

from __future__ import annotations

import gc

from zoom_sandbox.resources.gatherings.record import Gathering
from zoom_sandbox.resources.gatherings.state import Gatherings
from zoom_sandbox.resources.meetings.state import Meetings
from zoom_sandbox.resources.users.state import Users
from zoom_sandbox.resources.webinars.state import Webinars
from zoom_sandbox.seed import read
from zoom_sandbox.times import stamp
from zoom_sandbox.world import World

_HOUR = 3600


def add_many(world: World) -> None:
    """Make the numbered meetings and webinars that the account's setup asks for."""
    collects = gc.isenabled()
    gc.disable()  # all that is made stays: looking for garbage among it takes half of the time
    try:
        _fill(world, world.part(Meetings), world.setup.meetings)
        _fill(world, world.part(Webinars), world.setup.webinars)
    finally:
        if collects:
            gc.enable()


def _fill(world: World, store: Gatherings, count: int) -> None:
    if not count:
        return
    kind, ids = store.kind, world.ids
    hosts = world.part(Users).listing("active", "")
    # One mapping for all: a change replaces a gathering's settings and never alters them in place.
    settings, created = dict(read(kind.settings)), stamp(world.began)
    for index in range(count):
        host = hosts[index % len(hosts)]
        store.put(
            Gathering(
                kind=kind,
                number=store.next_number(),
                id=store.free_id(),
                uuid=ids.uuid(),
                host_id=host.id,
                topic=f"{kind.word} {index + 1:06d}",
                type=kind.default_type,
                start=world.began + _HOUR * (1 + index // len(hosts)),
                duration=60,
                timezone=host.timezone,
                created=created,
                password="",
                settings=settings,
            )
        )
