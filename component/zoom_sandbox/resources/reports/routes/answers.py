"""Report on the answers to polls and surveys, and on questions.

https://developers.zoom.us/docs/api/meetings/#tag/reports
"""

from __future__ import annotations

from typing import Any

from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.resources.conferences.kinds import MEETING, WEBINAR
from zoom_sandbox.resources.meetings.state import Meetings
from zoom_sandbox.resources.past.state import PastInstance, PastInstances
from zoom_sandbox.resources.polls.state import Polls
from zoom_sandbox.resources.reports.serializers import serialize_poll_answers, serialize_questions
from zoom_sandbox.resources.webinars.state import Webinars
from zoom_sandbox.times import format_time

operations = Operations()

_MEETING, _WEBINAR = "/report/meetings/{meetingId}", "/report/webinars/{webinarId}"


@operations.handles("GET", f"{_MEETING}/polls")
@operations.handles("GET", f"{_WEBINAR}/polls")
def list_poll_answers(call: OperationCall) -> Payload:
    """Return the answers of each person to the polls."""
    instance = _get_instance(call)
    return {**_serialize_instance(instance), "questions": serialize_poll_answers(instance)}


@operations.handles("GET", f"{_MEETING}/qa")
@operations.handles("GET", f"{_WEBINAR}/qa")
def list_questions(call: OperationCall) -> Payload:
    """Return the questions of each person, with their answers."""
    instance = _get_instance(call)
    return {**_serialize_instance(instance), "questions": serialize_questions(instance)}


@operations.handles("GET", f"{_MEETING}/survey")
@operations.handles("GET", f"{_WEBINAR}/survey")
def get_survey_report(call: OperationCall) -> Payload:
    """Return the survey without answers: the sandbox has none."""
    instance = _get_instance(call)
    kind = instance.kind.name.lower()
    return {
        f"{kind}_id": instance.id,
        f"{kind}_uuid": instance.uuid,
        "start_time": format_time(instance.start),
        "survey_answers": [],
        **_serialize_survey(call, instance),
    }


def _get_instance(call: OperationCall) -> PastInstance:
    return call.account.store(PastInstances).get(call, WEBINAR if WEBINAR.parameter in call.path_params else MEETING)


def _serialize_instance(instance: PastInstance) -> Payload:
    return {"id": instance.id, "uuid": instance.uuid, "start_time": format_time(instance.start)}


def _serialize_survey(call: OperationCall, instance: PastInstance) -> Payload:
    """Return the name of the survey, while the conference exists and has one."""
    store = call.account.store(Meetings if instance.kind is MEETING else Webinars)
    conference = store.find(str(instance.id))
    custom: dict[str, Any] = (
        call.account.store(Polls).survey_of(conference).get("custom_survey", {}) if conference else {}
    )
    return {"survey_name": custom["title"]} if "title" in custom else {}
