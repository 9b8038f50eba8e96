"""Check the settings of a polling trigger before the first call."""

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

_DEFAULT_MINUTES = 5.0  # for a trigger without the setting `interval`
_AFTER_UNDERSCORE = re.compile(r"_([a-z0-9])")


class PollConfig(NamedTuple):
    """Hold a trigger with its coerced settings. `interval` is in seconds; `warnings` are sentences to show."""

    trigger: TriggerSpec
    settings: Mapping[str, Any]
    interval: float
    warnings: tuple[str, ...] = ()

    @property
    def page_size(self) -> int | None:
        """Return how many items of a list one page holds; None for the default."""
        assert self.trigger.poll is not None
        return self.settings.get(self.trigger.poll.page_size or "")

    def build_state_name(self, scope: str) -> str:
        """Return the name of the stored state: the same for the same settings over the same connection.

        `scope` identifies the connection. How often and in which pages the trigger asks makes no difference.
        """
        assert self.trigger.poll is not None
        ignored = {"interval", self.trigger.poll.page_size}
        relevant = {key: value for key, value in self.settings.items() if key not in ignored}
        return f"poll:{self.trigger.key}:{hash_json(scope, relevant)[:16]}"


def configure_poll(actions: Actions, key: str, inputs: Mapping[str, Any], *, now: float) -> PollConfig:
    """Return the trigger with these settings. `key` may be its slug, and inputs may have their toolkit names.

    Raise InputError for a trigger that does not poll and for settings that it, or its action, does not accept. `now`
    is in epoch seconds.
    """
    trigger = find_trigger(actions.catalogue, key)
    if trigger.poll is None:
        polling = ", ".join(each.key for each in _iter_polling_triggers(actions.catalogue))
        raise InputError([Problem("trigger", f"expected a polling trigger ({polling}), got the webhook trigger {key}")])
    # Settings are validated like the inputs of an action that only reads.
    action = ActionSpec(trigger.key, trigger.label, trigger.description, "triggers", "read", "", "", trigger.inputs)
    validated = validate_inputs(action, _rename_to_keys(trigger, inputs))
    if validated.problems:
        problems = (
            Problem(each.input, each.message.replace("this action", "this trigger")) for each in validated.problems
        )
        raise InputError(list(problems), action=trigger.key)
    settings, warnings = validated.values, list(validated.warnings)
    today = to_utc_date(now)
    for call_inputs in iter_call_inputs(trigger.poll, settings, today, today):
        warnings += actions.call(trigger.poll.action, call_inputs).inputs.warnings
    minutes = settings.get("interval", _DEFAULT_MINUTES)
    return PollConfig(trigger, settings, float(minutes) * 60, tuple(dict.fromkeys(warnings)))


def find_trigger(catalogue: Catalogue, key: str) -> TriggerSpec:
    """Return a trigger by its key or its slug in the toolkit catalogue. Raise InputError for an unknown one."""
    keys = catalogue.trigger_keys()
    if key not in keys and "_" in key:
        match = next((each for each in map(catalogue.trigger, keys) if each.slug == key), None)
        if match is not None:
            return match
    return catalogue.trigger(key)


def _iter_polling_triggers(catalogue: Catalogue) -> Iterator[TriggerSpec]:
    return (each for each in map(catalogue.trigger, catalogue.trigger_keys()) if each.poll is not None)


def _rename_to_keys(trigger: TriggerSpec, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs by their keys: the toolkit's `meeting_id` becomes `meetingId`. Refuse an input set twice."""
    renamed: dict[str, Any] = {}
    for name, value in inputs.items():
        camel_case = _AFTER_UNDERSCORE.sub(lambda letter: letter[1].upper(), str(name))
        key = camel_case if camel_case in trigger.inputs else str(name)
        if key in renamed:
            raise InputError([Problem(key, f"expected one value, got two: one for {key} and one for its toolkit name")])
        renamed[key] = value
    return renamed
