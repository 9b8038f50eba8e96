"""Registrants: one or many entered, listed, read, judged, deleted; and what they are asked.

https://developers.zoom.us/docs/api/meetings/#tag/meetings, https://developers.zoom.us/docs/api/meetings/#tag/webinars,
https://developers.zoom.us/docs/api/meetings/#tag/invitation-and-registration
"""

from __future__ import annotations

from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.gatherings.stores import store_of
from zoom_sandbox.resources.registrants import questions, registration
from zoom_sandbox.resources.registrants.state import Questions


@plays("POST", "/meetings/{meetingId}/registrants")
@plays("POST", "/webinars/{webinarId}/registrants")
def add_registrant(call: Call) -> Payload:
    """Register a person for a meeting or a webinar."""
    return registration.register(call, store_of(call))


@plays("GET", "/meetings/{meetingId}/registrants")
@plays("GET", "/webinars/{webinarId}/registrants")
def list_registrants(call: Call) -> Payload:
    """The registrants of a status, by pages."""
    return registration.listing(call, store_of(call))


@plays("GET", "/meetings/{meetingId}/registrants/{registrantId}")
@plays("GET", "/webinars/{webinarId}/registrants/{registrantId}")
def get_registrant(call: Call) -> Payload:
    """One registrant."""
    return registration.one(call, store_of(call))


@plays("PUT", "/meetings/{meetingId}/registrants/status")
@plays("PUT", "/webinars/{webinarId}/registrants/status")
def judge_registrants(call: Call) -> None:
    """Approve, deny or cancel registrants."""
    registration.judge(call, store_of(call))


@plays("DELETE", "/meetings/{meetingId}/registrants/{registrantId}")
@plays("DELETE", "/webinars/{webinarId}/registrants/{registrantId}")
def delete_registrant(call: Call) -> None:
    """Delete a registrant."""
    registration.remove(call, store_of(call))


@plays("GET", "/meetings/{meetingId}/registrants/questions")
@plays("GET", "/webinars/{webinarId}/registrants/questions")
def get_questions(call: Call) -> Payload:
    """What people are asked beyond first name and email."""
    return dict(call.world.part(Questions).of(store_of(call).get(call)))


@plays("PATCH", "/meetings/{meetingId}/registrants/questions")
@plays("PATCH", "/webinars/{webinarId}/registrants/questions")
def update_questions(call: Call) -> None:
    """Ask other questions: each of the two lists is replaced where it is given."""
    questions.ask(call, store_of(call).get(call))


@plays("POST", "/meetings/{meetingId}/batch_registrants")
@plays("POST", "/webinars/{webinarId}/batch_registrants")
def add_many(call: Call) -> Payload:
    """Register up to 30 people at once."""
    return registration.register_many(call, store_of(call))
