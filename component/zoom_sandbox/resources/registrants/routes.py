"""Handle registrants, and the questions that they answer.

https://developers.zoom.us/docs/api/meetings/#tag/meetings, https://developers.zoom.us/docs/api/meetings/#tag/webinars,
https://developers.zoom.us/docs/api/meetings/#tag/invitation-and-registration
"""

from __future__ import annotations

from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.resources.conferences.stores import get_store
from zoom_sandbox.resources.registrants import registration
from zoom_sandbox.resources.registrants.questions import check_choices
from zoom_sandbox.resources.registrants.state import RegistrationQuestions
from zoom_sandbox.response_schemas import drop_unknown_fields, response_schema

operations = Operations()


@operations.handles("POST", "/meetings/{meetingId}/registrants")
@operations.handles("POST", "/webinars/{webinarId}/registrants")
def add_registrant(call: OperationCall) -> Payload:
    """Register a person for a meeting or a webinar."""
    return registration.register(call, get_store(call))


@operations.handles("GET", "/meetings/{meetingId}/registrants")
@operations.handles("GET", "/webinars/{webinarId}/registrants")
def list_registrants(call: OperationCall) -> Payload:
    """Return a page of the registrants with a status."""
    return registration.list_registrants(call, get_store(call))


@operations.handles("GET", "/meetings/{meetingId}/registrants/{registrantId}")
@operations.handles("GET", "/webinars/{webinarId}/registrants/{registrantId}")
def get_registrant(call: OperationCall) -> Payload:
    """Return a registrant."""
    return registration.get_registrant(call, get_store(call))


@operations.handles("PUT", "/meetings/{meetingId}/registrants/status")
@operations.handles("PUT", "/webinars/{webinarId}/registrants/status")
def update_registrant_status(call: OperationCall) -> None:
    """Approve, deny or cancel registrants."""
    registration.update_status(call, get_store(call))


@operations.handles("DELETE", "/meetings/{meetingId}/registrants/{registrantId}")
@operations.handles("DELETE", "/webinars/{webinarId}/registrants/{registrantId}")
def delete_registrant(call: OperationCall) -> None:
    """Delete a registrant."""
    registration.delete_registrant(call, get_store(call))


@operations.handles("GET", "/meetings/{meetingId}/registrants/questions")
@operations.handles("GET", "/webinars/{webinarId}/registrants/questions")
def get_questions(call: OperationCall) -> Payload:
    """Return the questions that are asked beyond first name and email."""
    return dict(call.account.store(RegistrationQuestions).get(get_store(call).get(call)))


@operations.handles("PATCH", "/meetings/{meetingId}/registrants/questions")
@operations.handles("PATCH", "/webinars/{webinarId}/registrants/questions")
def update_questions(call: OperationCall) -> None:
    """Replace the lists of questions that the body has."""
    conference = get_store(call).get(call)
    changes = drop_unknown_fields(call.body, response_schema("GET", call.operation.path))
    check_choices(changes)
    questions = call.account.store(RegistrationQuestions)
    questions.replace(conference, {**questions.get(conference), **changes})


@operations.handles("POST", "/meetings/{meetingId}/batch_registrants")
@operations.handles("POST", "/webinars/{webinarId}/batch_registrants")
def add_registrants(call: OperationCall) -> Payload:
    """Register up to 30 people at once."""
    return registration.register_many(call, get_store(call))
