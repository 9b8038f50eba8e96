"""What a person's settings are, and how they change. https://developers.zoom.us/docs/api/users/#tag/users"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.resources.users.state import HAND_OVERS, User, Users
from zoom_component.sandbox.seed import read
from zoom_component.sandbox.shapes import answer_schema, fitting
from zoom_component.sandbox.world import World

_PATH = "/users/{userId}/settings"
# Each `option` of the query: the name of its part of the seed, and its place among the forms of the answer.
_FORMS: dict[str, tuple[str, tuple[int, ...]]] = {
    "": ("all", (0,)),
    "meeting_authentication": ("meeting_authentication", (2, 0)),
    "recording_authentication": ("recording_authentication", (2, 1)),
    "meeting_security": ("meeting_security", (3,)),
}


class Settings:
    """The settings of those who changed any; everybody else has those that a new account has."""

    def __init__(self, world: World) -> None:
        self.chosen: dict[tuple[str, str], dict[str, Any]] = {}

    def of(self, user: User, part: str) -> dict[str, Any]:
        """A person's settings. Not to be changed."""
        return self.chosen.get((user.id, part)) or dict(read("user_settings")[part])


@plays("GET", _PATH)
def get_settings(call: Call) -> Payload:
    """A person's settings, a part of them, or the few that are asked for by name."""
    user = call.world.part(Users).get(call)
    part, _ = _FORMS[call.query.get("option", "")]
    settings = call.world.part(Settings).of(user, part)
    if part == "all":
        settings = {**settings, "feature": {**settings["feature"], "webinar": user.type == 2}}
    wanted = {name.strip() for name in call.query.get("custom_query_fields", "").split(",") if name.strip()}
    return _chosen(settings, wanted) if wanted else settings


@plays("PATCH", _PATH)
def update_settings(call: Call) -> None:
    """Change what is given, and nothing else."""
    user = call.world.part(Users).get(call)
    part, form = _FORMS[call.query.get("option", "")]
    schema = answer_schema("GET", _PATH)
    for place in form:
        schema = schema["anyOf"][place]
    settings = call.world.part(Settings)
    settings.chosen[user.id, part] = _merged(settings.of(user, part), fitting(call.body, schema))


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The old settings with the new ones in their places, at every depth; both stay as they are."""
    merged = deepcopy(dict(old))
    for name, value in new.items():
        both = isinstance(value, dict) and isinstance(merged.get(name), dict)
        merged[name] = _merged(merged[name], value) if both else deepcopy(value)
    return merged


def _chosen(settings: Mapping[str, Any], wanted: set[str]) -> dict[str, Any]:
    """Only the settings with these names, each where it belongs."""
    found: dict[str, Any] = {}
    for name, value in settings.items():
        if name in wanted:
            found[name] = value
        elif isinstance(value, dict) and (inner := _chosen(value, wanted)):
            found[name] = inner
    return found


def _forget(world: World, user: User, heirs: Mapping[str, User]) -> None:
    chosen = world.part(Settings).chosen
    for part, _ in _FORMS.values():
        chosen.pop((user.id, part), None)


HAND_OVERS.append(_forget)
