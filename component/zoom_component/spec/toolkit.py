"""Present an action as the toolkit catalogue has it: a slug, API names for inputs, no defaults, one page.

The `toolkit` keys of the file hold what the catalogue has differently.
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
    """Return the action under its slug. It sends the same requests, without defaults."""
    assert action.slug is not None
    names = {key: to_toolkit_name(spec.target) if spec.target else key for key, spec in action.inputs.items()}
    quota, span = action.daily_quota, action.span
    return action._replace(
        key=action.slug,
        label=title_from_slug(action.slug),
        inputs={names[key]: _rename_input(spec, names) for key, spec in action.inputs.items()},
        rules=tuple(_rename_rule(rule, names) for rule in action.rules),
        pages=action.pages._replace(follow=False) if action.pages else None,
        span=span._replace(first=names[span.first], last=names[span.last]) if span else None,
        daily_quota=quota._replace(per=tuple(names[key] for key in quota.per)) if quota else None,
        examples=tuple(_rename_example(example, names) for example in action.examples),
    )


def is_listed(spec: Input) -> bool:
    """Return True if the catalogue has an input: it has a target of its own, unless `listed` is false."""
    if spec.target is None or spec.target.endswith("*"):
        return False
    return bool((spec.toolkit or {}).get("listed", True))


def title_from_slug(slug: str) -> str:
    """Return a slug without the name of the toolkit, as a title: APP_LIST_THINGS as List things."""
    return slug.partition("_")[2].replace("_", " ").capitalize()


def _rename_input(spec: Input, names: Mapping[str, str]) -> Input:
    toolkit = spec.toolkit or {}
    references: dict[str, Any] = {
        field: names[other]
        for field in ("depends_on", "conflicts_with", "time_zone", "not_before")
        if (other := getattr(spec, field))
    }
    return spec._replace(
        key=names[spec.key],
        required=bool(toolkit.get("required", spec.required or (spec.target or "").startswith("path."))),
        shown=spec.shown and is_listed(spec),
        default=ABSENT,
        advanced=False,
        **references,
    )


def _rename_rule(rule: InputRule, names: Mapping[str, str]) -> InputRule:
    schema = rename_inputs(json.loads(rule.schema), names)
    return rule._replace(
        inputs=tuple(names[key] for key in rule.inputs), schema=json.dumps(schema, sort_keys=True, allow_nan=False)
    )


def _rename_example(example: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {**example, "inputs": {names[key]: value for key, value in example["inputs"].items()}}
