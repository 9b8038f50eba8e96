"""Store the questions of registrations. The conferences store their registrants."""

from __future__ import annotations

from typing import Any

from zoom_sandbox.account import Account
from zoom_sandbox.resources.conferences.models import Conference
from zoom_sandbox.resources.registrants.questions import default_questions


class RegistrationQuestions:
    """Store the questions beyond first name and email of the conferences where they were changed."""

    def __init__(self, account: Account) -> None:
        self._questions: dict[tuple[str, int], dict[str, Any]] = {}

    def get(self, conference: Conference) -> dict[str, Any]:
        """Return the questions of a conference. Not to be changed in place."""
        return self._questions.get((conference.kind.name, conference.id)) or default_questions()

    def replace(self, conference: Conference, questions: dict[str, Any]) -> None:
        """Replace the questions of a conference."""
        self._questions[conference.kind.name, conference.id] = questions


class CancelledRegistrants:
    """Store the ids of cancelled registrants: deleting one again is not an error."""

    def __init__(self, account: Account) -> None:
        self.ids: set[str] = set()
