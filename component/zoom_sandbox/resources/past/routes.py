"""What took place: read, with each time of it, who was there, and who registered and did not come.

https://developers.zoom.us/docs/api/meetings/#tag/meetings/get/past_meetings/{meetingId}/instances
"""

from __future__ import annotations

from datetime import date
from typing import cast

from zoom_sandbox.pages import by_number, page
from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.gatherings.kinds import MEETING, WEBINAR, Kind
from zoom_sandbox.resources.gatherings.record import APPROVED, Gathering
from zoom_sandbox.resources.gatherings.state import Gatherings
from zoom_sandbox.resources.meetings.state import Meetings
from zoom_sandbox.resources.past.shown import full, participant, row
from zoom_sandbox.resources.past.state import Instance, Past
from zoom_sandbox.resources.registrants.shown import show
from zoom_sandbox.resources.webinars.state import Webinars
from zoom_sandbox.shapes import answer_schema
from zoom_sandbox.times import day_ends, midnight


@plays("GET", "/past_meetings/{meetingId}")
def past_meeting(call: Call) -> Payload:
    """A meeting that took place."""
    return full(call.world.part(Past).get(call, MEETING))


@plays("GET", "/past_meetings/{meetingId}/participants")
def meeting_participants(call: Call) -> Payload:
    """Who was in a meeting, by pages."""
    return _participants(call, MEETING)


@plays("GET", "/past_webinars/{webinarId}/participants")
def webinar_participants(call: Call) -> Payload:
    """Who was in a webinar, by pages."""
    return _participants(call, WEBINAR)


@plays("GET", "/past_meetings/{meetingId}/instances")
def meeting_instances(call: Call) -> Payload:
    """Each time that a meeting took place, within some days where the call names them."""
    begin, close = call.query.get("from"), call.query.get("to")
    found = [
        instance
        for instance in _held(call, MEETING, call.world.part(Meetings))
        if (not begin or instance.start >= midnight(date.fromisoformat(begin)))
        and (not close or instance.start <= day_ends(date.fromisoformat(close)))
    ]
    return {"meetings": [row(instance) for instance in found]}


@plays("GET", "/past_webinars/{webinarId}/instances")
def webinar_instances(call: Call) -> Payload:
    """Each time that a webinar took place."""
    return {"webinars": [row(instance) for instance in _held(call, WEBINAR, call.world.part(Webinars))]}


@plays("GET", "/past_webinars/{webinarId}/absentees")
def absentees(call: Call) -> Payload:
    """Who was let in and did not come, by pages."""
    instance = call.world.part(Past).get(call, WEBINAR)
    webinar = call.world.part(Webinars).find(str(instance.id))
    came = {person.email.lower() for person in instance.people}
    occurrence = call.query.get("occurrence_id")
    away = [
        registrant
        for registrant in (webinar.registrants.values() if webinar else ())
        if registrant.status == APPROVED
        and registrant.email.lower() not in came
        and (occurrence is None or occurrence in registrant.occurrences)
    ]
    schema = answer_schema("GET", call.operation.path)["properties"]["registrants"]["items"]
    return page(call, away, by_number, lambda each: show(cast("Gathering", webinar), each, schema))


def _held(call: Call, kind: Kind, store: Gatherings) -> list[Instance]:
    """The times of the gathering that the path names. Refuses one that neither is there nor was."""
    past = call.world.part(Past)
    instance = past.find(kind, call.ids[kind.parameter])
    return past.of(kind, store.get(call).id if instance is None else instance.id)


def _participants(call: Call, kind: Kind) -> Payload:
    return page(call, call.world.part(Past).get(call, kind).people, by_number, participant)
