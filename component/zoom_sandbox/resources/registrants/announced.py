"""The events of registration. https://developers.zoom.us/docs/api/meetings/events/"""

from __future__ import annotations

from typing import Any

from zoom_sandbox.announce import Announcer
from zoom_sandbox.plays import Call
from zoom_sandbox.resources.gatherings.announced import brief
from zoom_sandbox.resources.gatherings.record import Gathering, Registrant
from zoom_sandbox.resources.gatherings.shown import occurrence_row
from zoom_sandbox.resources.users.announced import operator

_WORDS = {"approve": "approved", "deny": "denied", "cancel": "cancelled"}


def registered(call: Call, gathering: Gathering, registrant: Registrant, join_url: str) -> None:
    """A person registered; `join_url` is "" for one who was not let in yet."""
    about = {"status": registrant.status, "join_url": join_url, "participant_pin_code": registrant.pin}
    _tell(call, gathering, registrant, "created", about, {})


def judged(call: Call, gathering: Gathering, registrant: Registrant, action: str, join_url: str) -> None:
    """A person was let in or turned away, or the registration was cancelled: `approve`, `deny` or `cancel`."""
    about = {"join_url": join_url, "participant_pin_code": registrant.pin}
    _tell(call, gathering, registrant, _WORDS[action], about, operator(call.world))


def _tell(
    call: Call,
    gathering: Gathering,
    registrant: Registrant,
    what: str,
    about: dict[str, Any],
    beside: dict[str, Any],
) -> None:
    event = f"{gathering.kind.word.lower()}.registration_{what}"
    announcer = call.world.part(Announcer)
    if not announcer.hears(event):
        return
    person = {"first_name": "", **registrant.fields, "id": registrant.id, "email": registrant.email, **about}
    told = {**brief(gathering), "registrant": person}
    if gathering.recurrence is not None:
        chosen = [each for each in gathering.occurrences if each.id in registrant.occurrences]
        told["occurrences"] = [occurrence_row(each) for each in chosen]
    announcer.tell(event, {**beside, "object": told})
