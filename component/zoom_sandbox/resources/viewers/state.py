"""Who registered to watch a recording, by the uuid of what was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zoom_sandbox.resources.recordings.state import Recording
from zoom_sandbox.world import World

APPROVED, PENDING, DENIED = "approved", "pending", "denied"
BY_ITSELF, BY_HAND, NO_REGISTRATION = 0, 1, 2  # a recording's approval_type


@dataclass(slots=True)
class Viewer:
    """A person who registered. `fields` is what the person told."""

    number: int
    id: str
    email: str
    fields: dict[str, Any]
    status: str


class Viewers:
    """Each recording's viewers by their emails, and what they are asked."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._viewers: dict[str, dict[str, Viewer]] = {}
        self._asked: dict[str, dict[str, Any]] = {}

    def of(self, recording: Recording) -> dict[str, Viewer]:
        """Those of a recording, to be changed in place."""
        return self._viewers.setdefault(recording.instance.uuid, {})

    def enter(self, recording: Recording, fields: dict[str, Any]) -> tuple[Viewer, bool]:
        """Keep the person of a body, and tell whether it is a new one: the same email again gives the same viewer."""
        people, email = self.of(recording), fields["email"].lower()
        if email in people:
            return people[email], False
        status = APPROVED if recording.settings.get("approval_type") == BY_ITSELF else PENDING
        viewer = Viewer(len(people) + 1, self._world.ids.user(), fields["email"], fields, status)
        people[email] = viewer
        return viewer, True

    def asked(self, recording: Recording) -> dict[str, Any]:
        """What is asked beyond first name and email, to be changed in place."""
        nobody_chose = {"custom_questions": [], "questions": [{"field_name": "last_name", "required": False}]}
        return self._asked.setdefault(recording.instance.uuid, nobody_chose)


def takes_viewers(recording: Recording) -> bool:
    """Whether people register for a recording."""
    return bool(recording.settings.get("approval_type", NO_REGISTRATION) != NO_REGISTRATION)
