"""Store who registered to watch a recording, by the uuid of the recorded instance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zoom_sandbox.account import Account
from zoom_sandbox.resources.recordings.state import CloudRecording
from zoom_sandbox.resources.registrants.questions import default_questions

APPROVED, PENDING, DENIED = "approved", "pending", "denied"
AUTOMATIC_APPROVAL, MANUAL_APPROVAL, NO_REGISTRATION = 0, 1, 2  # a recording's approval_type


@dataclass(slots=True)
class Viewer:
    """Hold a person who registered. `fields` are those of the request."""

    number: int
    id: str
    email: str
    fields: dict[str, Any]
    status: str


class Viewers:
    """Store each recording's viewers by their emails, and its questions."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._viewers: dict[str, dict[str, Viewer]] = {}
        self._questions: dict[str, dict[str, Any]] = {}

    def viewers_of(self, recording: CloudRecording) -> dict[str, Viewer]:
        """Return the viewers of a recording, to be changed in place."""
        return self._viewers.setdefault(recording.instance.uuid, {})

    def add(self, recording: CloudRecording, fields: dict[str, Any]) -> tuple[Viewer, bool]:
        """Add a viewer; return it, and whether it is new: a known email returns the same viewer."""
        people, email = self.viewers_of(recording), fields["email"].lower()
        if email in people:
            return people[email], False
        status = APPROVED if recording.settings.get("approval_type") == AUTOMATIC_APPROVAL else PENDING
        viewer = Viewer(len(people) + 1, self._account.ids.next_user_id(), fields["email"], fields, status)
        people[email] = viewer
        return viewer, True

    def questions_of(self, recording: CloudRecording) -> dict[str, Any]:
        """Return the questions beyond first name and email, to be changed in place."""
        return self._questions.setdefault(recording.instance.uuid, default_questions())


def has_registration(recording: CloudRecording) -> bool:
    """Return whether people register for a recording."""
    return bool(recording.settings.get("approval_type", NO_REGISTRATION) != NO_REGISTRATION)
