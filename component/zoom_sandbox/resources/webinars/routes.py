"""Webinars from plan to end. https://developers.zoom.us/docs/api/meetings/#tag/webinars"""

from __future__ import annotations

from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.gatherings import acts
from zoom_sandbox.resources.live.state import end_if_live
from zoom_sandbox.resources.users.state import LICENSED, User, Users
from zoom_sandbox.resources.webinars import faults
from zoom_sandbox.resources.webinars.state import Webinars


@plays("POST", "/users/{userId}/webinars")
def create_webinar(call: Call) -> Payload:
    """A new webinar: scheduled, or recurring with or without fixed times."""
    return acts.create(call, call.world.part(Webinars), _licensed(call))


@plays("GET", "/users/{userId}/webinars")
def list_webinars(call: Call) -> Payload:
    """A host's webinars, by pages."""
    _licensed(call)
    return acts.listing(call, call.world.part(Webinars))


@plays("GET", "/webinars/{webinarId}")
def get_webinar(call: Call) -> Payload:
    """One webinar in full."""
    return acts.get(call, call.world.part(Webinars))


@plays("PATCH", "/webinars/{webinarId}")
def update_webinar(call: Call) -> None:
    """Change what is given, and nothing else."""
    acts.update(call, call.world.part(Webinars))


@plays("DELETE", "/webinars/{webinarId}")
def delete_webinar(call: Call) -> None:
    """Delete a webinar or one occurrence."""
    acts.delete(call, call.world.part(Webinars))


@plays("PUT", "/webinars/{webinarId}/status")
def end_webinar(call: Call) -> None:
    """End a webinar."""
    webinar = call.world.part(Webinars).get(call)
    if not end_if_live(call.world, webinar, call.base):
        acts.end(call, webinar)


def _licensed(call: Call) -> User:
    """The host that the path names. Refuses (400/200) one whose licence has no webinars."""
    host = call.world.part(Users).get(call)
    if host.type != LICENSED:
        raise faults.no_plan(call)
    return host
