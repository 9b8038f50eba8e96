"""Read past meetings and webinars, their instances, participants and absentees.

https://developers.zoom.us/docs/api/meetings/#tag/meetings/get/past_meetings/{meetingId}/instances
"""

from __future__ import annotations

from datetime import date
from typing import cast

from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.paging import build_page, by_number
from zoom_sandbox.resources.conferences.kinds import MEETING, WEBINAR, ConferenceKind
from zoom_sandbox.resources.conferences.models import APPROVED, Conference
from zoom_sandbox.resources.conferences.state import ConferenceStore
from zoom_sandbox.resources.meetings.state import Meetings
from zoom_sandbox.resources.past.serializers import serialize_instance, serialize_meeting, serialize_participant
from zoom_sandbox.resources.past.state import PastInstance, PastInstances
from zoom_sandbox.resources.registrants.serializers import serialize_registrant
from zoom_sandbox.resources.webinars.state import Webinars
from zoom_sandbox.response_schemas import response_schema
from zoom_sandbox.times import end_of_day, start_of_day

operations = Operations()


@operations.handles("GET", "/past_meetings/{meetingId}")
def get_past_meeting(call: OperationCall) -> Payload:
    """Return a past meeting."""
    return serialize_meeting(call.account.store(PastInstances).get(call, MEETING))


@operations.handles("GET", "/past_meetings/{meetingId}/participants")
def list_meeting_participants(call: OperationCall) -> Payload:
    """Return a page of the participants of a meeting."""
    return _list_participants(call, MEETING)


@operations.handles("GET", "/past_webinars/{webinarId}/participants")
def list_webinar_participants(call: OperationCall) -> Payload:
    """Return a page of the participants of a webinar."""
    return _list_participants(call, WEBINAR)


@operations.handles("GET", "/past_meetings/{meetingId}/instances")
def list_meeting_instances(call: OperationCall) -> Payload:
    """Return the instances of a meeting, on request only those between two days."""
    start, end = call.query.get("from"), call.query.get("to")
    instances = [
        instance
        for instance in _find_instances(call, MEETING, call.account.store(Meetings))
        if (not start or instance.start >= start_of_day(date.fromisoformat(start)))
        and (not end or instance.start <= end_of_day(date.fromisoformat(end)))
    ]
    return {"meetings": [serialize_instance(instance) for instance in instances]}


@operations.handles("GET", "/past_webinars/{webinarId}/instances")
def list_webinar_instances(call: OperationCall) -> Payload:
    """Return the instances of a webinar."""
    return {
        "webinars": [
            serialize_instance(instance) for instance in _find_instances(call, WEBINAR, call.account.store(Webinars))
        ]
    }


@operations.handles("GET", "/past_webinars/{webinarId}/absentees")
def list_absentees(call: OperationCall) -> Payload:
    """Return a page of the approved registrants who did not come."""
    instance = call.account.store(PastInstances).get(call, WEBINAR)
    webinar = call.account.store(Webinars).find(str(instance.id))
    participant_emails = {person.email.lower() for person in instance.participants}
    occurrence = call.query.get("occurrence_id")
    absentees = [
        registrant
        for registrant in (webinar.registrants.values() if webinar else ())
        if registrant.status == APPROVED
        and registrant.email.lower() not in participant_emails
        and (occurrence is None or occurrence in registrant.occurrences)
    ]
    schema = response_schema("GET", call.operation.path)["properties"]["registrants"]["items"]
    return build_page(
        call, absentees, by_number, lambda each: serialize_registrant(cast("Conference", webinar), each, schema)
    )


def _find_instances(call: OperationCall, kind: ConferenceKind, store: ConferenceStore) -> list[PastInstance]:
    """Return the instances of the path's conference. Raises ApiError if it neither exists nor took place."""
    past = call.account.store(PastInstances)
    instance = past.find(kind, call.path_params[kind.parameter])
    return past.instances_of(kind, store.get(call).id if instance is None else instance.id)


def _list_participants(call: OperationCall, kind: ConferenceKind) -> Payload:
    return build_page(
        call, call.account.store(PastInstances).get(call, kind).participants, by_number, serialize_participant
    )
