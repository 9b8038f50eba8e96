"""What people are asked when they register; who registered is kept with the meeting or webinar."""

from __future__ import annotations

from typing import Any

from zoom_sandbox.account import Account
from zoom_sandbox.resources.conferences.models import Conference


class RegistrationQuestions:
    """What people are asked beyond first name and email, where somebody chose."""

    def __init__(self, world: Account) -> None:
        self._asked: dict[tuple[str, int], dict[str, Any]] = {}

    def get(self, gathering: Conference) -> dict[str, Any]:
        """A gathering's questions. Not to be changed."""
        nobody_chose = {"custom_questions": [], "questions": [{"field_name": "last_name", "required": False}]}
        return self._asked.get((gathering.kind.name, gathering.id), nobody_chose)

    def replace(self, gathering: Conference, questions: dict[str, Any]) -> None:
        """Ask these from now on, in place of what was asked."""
        self._asked[gathering.kind.name, gathering.id] = questions


class CancelledRegistrants:
    """The ids of those whose registration was cancelled: they are gone, and deleting them again is no mistake."""

    def __init__(self, world: Account) -> None:
        self.ids: set[str] = set()
