"""Polls and surveys of meetings and webinars alike. https://developers.zoom.us/docs/api/meetings/#tag/polls"""

from __future__ import annotations

from typing import Any

from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.refusal import invalid
from zoom_component.sandbox.resources.gatherings import Gathering, store_of
from zoom_component.sandbox.shapes import answer_schema, fitting
from zoom_component.sandbox.world import World

_MEETING, _WEBINAR = "/meetings/{meetingId}", "/webinars/{webinarId}"
_CHOICES = ("single", "multiple", "rank_order")


class Polls:
    """Each gathering's polls by id, and its survey."""

    def __init__(self, world: World) -> None:
        self._polls: dict[tuple[str, int], dict[str, dict[str, Any]]] = {}
        self._surveys: dict[tuple[str, int], dict[str, Any]] = {}

    def of(self, gathering: Gathering) -> dict[str, dict[str, Any]]:
        """A gathering's polls, to be changed in place."""
        return self._polls.setdefault((gathering.kind.word, gathering.id), {})

    def survey(self, gathering: Gathering) -> dict[str, Any]:
        """A gathering's survey, to be changed in place."""
        return self._surveys.setdefault((gathering.kind.word, gathering.id), {})


@plays("GET", f"{_MEETING}/polls")
@plays("GET", f"{_WEBINAR}/polls")
def list_polls(call: Call) -> Payload:
    """A gathering's polls, or only those in which people answer without their names."""
    wanted = call.query.get("anonymous")
    found = [poll for poll in _polls(call).values() if wanted is None or poll["anonymous"] == wanted]
    return {"polls": found, "total_records": len(found)}


@plays("POST", f"{_MEETING}/polls")
@plays("POST", f"{_WEBINAR}/polls")
def create_poll(call: Call) -> Payload:
    """A new poll."""
    polls = _polls(call)
    poll = {"id": call.world.ids.user(), "status": "notstart", "anonymous": False, "poll_type": 1, **_given(call)}
    polls[poll["id"]] = poll
    return poll


@plays("GET", f"{_MEETING}/polls/{{pollId}}")
@plays("GET", f"{_WEBINAR}/polls/{{pollId}}")
def get_poll(call: Call) -> Payload:
    """One poll."""
    return _poll(call)


@plays("PUT", f"{_MEETING}/polls/{{pollId}}")
@plays("PUT", f"{_WEBINAR}/polls/{{pollId}}")
def update_poll(call: Call) -> None:
    """Change what is given; the questions are replaced as a whole."""
    poll = _poll(call)
    poll |= _given(call)


@plays("DELETE", f"{_MEETING}/polls/{{pollId}}")
@plays("DELETE", f"{_WEBINAR}/polls/{{pollId}}")
def delete_poll(call: Call) -> None:
    """Delete a poll."""
    del _polls(call)[_poll(call)["id"]]


@plays("GET", f"{_MEETING}/survey")
@plays("GET", f"{_WEBINAR}/survey")
def get_survey(call: Call) -> Payload:
    """What people are asked when it is over."""
    return {"show_in_the_browser": True, **call.world.part(Polls).survey(_gathering(call))}


@plays("PATCH", f"{_MEETING}/survey")
@plays("PATCH", f"{_WEBINAR}/survey")
def update_survey(call: Call) -> None:
    """Change what is given, and nothing else."""
    survey = call.world.part(Polls).survey(_gathering(call))
    survey |= fitting(call.body, answer_schema("GET", call.operation.path))


@plays("DELETE", f"{_MEETING}/survey")
@plays("DELETE", f"{_WEBINAR}/survey")
def delete_survey(call: Call) -> None:
    """Ask nothing when it is over."""
    call.world.part(Polls).survey(_gathering(call)).clear()


def _gathering(call: Call) -> Gathering:
    return store_of(call).get(call)


def _polls(call: Call) -> dict[str, dict[str, Any]]:
    return call.world.part(Polls).of(_gathering(call))


def _poll(call: Call) -> dict[str, Any]:
    found = _polls(call).get(call.ids["pollId"])
    if found is None:
        raise call.refuse(f"Poll does not exist: {call.ids['pollId']}.", (404, 404), (400, 4400))
    return found


def _given(call: Call) -> dict[str, Any]:
    """The body's part of a poll. Refuses a question to choose from that has no choice."""
    path = _WEBINAR if "webinarId" in call.ids else _MEETING
    given: dict[str, Any] = fitting(call.body, answer_schema("POST", f"{path}/polls", "201"))
    wrong = [
        (f"questions[{index}].answers", "At least two answers are expected.")
        for index, question in enumerate(given.get("questions", ()))
        if question.get("type") in _CHOICES and len(question.get("answers", ())) < 2
    ]
    if wrong:
        raise invalid(*wrong)
    return {name: value for name, value in given.items() if name not in ("id", "status")}
