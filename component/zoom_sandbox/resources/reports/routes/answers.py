"""What people answered to polls and surveys, and what they asked, when something took place.

https://developers.zoom.us/docs/api/meetings/#tag/reports
"""

from __future__ import annotations

from typing import Any

from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.gatherings.kinds import MEETING, WEBINAR
from zoom_sandbox.resources.meetings.state import Meetings
from zoom_sandbox.resources.past.state import Instance, Past
from zoom_sandbox.resources.polls.state import Polls
from zoom_sandbox.resources.reports.shown import asked, polled
from zoom_sandbox.resources.webinars.state import Webinars
from zoom_sandbox.times import stamp

_MEETING, _WEBINAR = "/report/meetings/{meetingId}", "/report/webinars/{webinarId}"


@plays("GET", f"{_MEETING}/polls")
@plays("GET", f"{_WEBINAR}/polls")
def polls(call: Call) -> Payload:
    """What each person answered to the polls."""
    instance = _instance(call)
    return {**_time(instance), "questions": polled(instance)}


@plays("GET", f"{_MEETING}/qa")
@plays("GET", f"{_WEBINAR}/qa")
def questions(call: Call) -> Payload:
    """What each person asked, with the answers."""
    instance = _instance(call)
    return {**_time(instance), "questions": asked(instance)}


@plays("GET", f"{_MEETING}/survey")
@plays("GET", f"{_WEBINAR}/survey")
def survey(call: Call) -> Payload:
    """The survey at the end; nobody answers one here."""
    instance = _instance(call)
    word = instance.kind.word.lower()
    return {
        f"{word}_id": instance.id,
        f"{word}_uuid": instance.uuid,
        "start_time": stamp(instance.start),
        "survey_answers": [],
        **_survey(call, instance),
    }


def _instance(call: Call) -> Instance:
    return call.world.part(Past).get(call, WEBINAR if WEBINAR.parameter in call.ids else MEETING)


def _time(instance: Instance) -> Payload:
    return {"id": instance.id, "uuid": instance.uuid, "start_time": stamp(instance.start)}


def _survey(call: Call, instance: Instance) -> Payload:
    """The name of the survey, where the meeting or webinar is still there and has one."""
    store = call.world.part(Meetings if instance.kind is MEETING else Webinars)
    gathering = store.find(str(instance.id))
    custom: dict[str, Any] = call.world.part(Polls).survey(gathering).get("custom_survey", {}) if gathering else {}
    return {"survey_name": custom["title"]} if "title" in custom else {}
