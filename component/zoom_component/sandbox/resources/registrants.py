"""The people who register for meetings and webinars.

https://developers.zoom.us/docs/api/meetings/#tag/meetings, https://developers.zoom.us/docs/api/meetings/#tag/webinars
"""

from __future__ import annotations

from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.resources.gatherings import registration, store_of


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
