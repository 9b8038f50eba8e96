"""Templates as the account keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from zoom_sandbox.plays import Call
from zoom_sandbox.resources.gatherings.kinds import Kind
from zoom_sandbox.resources.gatherings.record import Gathering
from zoom_sandbox.resources.templates import faults
from zoom_sandbox.resources.users.state import HAND_OVERS, User
from zoom_sandbox.world import World


@dataclass(slots=True)
class Template:
    """A template of a person; `recurrence` only where it was to be kept."""

    id: str
    kind: Kind
    owner: str
    name: str
    topic: str
    agenda: str
    duration: int
    settings: dict[str, Any]
    recurrence: dict[str, Any] | None


class Templates:
    """The account's templates."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.by_id: dict[str, Template] = {}

    def of(self, kind: Kind, owner: User) -> list[Template]:
        """A person's templates for one kind of gathering."""
        return [each for each in self.by_id.values() if each.kind is kind and each.owner == owner.id]

    def save(self, call: Call, gathering: Gathering, owner: User) -> Template:
        """Keep what a gathering is like under the body's name; another of that name goes only with `overwrite`."""
        name = call.body.get("name", gathering.topic)
        old = next((each for each in self.of(gathering.kind, owner) if each.name == name), None)
        if old is not None and not call.body.get("overwrite"):
            raise faults.taken_name()
        template = Template(
            id=old.id if old else self._world.ids.user(),
            kind=gathering.kind,
            owner=owner.id,
            name=name,
            topic=gathering.topic,
            agenda=gathering.agenda,
            duration=gathering.duration,
            settings=deepcopy(gathering.settings),
            recurrence=deepcopy(gathering.recurrence) if call.body.get("save_recurrence") else None,
        )
        self.by_id[template.id] = template
        return template


def _forget(world: World, user: User, heirs: Mapping[str, User]) -> None:
    templates = world.part(Templates)
    templates.by_id = {key: each for key, each in templates.by_id.items() if each.owner != user.id}


HAND_OVERS.append(_forget)
