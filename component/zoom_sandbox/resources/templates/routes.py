"""Templates of meetings and webinars. https://developers.zoom.us/docs/api/meetings/#tag/templates"""

from __future__ import annotations

from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.gatherings.kinds import MEETING, WEBINAR
from zoom_sandbox.resources.gatherings.record import Gathering
from zoom_sandbox.resources.gatherings.state import Gatherings
from zoom_sandbox.resources.meetings.state import Meetings
from zoom_sandbox.resources.templates import faults
from zoom_sandbox.resources.templates.shown import rows
from zoom_sandbox.resources.templates.state import Templates
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.resources.webinars.state import Webinars


@plays("GET", "/users/{userId}/meeting_templates")
def list_meeting_templates(call: Call) -> Payload:
    """A person's templates for meetings."""
    return rows(call.world.part(Templates).of(MEETING, call.world.part(Users).get(call)))


@plays("POST", "/users/{userId}/meeting_templates")
def create_meeting_template(call: Call) -> Payload:
    """A template from one of a person's meetings."""
    return _save(call, call.world.part(Meetings), "meeting_id")


@plays("GET", "/users/{userId}/webinar_templates")
def list_webinar_templates(call: Call) -> Payload:
    """A person's templates for webinars."""
    return rows(call.world.part(Templates).of(WEBINAR, call.world.part(Users).get(call)))


@plays("POST", "/users/{userId}/webinar_templates")
def create_webinar_template(call: Call) -> Payload:
    """A template from one of a person's webinars."""
    return _save(call, call.world.part(Webinars), "webinar_id")


def _save(call: Call, store: Gatherings, field: str) -> Payload:
    owner = call.world.part(Users).get(call)
    template = call.world.part(Templates).save(call, _named(call, store, field, owner), owner)
    return {"id": template.id, "name": template.name}


def _named(call: Call, store: Gatherings, field: str, owner: User) -> Gathering:
    found = store.find(str(call.body.get(field, "")))
    if found is None or found.host_id != owner.id:
        raise faults.no_model(call, store.kind)
    return found
