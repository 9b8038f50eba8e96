"""Find the inputs that free fields override: an input such as Settings Extra Fields, whose target is `body.group.*`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from zoom_component.spec.spec import ABSENT, Input

__all__ = ["find_overridden_inputs"]


def find_overridden_inputs(
    inputs: Mapping[str, Input], values: Mapping[str, Any], explicit_keys: Collection[str], free_keys: Collection[str]
) -> Iterator[str]:
    """Yield a warning for each input that the caller provided and that has another value in the free fields."""
    for key in sorted(free_keys):
        fields, group = values.get(key), (inputs[key].target or "").removesuffix("*")
        for other in sorted(set(explicit_keys) & set(values)):
            name = (inputs[other].target or "").partition(group)[2]
            if not isinstance(fields, Mapping) or not name or name == "*":
                continue
            value = _get_field(fields, name)
            if value is not ABSENT and value != values[other]:
                yield f"{other}: ignored, because {key} has another value for {name}"


def _get_field(fields: Mapping[str, Any], name: str) -> Any:
    """Return the field with a dotted name; what stands in place of its group, if that is not an object."""
    value: Any = fields
    for step in name.split("."):
        if not isinstance(value, Mapping):
            break
        value = value.get(step, ABSENT)
    return value
