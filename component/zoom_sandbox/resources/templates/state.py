"""Templates as the account keeps them."""

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
from zoom_sandbox.resources.users.state import TRANSFER_HOOKS, User


@dataclass(slots=True)
class ConferenceTemplate:
    """A template of a person; `recurrence` only where it was to be kept."""

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
    """The account's templates."""

    def __init__(self, world: Account) -> None:
        self._world = world
        self.by_id: dict[str, ConferenceTemplate] = {}

    def templates_of(self, kind: ConferenceKind, owner: User) -> list[ConferenceTemplate]:
        """A person's templates for one kind of gathering."""
        return [each for each in self.by_id.values() if each.kind is kind and each.owner_id == owner.id]

    def save(self, call: OperationCall, gathering: Conference, owner: User) -> ConferenceTemplate:
        """Keep what a gathering is like under the body's name; another of that name goes only with `overwrite`."""
        name = call.body.get("name", gathering.topic)
        old = next((each for each in self.templates_of(gathering.kind, owner) if each.name == name), None)
        if old is not None and not call.body.get("overwrite"):
            raise api_error("templates.nameTaken")
        template = ConferenceTemplate(
            id=old.id if old else self._world.ids.next_user_id(),
            kind=gathering.kind,
            owner_id=owner.id,
            name=name,
            topic=gathering.topic,
            agenda=gathering.agenda,
            duration=gathering.duration,
            settings=deepcopy(gathering.settings),
            recurrence=deepcopy(gathering.recurrence) if call.body.get("save_recurrence") else None,
        )
        self.by_id[template.id] = template
        return template


def _remove_user(world: Account, user: User, heirs: Mapping[str, User]) -> None:
    templates = world.store(Templates)
    templates.by_id = {key: each for key, each in templates.by_id.items() if each.owner_id != user.id}


TRANSFER_HOOKS.append(_remove_user)
