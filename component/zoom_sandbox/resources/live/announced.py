"""The events of what is done with a meeting under way. https://developers.zoom.us/docs/api/meetings/events/"""

from __future__ import annotations

from zoom_sandbox.announce import Announcer
from zoom_sandbox.resources.gatherings.announced import brief
from zoom_sandbox.resources.gatherings.record import Gathering
from zoom_sandbox.resources.users.announced import operator
from zoom_sandbox.resources.users.state import User
from zoom_sandbox.times import stamp
from zoom_sandbox.world import World


def tape_told(world: World, what: str, gathering: Gathering, began: int, taped_from: int) -> None:
    """The recording was `started`, `stopped`, `paused` or `resumed`."""
    event = f"recording.{what}"
    if not world.part(Announcer).hears(event):
        return
    runs = what in ("started", "resumed")
    file = {"recording_start": stamp(taped_from), "recording_end": "" if runs else stamp(world.now())}
    world.part(Announcer).tell(event, {"object": {**brief(gathering, began), "recording_file": file}})


def invited(world: World, gathering: Gathering, user: User) -> None:
    """Somebody of the account was asked to come into a meeting."""
    person = {"email": user.email, "participant_user_id": user.id}
    about = {**brief(gathering), "participant": person}
    world.part(Announcer).tell("meeting.invitation_dispatched", {**operator(world), "object": about})
