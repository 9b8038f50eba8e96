"""Store polls and surveys by meeting or webinar."""

from __future__ import annotations

from typing import Any

from zoom_sandbox.account import Account
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.conferences.models import Conference
from zoom_sandbox.resources.conferences.stores import get_store


class Polls:
    """Store each conference's polls by id, and its survey."""

    def __init__(self, account: Account) -> None:
        self._polls: dict[tuple[str, int], dict[str, dict[str, Any]]] = {}
        self._surveys: dict[tuple[str, int], dict[str, Any]] = {}

    def polls_of(self, conference: Conference) -> dict[str, dict[str, Any]]:
        """Return the polls of a conference, to be changed in place."""
        return self._polls.setdefault((conference.kind.name, conference.id), {})

    def survey_of(self, conference: Conference) -> dict[str, Any]:
        """Return the survey of a conference, to be changed in place."""
        return self._surveys.setdefault((conference.kind.name, conference.id), {})


def get_polls(call: OperationCall) -> dict[str, dict[str, Any]]:
    """Return the polls of the path's conference, to be changed in place."""
    return call.account.store(Polls).polls_of(get_store(call).get(call))


def require_poll(call: OperationCall) -> dict[str, Any]:
    """Return the poll of the path, to be changed in place. Raises ApiError for an unknown one."""
    poll = get_polls(call).get(call.path_params["pollId"])
    if poll is None:
        raise call.error("polls.pollNotFound", poll_id=call.path_params["pollId"])
    return poll


def get_own_survey(call: OperationCall) -> dict[str, Any]:
    """Return the survey of the path's conference, to be changed in place."""
    return call.account.store(Polls).survey_of(get_store(call).get(call))
