"""Store templates of meetings and webinars."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from zoom_sandbox.account import Account
from zoom_sandbox.errors import api_error
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.conferences.kinds import ConferenceKind
from zoom_sandbox.resources.conferences.models import Conference
from zoom_sandbox.resources.users.state import User


@dataclass(slots=True)
class ConferenceTemplate:
    """Hold a template of a user; `recurrence` is None unless it was to be saved."""

    id: str
    kind: ConferenceKind
    owner_id: str
    name: str
    topic: str
    agenda: str
    duration: int
    settings: dict[str, Any]
    recurrence: dict[str, Any] | None


class Templates:
    """Store the account's templates."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self.by_id: dict[str, ConferenceTemplate] = {}

    def templates_of(self, kind: ConferenceKind, owner: User) -> list[ConferenceTemplate]:
        """Return a user's templates of one kind."""
        return [each for each in self.by_id.values() if each.kind is kind and each.owner_id == owner.id]

    def save(self, call: OperationCall, conference: Conference, owner: User) -> ConferenceTemplate:
        """Save a conference as a template under the body's name.

        Raises ApiError (400/300) for a name that is taken, unless the body has `overwrite`.
        """
        name = call.body.get("name", conference.topic)
        existing = next((each for each in self.templates_of(conference.kind, owner) if each.name == name), None)
        if existing is not None and not call.body.get("overwrite"):
            raise api_error("templates.nameTaken")
        template = ConferenceTemplate(
            id=existing.id if existing else self._account.ids.next_user_id(),
            kind=conference.kind,
            owner_id=owner.id,
            name=name,
            topic=conference.topic,
            agenda=conference.agenda,
            duration=conference.duration,
            settings=deepcopy(conference.settings),
            recurrence=deepcopy(conference.recurrence) if call.body.get("save_recurrence") else None,
        )
        self.by_id[template.id] = template
        return template

    def remove_user(self, user: User, heirs: Mapping[str, User]) -> None:
        """Delete a user's templates."""
        self.by_id = {key: each for key, each in self.by_id.items() if each.owner_id != user.id}
