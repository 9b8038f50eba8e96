"""List and create templates. https://developers.zoom.us/docs/api/meetings/#tag/templates"""

from __future__ import annotations

from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.resources.conferences.kinds import MEETING, WEBINAR
from zoom_sandbox.resources.conferences.models import Conference
from zoom_sandbox.resources.conferences.state import ConferenceStore
from zoom_sandbox.resources.meetings.state import Meetings
from zoom_sandbox.resources.templates.serializers import serialize_templates
from zoom_sandbox.resources.templates.state import Templates
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.resources.webinars.state import Webinars

operations = Operations()


@operations.handles("GET", "/users/{userId}/meeting_templates")
def list_meeting_templates(call: OperationCall) -> Payload:
    """Return a user's meeting templates."""
    return serialize_templates(call.account.store(Templates).templates_of(MEETING, call.account.store(Users).get(call)))


@operations.handles("POST", "/users/{userId}/meeting_templates")
def create_meeting_template(call: OperationCall) -> Payload:
    """Create a template from one of a user's meetings."""
    return _save_template(call, call.account.store(Meetings), "meeting_id")


@operations.handles("GET", "/users/{userId}/webinar_templates")
def list_webinar_templates(call: OperationCall) -> Payload:
    """Return a user's webinar templates."""
    return serialize_templates(call.account.store(Templates).templates_of(WEBINAR, call.account.store(Users).get(call)))


@operations.handles("POST", "/users/{userId}/webinar_templates")
def create_webinar_template(call: OperationCall) -> Payload:
    """Create a template from one of a user's webinars."""
    return _save_template(call, call.account.store(Webinars), "webinar_id")


def _save_template(call: OperationCall, store: ConferenceStore, field: str) -> Payload:
    owner = call.account.store(Users).get(call)
    template = call.account.store(Templates).save(call, _get_conference(call, store, field, owner), owner)
    return {"id": template.id, "name": template.name}


def _get_conference(call: OperationCall, store: ConferenceStore, field: str, owner: User) -> Conference:
    conference = store.find(str(call.body.get(field, "")))
    if conference is None or conference.host_id != owner.id:
        raise call.error("templates.conferenceNotFound", kind=store.kind.name.lower())
    return conference
