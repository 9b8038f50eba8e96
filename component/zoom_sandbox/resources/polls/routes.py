"""Polls and surveys of meetings and webinars alike. https://developers.zoom.us/docs/api/meetings/#tag/polls"""

from __future__ import annotations

from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.polls.edit import given
from zoom_sandbox.resources.polls.state import poll_of, polls_of, survey_of
from zoom_sandbox.shapes import answer_schema, fitting

_MEETING, _WEBINAR = "/meetings/{meetingId}", "/webinars/{webinarId}"


@plays("GET", f"{_MEETING}/polls")
@plays("GET", f"{_WEBINAR}/polls")
def list_polls(call: Call) -> Payload:
    """A gathering's polls, or only those in which people answer without their names."""
    wanted = call.query.get("anonymous")
    found = [poll for poll in polls_of(call).values() if wanted is None or poll["anonymous"] == wanted]
    return {"polls": found, "total_records": len(found)}


@plays("POST", f"{_MEETING}/polls")
@plays("POST", f"{_WEBINAR}/polls")
def create_poll(call: Call) -> Payload:
    """A new poll."""
    polls = polls_of(call)
    poll = {"id": call.world.ids.user(), "status": "notstart", "anonymous": False, "poll_type": 1, **given(call)}
    polls[poll["id"]] = poll
    return poll


@plays("GET", f"{_MEETING}/polls/{{pollId}}")
@plays("GET", f"{_WEBINAR}/polls/{{pollId}}")
def get_poll(call: Call) -> Payload:
    """One poll."""
    return poll_of(call)


@plays("PUT", f"{_MEETING}/polls/{{pollId}}")
@plays("PUT", f"{_WEBINAR}/polls/{{pollId}}")
def update_poll(call: Call) -> None:
    """Change what is given; the questions are replaced as a whole."""
    poll = poll_of(call)
    poll |= given(call)


@plays("DELETE", f"{_MEETING}/polls/{{pollId}}")
@plays("DELETE", f"{_WEBINAR}/polls/{{pollId}}")
def delete_poll(call: Call) -> None:
    """Delete a poll."""
    del polls_of(call)[poll_of(call)["id"]]


@plays("GET", f"{_MEETING}/survey")
@plays("GET", f"{_WEBINAR}/survey")
def get_survey(call: Call) -> Payload:
    """What people are asked when it is over."""
    return {"show_in_the_browser": True, **survey_of(call)}


@plays("PATCH", f"{_MEETING}/survey")
@plays("PATCH", f"{_WEBINAR}/survey")
def update_survey(call: Call) -> None:
    """Change what is given, and nothing else."""
    survey = survey_of(call)
    survey |= fitting(call.body, answer_schema("GET", call.operation.path))


@plays("DELETE", f"{_MEETING}/survey")
@plays("DELETE", f"{_WEBINAR}/survey")
def delete_survey(call: Call) -> None:
    """Ask nothing when it is over."""
    survey_of(call).clear()
