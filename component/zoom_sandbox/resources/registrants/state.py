"""What people are asked when they register; who registered is kept with the meeting or webinar."""

from __future__ import annotations

from typing import Any

from zoom_sandbox.account import Account
from zoom_sandbox.resources.conferences.models import Conference
from zoom_sandbox.resources.registrants.questions import default_questions


class RegistrationQuestions:
    """What people are asked beyond first name and email, where somebody chose."""

    def __init__(self, account: Account) -> None:
        self._questions: dict[tuple[str, int], dict[str, Any]] = {}

    def get(self, conference: Conference) -> dict[str, Any]:
        """A conference's questions. Not to be changed."""
        return self._questions.get((conference.kind.name, conference.id)) or default_questions()

    def replace(self, conference: Conference, questions: dict[str, Any]) -> None:
        """Ask these from now on, in place of what was asked."""
        self._questions[conference.kind.name, conference.id] = questions


class CancelledRegistrants:
    """The ids of those whose registration was cancelled: they are gone, and deleting them again is no mistake."""

    def __init__(self, account: Account) -> None:
        self.ids: set[str] = set()
