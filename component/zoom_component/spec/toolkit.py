"""An action as the toolkit catalogue has it: a slug for its key, API names for its inputs, no defaults, one page.

Made from the action's own spec when a slug is asked for. What the catalogue tells otherwise stands in the file, under
`toolkit` of an input.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from zoom_component.spec.api_names import to_toolkit_name
from zoom_component.spec.rule_schemas import rename_inputs
from zoom_component.spec.spec import ABSENT, ActionSpec, Input, InputRule

__all__ = ["as_tool", "is_listed", "title_from_slug"]


def as_tool(action: ActionSpec) -> ActionSpec:
    """The action under its slug. Its inputs send what they always send; defaults are left to the API."""
    assert action.slug is not None
    names = {key: to_toolkit_name(spec.target) if spec.target else key for key, spec in action.inputs.items()}
    return action._replace(
        key=action.slug,
        label=title_from_slug(action.slug),
        inputs={names[key]: _input(spec, names) for key, spec in action.inputs.items()},
        rules=tuple(_rule(rule, names) for rule in action.rules),
        pages=action.pages._replace(follow=False) if action.pages else None,
        daily_quota=action.daily_quota._replace(per=tuple(names[key] for key in action.daily_quota.per))
        if action.daily_quota
        else None,
        examples=tuple(_example(example, names) for example in action.examples),
    )


def is_listed(spec: Input) -> bool:
    """Whether the catalogue has an input: one that is sent to a place of its own, unless its file says otherwise."""
    if spec.target is None or spec.target.endswith("*"):
        return False
    return bool((spec.toolkit or {}).get("listed", True))


def title_from_slug(slug: str) -> str:
    """The words of a slug without the toolkit's own, as a title: APP_LIST_THINGS is List things."""
    return slug.partition("_")[2].replace("_", " ").capitalize()


def _input(spec: Input, names: Mapping[str, str]) -> Input:
    told = spec.toolkit or {}
    others: dict[str, Any] = {
        word: names[other]
        for word in ("depends_on", "conflicts_with", "time_zone", "not_before")
        if (other := getattr(spec, word))
    }
    return spec._replace(
        key=names[spec.key],
        required=bool(told.get("required", spec.required or (spec.target or "").startswith("path."))),
        shown=spec.shown and is_listed(spec),
        default=ABSENT,
        advanced=False,
        **others,
    )


def _rule(rule: InputRule, names: Mapping[str, str]) -> InputRule:
    schema = rename_inputs(json.loads(rule.schema), names)
    return InputRule(tuple(names[key] for key in rule.inputs), json.dumps(schema, sort_keys=True), rule.message)


def _example(example: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {**example, "inputs": {names[key]: value for key, value in example["inputs"].items()}}
