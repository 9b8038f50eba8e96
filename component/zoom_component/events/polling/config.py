"""What is to be watched: a polling trigger with its settings, checked before anything is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from zoom_component.client.actions import Actions
from zoom_component.client.request.inputs import validate_inputs
from zoom_component.errors import InputError, Problem
from zoom_component.events.polling.detection import hash_json
from zoom_component.events.polling.queries import iter_call_inputs, to_utc_date
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.spec import ActionSpec, TriggerSpec

__all__ = ["PollConfig", "configure_poll", "find_trigger"]

_MINUTES = 5.0  # for a trigger that has no such setting
_PAST_ITS_UNDERSCORES = re.compile(r"_([a-z0-9])")


class PollConfig(NamedTuple):
    """A trigger with its settings, coerced. `interval` is in seconds; `cautions` are sentences worth reading."""

    trigger: TriggerSpec
    settings: Mapping[str, Any]
    interval: float
    warnings: tuple[str, ...] = ()

    @property
    def page_size(self) -> int | None:
        """Items of a list at a time, where the settings say."""
        assert self.trigger.poll is not None
        return self.settings.get(self.trigger.poll.page_size or "")

    def build_state_name(self, scope: str) -> str:
        """The name of its state: the same for the same things watched over the same connection, however often."""
        assert self.trigger.poll is not None
        aside = {"interval", self.trigger.poll.page_size}
        watched = {key: value for key, value in self.settings.items() if key not in aside}
        return f"poll:{self.trigger.key}:{hash_json(scope, watched)[:16]}"


def configure_poll(actions: Actions, key: str, inputs: Mapping[str, Any], *, now: float) -> PollConfig:
    """The trigger with these settings. Its slug in the toolkit catalogue, and the catalogue's names, are understood.

    Raises InputError for a trigger that does not poll and for settings that it, or the action behind it, cannot take.
    """
    trigger = find_trigger(actions.catalogue, key)
    if trigger.poll is None:
        named = ", ".join(each.key for each in _polling(actions.catalogue))
        raise InputError([Problem("trigger", f"{key} waits for deliveries and polls nothing; those that do: {named}")])
    # What an action does with its inputs is done with settings: a reading action without a request.
    asked = ActionSpec(trigger.key, trigger.label, trigger.description, "triggers", "read", "", "", trigger.inputs)
    gathered = validate_inputs(asked, _by_key(trigger, inputs))
    if gathered.problems:
        told = [Problem(each.input, each.message.replace("this action", "this trigger")) for each in gathered.problems]
        raise InputError(told, action=trigger.key)
    settings, cautions = gathered.values, list(gathered.warnings)
    today = to_utc_date(now)
    for call in iter_call_inputs(trigger.poll, settings, today, today):
        cautions += actions.call(trigger.poll.action, call).inputs.warnings
    minutes = settings.get("interval", _MINUTES)
    return PollConfig(trigger, settings, float(minutes) * 60, tuple(dict.fromkeys(cautions)))


def find_trigger(catalogue: Catalogue, key: str) -> TriggerSpec:
    """A trigger by its key, or by what the toolkit catalogue calls it. Raises InputError where there is none."""
    known = catalogue.trigger_keys()
    if key not in known and "_" in key:
        found = next((each for each in map(catalogue.trigger, known) if each.slug == key), None)
        if found is not None:
            return found
    return catalogue.trigger(key)


def _polling(catalogue: Catalogue) -> Iterator[TriggerSpec]:
    return (each for each in map(catalogue.trigger, catalogue.trigger_keys()) if each.poll is not None)


def _by_key(trigger: TriggerSpec, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs by our keys: `meeting_id` is the catalogue's name of meetingId. One that is given twice is refused."""
    found: dict[str, Any] = {}
    for name, value in inputs.items():
        key = _PAST_ITS_UNDERSCORES.sub(lambda letter: letter[1].upper(), str(name))
        key = key if key in trigger.inputs else str(name)
        if key in found:
            raise InputError([Problem(key, f"it is given twice, as {key} and in the catalogue's spelling")])
        found[key] = value
    return found
