"""Polls and surveys as the account keeps them, by meeting or webinar."""

from __future__ import annotations

from typing import Any

from zoom_sandbox.plays import Call
from zoom_sandbox.resources.gatherings.record import Gathering
from zoom_sandbox.resources.gatherings.stores import store_of
from zoom_sandbox.resources.polls import faults
from zoom_sandbox.world import World


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


def polls_of(call: Call) -> dict[str, dict[str, Any]]:
    """The polls of the path's gathering, to be changed in place."""
    return call.world.part(Polls).of(store_of(call).get(call))


def poll_of(call: Call) -> dict[str, Any]:
    """The poll that the path names, to be changed in place. Refuses any other."""
    found = polls_of(call).get(call.ids["pollId"])
    if found is None:
        raise faults.unknown(call)
    return found


def survey_of(call: Call) -> dict[str, Any]:
    """The survey of the path's gathering, to be changed in place."""
    return call.world.part(Polls).survey(store_of(call).get(call))
