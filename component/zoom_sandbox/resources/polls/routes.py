"""Handle polls and surveys of meetings and webinars. https://developers.zoom.us/docs/api/meetings/#tag/polls"""

from __future__ import annotations

from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.resources.polls.edit import parse_poll
from zoom_sandbox.resources.polls.state import get_own_survey, get_polls, require_poll
from zoom_sandbox.response_schemas import drop_unknown_fields, response_schema

operations = Operations()

_MEETING, _WEBINAR = "/meetings/{meetingId}", "/webinars/{webinarId}"


@operations.handles("GET", f"{_MEETING}/polls")
@operations.handles("GET", f"{_WEBINAR}/polls")
def list_polls(call: OperationCall) -> Payload:
    """Return the polls of a conference, on request only the anonymous ones."""
    anonymous = call.query.get("anonymous")
    polls = [poll for poll in get_polls(call).values() if anonymous is None or poll["anonymous"] == anonymous]
    return {"polls": polls, "total_records": len(polls)}


@operations.handles("POST", f"{_MEETING}/polls")
@operations.handles("POST", f"{_WEBINAR}/polls")
def create_poll(call: OperationCall) -> Payload:
    """Create a poll."""
    polls = get_polls(call)
    poll = {
        "id": call.account.ids.next_user_id(),
        "status": "notstart",
        "anonymous": False,
        "poll_type": 1,
        **parse_poll(call),
    }
    polls[poll["id"]] = poll
    return poll


@operations.handles("GET", f"{_MEETING}/polls/{{pollId}}")
@operations.handles("GET", f"{_WEBINAR}/polls/{{pollId}}")
def get_poll(call: OperationCall) -> Payload:
    """Return a poll."""
    return require_poll(call)


@operations.handles("PUT", f"{_MEETING}/polls/{{pollId}}")
@operations.handles("PUT", f"{_WEBINAR}/polls/{{pollId}}")
def update_poll(call: OperationCall) -> None:
    """Update the fields that the body has; questions are replaced as a whole."""
    poll = require_poll(call)
    poll |= parse_poll(call)


@operations.handles("DELETE", f"{_MEETING}/polls/{{pollId}}")
@operations.handles("DELETE", f"{_WEBINAR}/polls/{{pollId}}")
def delete_poll(call: OperationCall) -> None:
    """Delete a poll."""
    del get_polls(call)[require_poll(call)["id"]]


@operations.handles("GET", f"{_MEETING}/survey")
@operations.handles("GET", f"{_WEBINAR}/survey")
def get_survey(call: OperationCall) -> Payload:
    """Return the survey of a conference."""
    return {"show_in_the_browser": True, **get_own_survey(call)}


@operations.handles("PATCH", f"{_MEETING}/survey")
@operations.handles("PATCH", f"{_WEBINAR}/survey")
def update_survey(call: OperationCall) -> None:
    """Update the fields that the body has."""
    survey = get_own_survey(call)
    survey |= drop_unknown_fields(call.body, response_schema("GET", call.operation.path))


@operations.handles("DELETE", f"{_MEETING}/survey")
@operations.handles("DELETE", f"{_WEBINAR}/survey")
def delete_survey(call: OperationCall) -> None:
    """Delete the survey of a conference."""
    get_own_survey(call).clear()
